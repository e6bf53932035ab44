//! What CAT tools send, byte for byte, and what they do with the answer.
//!
//! The requests were taken off the wire: OmegaT 3.6 is Debian's package running its own Apertium client; OmegaT 6 and Okapi are the addresses and
//! calls of their sources run with the same Java; Weblate 5 is its sources' calls through `requests`; Virtaal is libcurl with its sources' options.

use std::sync::Arc;

use serde_json::{Value, json};

use super::{Answer, Server, Shared, encoded};

const KNOWN: &str = "Мы предлагаем три шага:";
const RENDERED: &str = "We propose three steps:";

/// The server that those tests share that change nothing.
fn server() -> Arc<Server> {
    static SERVER: Shared = Shared::new();
    SERVER.or_start(|| {
        let place = crate::support::Place::new();
        place.expect(0, &["add", "memories/samples/html"]);
        place.write("more.tsv", "ru\ten\nДа/нет?\tYes/no?\n");
        place.expect(0, &["import", "more.tsv"]);
        Server::start_in(place, &[])
    })
}

/// A request as Java's `URLConnection` sends it.
fn java(address: &str) -> Answer {
    server().send(&format!(
        "GET {address} HTTP/1.1\r\nUser-Agent: Java/17.0.15\r\nHost: HOST\r\nAccept: text/html, image/gif, image/jpeg, */*; q=0.2\r\nConnection: keep-alive\r\n\r\n"
    ))
}

/// A request as Weblate 5 sends it.
fn weblate(method: &str, address: &str, body: &str) -> Answer {
    let content = match body {
        "" => String::new(),
        body => format!(
            "Content-Length: {}\r\nContent-Type: application/json\r\n",
            body.len()
        ),
    };
    server().send(&format!(
        "{method} {address} HTTP/1.1\r\nHost: HOST\r\nUser-Agent: Weblate/5.9\r\nAccept-Encoding: gzip, deflate\r\nAccept: application/json; charset=utf-8\r\nConnection: keep-alive\r\nReferer: https://weblate.example.org\r\n{content}\r\n{body}"
    ))
}

/// A request as libcurl sends it for Virtaal.
fn virtaal(address: &str) -> Answer {
    server().send(&format!(
        "GET {address} HTTP/1.1\r\nHost: HOST\r\nUser-Agent: Virtaal/1.0.0-beta1\r\nAccept: */*\r\n\r\n"
    ))
}

/// As Java's and Python's form encoding has it: a `+` for a space.
fn form(text: &str) -> String {
    encoded(text).replace("%20", "+")
}

// OmegaT

/// What OmegaT 3.6 makes of an answer: it does not read JSON but searches for bytes.
fn as_omegat_3(answer: &Answer) -> Option<String> {
    // Without this the text would be read as ISO 8859-1.
    assert!(
        answer
            .field("content-type")
            .unwrap()
            .contains("charset=utf-8")
    );
    let begin = "{\"translatedText\": \"";
    let from = answer.body.find(begin)? + begin.len();
    let rest = &answer.body[from..];
    Some(rest[..rest.find("\"}")?].to_owned())
}

#[test]
fn omegat_3_gets_a_translation() {
    let answer = java(&format!(
        "/translate?q={}&markUnknown=no&langpair=ru|en&key=bwuxb5jS+VwSJ8mLz1qMfmMrDGA",
        form(KNOWN)
    ));
    assert_eq!(as_omegat_3(&answer).as_deref(), Some(RENDERED));
    assert_eq!(
        answer.body,
        format!(
            "{{\"responseData\": {{\"translatedText\": \"{RENDERED}\"}}, \"responseDetails\": null, \"responseStatus\": 200}}"
        )
    );
}

#[test]
fn omegat_3_is_told_why_there_is_none() {
    let answer = java(&format!(
        "/translate?q={}&markUnknown=no&langpair=ru|en&key=bwuxb5jS+VwSJ8mLz1qMfmMrDGA",
        form("Совсем другой текст о погоде на море.")
    ));
    assert_eq!(as_omegat_3(&answer), None);
    // Its patterns: ` "responseDetails"\s*:\s*"([^"]+)`, `"responseStatus"\s*:\s*([0-9]+)`.
    assert!(answer.body.contains(" \"responseDetails\": \"nothing at"));
    assert!(answer.body.ends_with("\"responseStatus\": 404}"));
}

