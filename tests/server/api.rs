//! The JSON API, held to its description: every address of `openapi.json` exists with the methods and answers it names, and no other.

use serde_json::{Value, json};

use super::{Server, encoded};
use crate::support::root;

fn description() -> Value {
    let text = std::fs::read_to_string(root().join("src/server/api/openapi.json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

/// Says what is wrong with a value by a schema, of the part of JSON Schema that the description uses.
fn fault(value: &Value, schema: &Value, all: &Value) -> Option<String> {
    if let Some(name) = schema["$ref"].as_str() {
        let schema = &all[name.rsplit('/').next()?];
        assert!(schema.is_object(), "{name} is not described");
        return fault(value, schema, all);
    }
    let wrong = |what: &str| Some(format!("{what}: {value} by {schema}"));
    if schema.get("const").is_some_and(|wanted| wanted != value) {
        return wrong("another constant");
    }
    let one_of = |list: &Value| list.as_array().unwrap().contains(value);
    if schema.get("enum").is_some_and(|list| !one_of(list)) {
        return wrong("none of the words");
    }
    let is = |name: &Value| match name.as_str().unwrap() {
        "string" => value.is_string(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        "null" => value.is_null(),
        other => panic!("{other} is no type"),
    };
    let fits = match &schema["type"] {
        Value::Null => true,
        Value::Array(types) => types.iter().any(is),
        name => is(name),
    };
    if !fits {
        return wrong("another type");
    }
    let bound = |name: &str| schema[name].as_f64();
    if let Some(number) = value.as_f64()
        && (bound("minimum").is_some_and(|least| number < least)
            || bound("maximum").is_some_and(|most| number > most))
    {
        return wrong("out of bounds");
    }
    if let (Some(items), false) = (value.as_array(), schema["items"].is_null()) {
        return items
            .iter()
            .find_map(|item| fault(item, &schema["items"], all));
    }
    let object = value.as_object()?;
    for name in schema["required"].as_array().into_iter().flatten() {
        if !object.contains_key(name.as_str()?) {
            return wrong(&format!("{name} is missing"));
        }
    }
    object
        .iter()
        .find_map(|(name, inner)| match &schema["properties"][name] {
            Value::Null if schema["additionalProperties"] == json!(false) => {
                Some(format!("`{name}` is not described: {value}"))
            }
            Value::Null => None,
            schema => fault(inner, schema, all),
        })
}

#[test]
fn every_described_answer_is_as_described() {
    let description = description();
    let all = &description["components"]["schemas"];
    let server = Server::start(&["--allow-write"]);
    let unit = server.get("/api/units?limit=1").json()["units"][0]["id"].clone();
    let unit = format!("/api/units/{}", unit.as_str().unwrap());
    let suggest = |text: &str| format!("/api/suggest?to=en&text={}", encoded(text));
    let new = "{\"type\":\"unit\",\"variants\":[{\"lang\":\"ru\",\"text\":\"Да.\"},{\"lang\":\"en\",\"text\":\"Yes.\"}]}";
    let word = encoded("шага");
    let requests: Vec<(&str, String, &str, &str, u16)> = vec![
        ("/openapi.json", "/api/openapi.json".into(), "GET", "", 200),
        (
            "/suggest",
            suggest("Мы предлагаем четыре шага:"),
            "GET",
            "",
            200,
        ),
        (
            "/suggest",
            suggest("Мы предлагаем нечто совсем другое, о чём никто не говорил")
                + "&fragments=true",
            "GET",
            "",
            200,
        ),
        ("/suggest", suggest("x") + "&foo=1", "GET", "", 400),
        ("/suggest", suggest("x") + "&min=0", "GET", "", 400),
        (
            "/search",
            format!("/api/search?words={word}&langs=ru,en&since=2020-01-01"),
            "GET",
            "",
            200,
        ),
        (
            "/search",
            format!("/api/search?words={word}&view=kwic&sort=left&limit=2"),
            "GET",
            "",
            200,
        ),
        (
            "/search",
            format!("/api/search?words={word}&view=renderings"),
            "GET",
            "",
            200,
        ),
        (
            "/search",
            format!("/api/search?words={word}&view=other"),
            "GET",
            "",
            400,
        ),
        (
            "/units",
            "/api/units?limit=3&status=automatic".into(),
            "GET",
            "",
            200,
        ),
        ("/units", "/api/units?limit=0".into(), "GET", "", 400),
        ("/units", "/api/units".into(), "POST", new, 200),
        (
            "/units",
            "/api/units".into(),
            "POST",
            "{\"type\":\"unit\"}",
            400,
        ),
        ("/units/{unit}", unit.clone(), "GET", "", 200),
        ("/units/{unit}", "/api/units/none".into(), "GET", "", 404),
        (
            "/units/{unit}",
            unit.clone(),
            "PUT",
            "{\"status\":\"confirmed\"}",
            200,
        ),
        (
            "/units/{unit}",
            unit.clone(),
            "PUT",
            "{\"status\":\"certain\"}",
            400,
        ),
        (
            "/units/{unit}",
            "/api/units/none".into(),
            "PUT",
            "{\"status\":\"confirmed\"}",
            404,
        ),
        (
            "/documents",
            "/api/documents?langs=be".into(),
            "GET",
            "",
            200,
        ),
        (
            "/documents",
            "/api/documents?speaker".into(),
            "GET",
            "",
            200,
        ),
        (
            "/documents",
            "/api/documents?since=yesterday".into(),
            "GET",
            "",
            400,
        ),
        (
            "/documents/{document}",
            "/api/documents/1".into(),
            "GET",
            "",
            200,
        ),
        (
            "/documents/{document}",
            "/api/documents/x".into(),
            "GET",
            "",
            404,
        ),
        ("/links", "/api/links?document=1".into(), "GET", "", 200),
        (
            "/links",
            "/api/links?document=1&below=0.9".into(),
            "GET",
            "",
            200,
        ),
        ("/links", "/api/links".into(), "GET", "", 400),
        ("/links", "/api/links?document=999".into(), "GET", "", 404),
    ];
    for (path, address, method, body, status) in &requests {
        let answer = match body.is_empty() {
            true => server.get(address),
            false => server.put(method, address, body),
        };
        assert_eq!(answer.status, *status, "{method} {address}: {answer:?}");
        let described =
            &description["paths"][path][method.to_lowercase()]["responses"][status.to_string()];
        let schema = &described["content"]["application/json"]["schema"];
        assert!(
            schema.is_object(),
            "{method} {path} {status} is not described"
        );
        assert_eq!(
            fault(&answer.json(), schema, all),
            None,
            "{method} {address}"
        );
    }
    // Every operation was asked for, and answered well.
    for (path, operations) in description["paths"].as_object().unwrap() {
        for method in operations.as_object().unwrap().keys() {
            let asked = requests.iter().any(|(at, _, by, _, status)| {
                at == path && by.eq_ignore_ascii_case(method) && *status == 200
            });
            assert!(asked, "{method} {path} is described and not tried");
        }
        // No other method does anything.
        let address = format!("/api{path}")
            .replace("{unit}", "x")
            .replace("{document}", "1");
        for method in ["GET", "POST", "PUT", "PATCH", "DELETE"] {
            if operations[method.to_lowercase()].is_null() {
                let answer = server.put(method, &address, "{}");
                assert_eq!(answer.status, 405, "{method} {address}");
            }
        }
    }
}

#[test]
fn every_route_is_described() {
    let description = description();
    let code = std::fs::read_to_string(root().join("src/server/api/mod.rs")).unwrap();
    let routes: Vec<&str> = code
        .split(".route(\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .collect();
    assert!(routes.len() >= 8);
    for route in routes {
        assert!(
            description["paths"][route].is_object(),
            "{route} is not described"
        );
    }
}

#[test]
fn the_answers_are_those_of_the_command_line() {
    let server = Server::start(&[]);
    let text = "Мы предлагаем четыре шага:";
    let own = server.get(&format!("/api/suggest?to=en&text={}", encoded(text)));
    let said = &server.place.json(&["suggest", "--to", "en", text])[0];
    assert_eq!(own.json(), *said);
    let found = server
        .get(&format!("/api/search?words={}", encoded("шага")))
        .json();
    let said = server.place.json(&["search", "шага"]);
    assert_eq!(found["hits"], json!(said));
    // Pages of units make up the whole export.
    let (mut units, mut next) = (Vec::new(), Some(0));
    while let Some(after) = next {
        let page = server
            .get(&format!("/api/units?limit=7&after={after}"))
            .json();
        units.extend(page["units"].as_array().unwrap().iter().cloned());
        next = page["next"].as_i64();
    }
    let exported = server
        .place
        .expect(0, &["export", "--format", "jsonl"])
        .stdout;
    let exported: Vec<Value> = exported
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(units, exported);
}

#[test]
fn what_is_written_is_found_at_once_and_can_be_taken_back() {
    let server = Server::start(&["--allow-write"]);
    let ask = || {
        let address = format!(
            "/api/suggest?to=en&from=ru&text={}",
            encoded("Заседание отложено.")
        );
        server.get(&address).json()["matches"].clone()
    };
    assert_eq!(ask(), json!([]));
    let unit = "{\"type\":\"unit\",\"variants\":[{\"lang\":\"ru\",\"text\":\"Заседание отложено.\"},{\"lang\":\"en\",\"text\":\"The session was adjourned.\"}]}";
    let added = server.put("POST", "/api/units", unit).json();
    assert_eq!(
        (&added["added"], &added["duplicates"]),
        (&json!(1), &json!(0))
    );
    assert_eq!(ask()[0]["target"], "The session was adjourned.");
    assert_eq!(
        server.put("POST", "/api/units", unit).json()["duplicates"],
        1
    );
    // Another process takes it back, and the server sees that too.
    server.place.expect(0, &["undo"]);
    assert_eq!(ask(), json!([]));
}