#[test]
fn omegat_6_reads_the_status_in_the_body() {
    let ask = |text: &str| {
        java(&format!(
            "/translate?q={}&markUnknown=no&langpair=ru|en&key=",
            form(text)
        ))
    };
    let known = ask(KNOWN);
    assert_eq!(known.json()["responseData"]["translatedText"], RENDERED);
    // Any other HTTP status would be "server not found" there.
    let unknown = ask("Совсем другой текст о погоде на море.");
    assert_eq!(unknown.status, 200);
    assert_eq!(unknown.json()["responseStatus"], 404);
    // Below the server's threshold of 85 % nothing is given: this is 77 %.
    assert_eq!(
        ask("Мы предлагаем четыре шага:").json()["responseStatus"],
        404
    );
}

// Okapi

#[test]
fn okapi_casts_the_quality_to_double() {
    let ask = |text: &str| {
        java(&format!(
            "/tmserver/ru/en_GB/unit/{}",
            encoded(text).replace('+', "%20")
        ))
    };
    let equal = ask(KNOWN);
    assert_eq!(
        equal.body,
        format!(
            "[{{\"source\":\"{KNOWN}\",\"target\":\"{RENDERED}\",\"quality\":100.0,\"rank\":100.0}}]"
        )
    );
    let fuzzy = ask("Мы предлагаем четыре шага:").json();
    assert!(fuzzy[0]["quality"].is_f64() && fuzzy[0]["quality"].as_f64() < Some(80.0));
    assert_eq!(ask("Совсем другой текст о погоде на море.").body, "[]");
}

#[test]
fn a_slash_in_the_text_is_no_end_of_it() {
    for text in ["Да%2Fнет%3F", "Да/нет%3F"] {
        let text = text
            .replace("Да", &encoded("Да"))
            .replace("нет", &encoded("нет"));
        let answer = java(&format!("/tmserver/ru/en/unit/{text}"));
        assert_eq!(answer.json()[0]["target"], "Yes/no?", "{text}");
    }
}

#[test]
fn all_spellings_of_a_language_are_one() {
    for (source, target) in [
        ("ru", "en_gb"),
        ("RU", "en-GB"),
        ("rus", "EN"),
        ("ru_RU", "eng"),
    ] {
        let answer = java(&format!(
            "/api/v1/{source}/{target}/unit/{}",
            encoded(KNOWN)
        ));
        assert_eq!(answer.json()[0]["target"], RENDERED, "{source} {target}");
    }
    assert_eq!(java("/api/v1/ru/english/unit/x").status, 200);
    assert_eq!(java("/api/v1/ru/english%20language/unit/x").status, 400);
}

// Weblate

#[test]
fn weblate_asks_a_tmserver() {
    let languages = weblate("GET", "/tmserver/languages/", "").json();
    for list in ["sourceLanguages", "targetLanguages"] {
        let list: Vec<&str> = languages[list]
            .as_array()
            .unwrap()
            .iter()
            .filter_map(Value::as_str)
            .collect();
        assert!(["be", "en", "ru"].iter().all(|tag| list.contains(tag)));
    }
    // Its check of new settings.
    assert_eq!(weblate("GET", "/tmserver/en/de/unit/test", "").body, "[]");
    let found = weblate(
        "GET",
        &format!("/tmserver/ru/en/unit/{}", encoded(KNOWN)),
        "",
    )
    .json();
    assert_eq!(found[0]["target"], RENDERED);
    assert_eq!(found[0]["source"], KNOWN);
    // It takes int(quality) and compares it with its own threshold.
    assert!(found[0]["quality"].as_f64().unwrap() >= 75.0);
}

#[test]
fn weblate_asks_apertium() {
    let pairs = weblate("GET", "/listPairs", "").json();
    assert_eq!(pairs["responseStatus"], 200);
    let pairs = pairs["responseData"].as_array().unwrap();
    for (source, target) in [("ru", "en"), ("rus", "eng"), ("bel", "rus")] {
        let pair = json!({"sourceLanguage": source, "targetLanguage": target});
        assert!(pairs.contains(&pair), "{pair}");
    }
    let address = format!(
        "/translate?langpair=rus%7Ceng&q={}&markUnknown=no",
        form(KNOWN)
    );
    let answer = weblate("GET", &address, "").json();
    assert_eq!(answer["responseData"]["translatedText"], RENDERED);
}

#[test]
fn weblate_asks_libretranslate() {
    let codes = weblate("GET", "/languages", "").json();
    let codes: Vec<&Value> = codes
        .as_array()
        .unwrap()
        .iter()
        .map(|language| &language["code"])
        .collect();
    assert!(codes.contains(&&json!("be")));
    let known = "{\"api_key\": \"\", \"q\": [\"\\u041c\\u044b \\u043f\\u0440\\u0435\\u0434\\u043b\\u0430\\u0433\\u0430\\u0435\\u043c \\u0442\\u0440\\u0438 \\u0448\\u0430\\u0433\\u0430:\"], \"source\": \"ru\", \"target\": \"en\"}";
    let answer = weblate("POST", "/translate", known);
    assert_eq!(
        answer.body,
        format!("{{\"translatedText\":[\"{RENDERED}\"]}}")
    );
    let unknown = "{\"api_key\": \"\", \"q\": [\"test\"], \"source\": \"en\", \"target\": \"de\"}";
    let answer = weblate("POST", "/translate", unknown);
    assert_eq!(answer.status, 404);
    assert!(answer.json()["error"].is_string() && !answer.body.contains("test\""));
}

// Virtaal

#[test]
fn virtaal_asks_with_two_slashes() {
    let address = format!("/api/v1//ru/en/unit/{}", encoded(KNOWN));
    assert_eq!(virtaal(&address).json()[0]["target"], RENDERED);
    let address = format!("/tmserver/ru/en/unit/{}", encoded(KNOWN));
    assert_eq!(virtaal(&address).json()[0]["target"], RENDERED);
}

#[test]
fn virtaal_keeps_units_where_that_is_allowed() {
    let place = crate::support::Place::new();
    let writable = Server::start_in(place, &["--allow-write"]);
    let unit = "{\"source\": \"\\u0414\\u0430.\", \"target\": \"Yes.\"}";
    let put = format!(
        "PUT /tmserver/ru/en/unit/%D0%94%D0%B0. HTTP/1.1\r\nHost: HOST\r\nUser-Agent: Virtaal/1.0.0-beta1\r\nAccept: */*\r\nExpect: 100-continue\r\nContent-Length: 45\r\n\r\n{unit}"
    );
    let post = format!(
        "POST /tmserver/ru/en/unit/%D0%94%D0%B0. HTTP/1.1\r\nHost: HOST\r\nUser-Agent: Virtaal/1.0.0-beta1\r\nAccept: */*\r\nContent-Length: 45\r\nContent-Type: application/x-www-form-urlencoded\r\n\r\n{unit}"
    );
    for request in [&put, &post] {
        let answer = writable.send(request);
        assert_eq!((answer.status, answer.body.as_str()), (200, ""));
    }
    let store = format!(
        "[{unit}, {}]",
        "{\"source\": \"Нет.\", \"target\": \"No.\"}"
    );
    let answer = writable.put("POST", "/tmserver/ru/en/store/a.po", &store);
    assert_eq!(answer.body, "added 2 units");
    let found = writable.get("/tmserver/ru/en/unit/%D0%94%D0%B0.").json();
    assert_eq!(found[0]["target"], "Yes.");
    assert_eq!(writable.place.json(&["stats"])[0]["units"]["confirmed"], 2);
    // The usual server keeps nothing.
    assert_eq!(server().send(&put).status, 403);
}

// LibreTranslate's other clients

#[test]
fn libretranslate_takes_texts_arrays_and_forms() {
    let ask = |body: Value| server().put("POST", "/translate", &body.to_string());
    let one = ask(json!({"q": KNOWN, "source": "auto", "target": "en", "alternatives": 2})).json();
    assert_eq!(one["translatedText"], RENDERED);
    assert_eq!(one["alternatives"], json!([]));
    assert_eq!(one["detectedLanguage"]["language"], "ru");
    let many = ask(json!({"q": [KNOWN, "Да/нет?"], "source": "ru", "target": "en"})).json();
    assert_eq!(many["translatedText"], json!([RENDERED, "Yes/no?"]));
    let half = ask(json!({"q": [KNOWN, "Погода на море."], "source": "ru", "target": "en"}));
    assert_eq!(half.status, 404);
    let form = format!("q={}&source=ru&target=en", form(KNOWN));
    let answer = server().send(&format!(
        "POST /translate HTTP/1.1\r\nHost: HOST\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{form}",
        form.len()
    ));
    assert_eq!(answer.json()["translatedText"], RENDERED);
    let detected = server().put(
        "POST",
        "/detect",
        &json!({"q": "Добры дзень, сябры"}).to_string(),
    );
    assert_eq!(detected.json()[0]["language"], "be");
    for body in ["", "{}", "[]", "{\"q\": 1}", "{\"q\": \"a\"}", "\u{0}"] {
        assert_eq!(
            server().put("POST", "/translate", body).status,
            400,
            "{body}"
        );
    }
}
