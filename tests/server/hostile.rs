//! The hostile matrix of `src/server/SECURITY.md`: each row of the table names the test here that holds it.

use std::io::{Read as _, Write as _};
use std::net::Shutdown;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::{Server, Shared, encoded, read};
use crate::support::{Place, root};

/// A server without leave to write that these tests share.
fn server() -> Arc<Server> {
    static SERVER: Shared = Shared::new();
    SERVER.or_start(|| Server::start(&["--host", "diglot.example.org"]))
}

fn status(request: &str) -> u16 {
    server().send(request).status
}

#[test]
fn every_row_of_the_table_has_its_test() {
    let table = std::fs::read_to_string(root().join("src/server/SECURITY.md")).unwrap();
    let tests = std::fs::read_to_string(root().join("tests/server/hostile.rs")).unwrap();
    let named: Vec<&str> = table
        .lines()
        .filter(|line| line.starts_with('|') && line.ends_with("` |"))
        .filter_map(|line| line.trim_end_matches("` |").rsplit('`').next())
        .collect();
    assert!(named.len() >= 15, "{named:?}");
    for name in named {
        assert!(tests.contains(&format!("fn {name}()")), "{name} is no test");
    }
}

#[test]
fn another_host_is_turned_away() {
    for host in [
        "evil.example",
        "127.0.0.1.evil.example",
        "localhost.evil.example:80",
        "",
        "0.0.0.0",
        "[::2]",
    ] {
        let request = format!("GET /api/documents HTTP/1.1\r\nHost: {host}\r\n\r\n");
        assert_eq!(status(&request), 421, "{host}");
    }
    for host in [
        "localhost",
        "LocalHost:99",
        "127.0.0.1",
        "[::1]:8470",
        "diglot.example.org",
    ] {
        let request = format!("GET /api/documents HTTP/1.1\r\nHost: {host}\r\n\r\n");
        assert_eq!(status(&request), 200, "{host}");
    }
    // None, or two of which one is right.
    assert_ne!(status("GET /api/documents HTTP/1.1\r\n\r\n"), 200);
    assert_ne!(
        status("GET /api/documents HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n"),
        200
    );
    // In absolute form the address names the host itself.
    assert_eq!(
        status("GET http://evil.example/api/documents HTTP/1.1\r\nHost: evil.example\r\n\r\n"),
        421
    );
}

#[test]
fn a_page_elsewhere_changes_nothing() {
    let server = Server::start(&["--allow-write"]);
    let post = |fields: &str, path: &str| {
        let body = "{\"type\":\"unit\",\"variants\":[{\"lang\":\"ru\",\"text\":\"а\"},{\"lang\":\"en\",\"text\":\"b\"}]}";
        server
            .send(&format!(
                "POST {path} HTTP/1.1\r\nHost: HOST\r\n{fields}Content-Length: {}\r\n\r\n{body}",
                body.len()
            ))
            .status
    };
    for fields in [
        "Origin: http://evil.example\r\n",
        "Origin: null\r\n",
        "Origin: http://127.0.0.1:1\r\n",
        "Origin: http://HOST.evil.example\r\n",
        "Sec-Fetch-Site: cross-site\r\n",
        "Sec-Fetch-Site: same-site\r\nOrigin: http://HOST\r\n",
    ] {
        for path in [
            "/api/units",
            "/tmserver/ru/en/unit/x",
            "/tmserver/ru/en/store/x",
            "/translate",
        ] {
            assert_eq!(post(fields, path), 403, "{fields} {path}");
        }
    }
    assert_eq!(server.place.json(&["stats"])[0]["units"]["confirmed"], 0);
    for fields in ["", "Origin: http://HOST\r\nSec-Fetch-Site: same-origin\r\n"] {
        assert_eq!(post(fields, "/api/units"), 200, "{fields}");
    }
    // Nor may a page elsewhere read: nothing allows it to.
    let answer = server
        .send("GET /api/documents HTTP/1.1\r\nHost: HOST\r\nOrigin: http://evil.example\r\n\r\n");
    assert_eq!(answer.field("access-control-allow-origin"), None);
}

#[test]
fn a_server_with_a_token_wants_it() {
    let server = Server::start(&["--token", "s3cret"]);
    let ask = |address: &str, fields: &str| {
        server
            .send(&format!(
                "GET {address} HTTP/1.1\r\nHost: HOST\r\n{fields}\r\n"
            ))
            .status
    };
    for fields in [
        "",
        "Authorization: Bearer\r\n",
        "Authorization: Bearer s3cre\r\n",
        "Authorization: Bearer s3cret!\r\n",
        "Authorization: s3cret\r\n",
        "Authorization: Basic czNjcmV0\r\n",
        "Cookie: diglot_token=\r\n",
        "Cookie: other=s3cret\r\n",
    ] {
        for address in [
            "/api/documents",
            "/metrics",
            "/tmserver/languages/",
            "/listPairs",
            "/languages",
            "/nothing",
        ] {
            assert_eq!(ask(address, fields), 401, "{address} {fields}");
        }
    }
    for fields in [
        "Authorization: Bearer s3cret\r\n",
        "Authorization: Basic ZGlnbG90OnMzY3JldA==\r\n",
        "Cookie: a=b; diglot_token=s3cret\r\n",
    ] {
        assert_eq!(ask("/api/documents", fields), 200, "{fields}");
    }
    assert_eq!(ask("/translate?q=a&langpair=ru|en&key=wrong", ""), 401);
    assert_eq!(ask("/translate?q=a&langpair=ru|en&key=s3cret", ""), 200);
    let body = |key: &str| {
        format!("{{\"q\":\"a\",\"source\":\"ru\",\"target\":\"en\",\"api_key\":\"{key}\"}}")
    };
    assert_eq!(server.put("POST", "/translate", &body("wrong")).status, 401);
    assert_eq!(
        server.put("POST", "/translate", &body("s3cret")).status,
        404
    );
    assert_eq!(server.put("POST", "/detect", "{\"q\":\"a\"}").status, 401);
    // A supervisor needs none.
    assert_eq!((ask("/healthz", ""), ask("/readyz", "")), (200, 200));
    assert!(!server.log().contains("s3cret"));
}

#[test]
fn another_address_needs_a_token() {
    let place = Place::new();
    place.expect(0, &["import", "memories/official.tmx"]);
    for arguments in [
        &["serve", "--check", "--address", "0.0.0.0", "--port", "0"][..],
        &[
            "serve",
            "--check",
            "--address",
            "0.0.0.0",
            "--port",
            "0",
            "--token",
            "",
        ],
    ] {
        place.expect(2, arguments);
    }
    place.expect(
        0,
        &[
            "serve",
            "--check",
            "--address",
            "0.0.0.0",
            "--port",
            "0",
            "--token",
            "x",
        ],
    );
}

#[test]
fn a_large_body_is_refused() {
    let server = server();
    let large = "x".repeat(2 << 20);
    for path in [
        "/api/units",
        "/translate",
        "/detect",
        "/tmserver/ru/en/unit/x",
    ] {
        let mut stream = server.connect();
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
            large.len()
        );
        stream.write_all(head.as_bytes()).unwrap();
        // It may be refused before all of it is sent.
        let _ = stream.write_all(large.as_bytes());
        assert!(
            read(&mut stream).is_none_or(|answer| answer.status == 413),
            "{path}"
        );
    }
    // Without a length it is counted as it comes.
    let mut stream = server.connect();
    let head = "POST /translate HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n";
    stream.write_all(head.as_bytes()).unwrap();
    for _ in 0..40 {
        let piece = format!("10000\r\n{}\r\n", "x".repeat(0x10000));
        if stream.write_all(piece.as_bytes()).is_err() {
            break;
        }
    }
    assert!(read(&mut stream).is_none_or(|answer| answer.status == 413));
    assert_eq!(server.get("/healthz").status, 200);
}

#[test]
fn a_large_head_is_refused() {
    let long = "x".repeat(100_000);
    assert!(matches!(
        status(&format!("GET /{long} HTTP/1.1\r\nHost: HOST\r\n\r\n")),
        414 | 431
    ));
    assert_eq!(
        status(&format!(
            "GET / HTTP/1.1\r\nHost: HOST\r\nX: {long}\r\n\r\n"
        )),
        431
    );
    let fields: String = (0..200)
        .map(|number| format!("X-{number}: a\r\n"))
        .collect();
    assert_eq!(
        status(&format!("GET / HTTP/1.1\r\nHost: HOST\r\n{fields}\r\n")),
        431
    );
    // A long segment is no attack.
    let text = encoded(&"слово ".repeat(500));
    assert_eq!(
        server().get(&format!("/tmserver/ru/en/unit/{text}")).status,
        200
    );
    let text = encoded(&"слово ".repeat(1700));
    assert_eq!(
        server().get(&format!("/tmserver/ru/en/unit/{text}")).status,
        400
    );
}

#[test]
fn another_method_does_nothing() {
    for method in ["DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "BREW"] {
        for path in [
            "/api/units",
            "/translate",
            "/healthz",
            "/tmserver/ru/en/unit/x",
        ] {
            let answer = server().send(&format!("{method} {path} HTTP/1.1\r\nHost: HOST\r\n\r\n"));
            assert!(
                matches!(answer.status, 400 | 404 | 405),
                "{method} {path}: {}",
                answer.status
            );
            assert_eq!(answer.field("access-control-allow-methods"), None);
        }
    }
}

#[test]
fn a_path_stays_inside() {
    for path in [
        "/../../etc/passwd",
        "/..%2F..%2Fetc%2Fpasswd",
        "/api/../../etc/passwd",
        "/api/documents/..%2F1",
        "/api/documents/1%00",
        "/api/units/%2e%2e%2f%2e%2e",
        "//etc/passwd",
        "/%",
        "/api/documents/9223372036854775808",
    ] {
        let answer = server().get(path);
        assert!(
            matches!(answer.status, 400 | 404),
            "{path}: {}",
            answer.status
        );
        assert!(!answer.body.contains("root:"));
    }
    // No UTF-8 and control characters are text like any other, or refused.
    for path in [
        "/tmserver/ru/en/unit/%FF%FE",
        "/tmserver/ru/en/unit/%00",
        "/api/suggest?to=en&text=%FF",
    ] {
        assert!(matches!(server().get(path).status, 200 | 400), "{path}");
    }
}

#[test]
fn what_is_no_http_is_refused() {
    let server = server();
    for bytes in [
        &b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"[..],
        b"GET\r\n\r\n",
        b"GET / HTTP/9.9\r\nHost: localhost\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost : localhost\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    ] {
        let mut stream = server.connect();
        stream.write_all(bytes).unwrap();
        stream.shutdown(Shutdown::Write).unwrap();
        let answer = read(&mut stream);
        assert!(
            answer.is_none_or(|answer| answer.status >= 400),
            "{bytes:?}"
        );
    }
    // What could be two requests is taken for one at most.
    let mut stream = server.connect();
    stream
        .write_all(b"POST /detect HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
        .unwrap();
    assert!(read(&mut stream).is_none_or(|answer| answer.status >= 400));
    assert_eq!(server.get("/healthz").status, 200);
}

#[test]
fn every_answer_is_marked_as_what_it_is() {
    for address in [
        "/api/documents",
        "/nothing",
        "/api/suggest",
        "/metrics",
        "/languages",
    ] {
        let answer = server().get(address);
        let policy = answer.field("content-security-policy").unwrap();
        assert!(
            policy.contains("default-src 'none'") && !policy.contains("unsafe"),
            "{address}"
        );
        assert_eq!(
            answer.field("x-content-type-options"),
            Some("nosniff"),
            "{address}"
        );
        assert_eq!(answer.field("x-frame-options"), Some("DENY"), "{address}");
        assert!(
            !answer.field("content-type").unwrap().contains("html"),
            "{address}"
        );
    }
}

#[test]
fn script_in_any_field_stays_text() {
    const EVIL: &str = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>";
    let place = Place::new();
    let quoted = serde_json::json!(EVIL);
    place.write(
        "evil.jsonl",
        format!(
            "{{\"type\":\"unit\",\"id\":{quoted},\"variants\":[{{\"lang\":\"ru\",\"text\":\"текст {text}\",\"places\":[{{\"publisher\":{quoted},\"address\":{quoted},\
             \"title\":{quoted},\"file\":{quoted},\"speaker\":{quoted},\"first\":0,\"last\":0,\"kind\":\"paragraph\"}}]}},{{\"lang\":\"en\",\"text\":{quoted}}}],\
             \"notes\":[{{\"text\":{quoted}}}],\"props\":[{{\"name\":{quoted},\"value\":{quoted}}}]}}\n",
            text = EVIL.replace('"', "\\\"")
        ),
    );
    place.expect(0, &["import", "evil.jsonl"]);
    let server = Server::start_in(place, &[]);
    let text = encoded(&format!("текст {EVIL}"));
    for address in [
        format!("/api/suggest?to=en&text={text}"),
        format!("/api/search?words={}", encoded("текст")),
        "/api/units".to_owned(),
        format!("/api/units/{}", encoded(EVIL)),
        "/api/documents".to_owned(),
        "/api/links?document=1".to_owned(),
        format!("/tmserver/ru/en/unit/{text}"),
        format!("/translate?langpair=ru|en&q={text}"),
        format!("/api/suggest?{}=1", encoded(EVIL)),
        format!("/{}", encoded(EVIL)),
    ] {
        let answer = server.get(&address);
        let media = answer.field("content-type").unwrap();
        assert!(media.starts_with("application/json"), "{address}: {media}");
        assert_eq!(answer.field("x-content-type-options"), Some("nosniff"));
        assert!(answer.json().is_object() || answer.json().is_array());
    }
}

#[test]
fn the_log_holds_no_text() {
    let server = Server::start(&["--allow-write"]);
    let text = encoded("Мы предлагаем три шага: тайна");
    server.get(&format!("/api/suggest?to=en&text={text}"));
    server.get(&format!("/tmserver/ru/en/unit/{text}"));
    server.get(&format!("/translate?langpair=ru|en&q={text}"));
    server.get(&format!("/{text}"));
    let body = "{\"q\":\"тайна\",\"source\":\"ru\",\"target\":\"en\",\"api_key\":\"ключ\"}";
    server.put("POST", "/translate", body);
    server.put(
        "PUT",
        "/tmserver/ru/en/unit/x",
        "{\"source\":\"тайна\",\"target\":\"secret\"}",
    );
    let log = server.log();
    assert!(
        log.contains("GET /api/suggest 200")
            && log.contains("GET /tmserver/{source}/{target}/unit/{*text} 200")
    );
    for secret in ["тайна", "secret", "ключ", "%D1", "шага", "steps"] {
        assert!(!log.contains(secret), "{secret}: {log}");
    }
    let metrics = server.get("/metrics").body;
    assert!(
        metrics.contains("diglot_request_seconds_count{route=\"/api/suggest\",status=\"200\"} 1")
    );
    assert!(!metrics.contains("тайна") && !metrics.contains("%D1"));
}

#[test]
fn slow_heads_are_cut_off_and_stop_nobody() {
    let server = server();
    let mut slow: Vec<_> = (0..200)
        .map(|_| {
            let mut stream = server.connect();
            stream
                .write_all(b"GET /healthz HTTP/1.1\r\nHost: loc")
                .unwrap();
            stream
        })
        .collect();
    let begun = Instant::now();
    for _ in 0..20 {
        let text = encoded("Мы предлагаем три шага:");
        assert_eq!(
            server.get(&format!("/tmserver/ru/en/unit/{text}")).status,
            200
        );
    }
    assert!(
        begun.elapsed() < Duration::from_secs(9),
        "{:?}",
        begun.elapsed()
    );
    // One that goes on sending a byte now and then is cut off all the same.
    let mut cut = None;
    for _ in 0..60 {
        std::thread::sleep(Duration::from_millis(500));
        if slow[0].write_all(b"a").is_err() {
            cut = Some(begun.elapsed());
            break;
        }
    }
    assert!(
        cut.is_some_and(|after| after < Duration::from_secs(25)),
        "{cut:?}"
    );
    let mut rest = Vec::new();
    let _ = slow[100].read_to_end(&mut rest);
    assert!(!rest.starts_with(b"HTTP/1.1 200"));
}

#[test]
fn a_slow_body_is_cut_off() {
    let server = server();
    let mut stream = server.connect();
    let head = "POST /detect HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n{";
    stream.write_all(head.as_bytes()).unwrap();
    let begun = Instant::now();
    let answer = read(&mut stream);
    assert!(answer.is_none_or(|answer| answer.status == 408));
    assert!(begun.elapsed() < Duration::from_secs(45));
}

#[test]
fn answers_that_nobody_reads_are_dropped() {
    let server = server();
    let mut stream = server.connect();
    stream
        .set_write_timeout(Some(Duration::from_secs(60)))
        .unwrap();
    // Far more answers than the buffers between us hold, and none is read.
    let request = "GET /api/openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n".repeat(100);
    let begun = Instant::now();
    while stream.write_all(request.as_bytes()).is_ok() {
        assert!(begun.elapsed() < Duration::from_secs(90));
    }
    assert!(
        begun.elapsed() < Duration::from_secs(50),
        "{:?}",
        begun.elapsed()
    );
    assert_eq!(server.get("/healthz").status, 200);
}

#[test]
fn a_half_closed_connection_gets_its_answer() {
    let server = server();
    let mut stream = server.connect();
    let text = encoded("Мы предлагаем три шага:");
    let request = format!("GET /tmserver/ru/en/unit/{text} HTTP/1.1\r\nHost: localhost\r\n\r\n");
    stream.write_all(request.as_bytes()).unwrap();
    stream.shutdown(Shutdown::Write).unwrap();
    assert_eq!(read(&mut stream).unwrap().status, 200);
    // One that says nothing before it is let go of at once.
    let mut stream = server.connect();
    stream.shutdown(Shutdown::Write).unwrap();
    assert!(read(&mut stream).is_none());
    // As is one that ends in the middle of its head or its body.
    for start in [
        "GET /healthz HT",
        "POST /detect HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n{",
    ] {
        let mut stream = server.connect();
        stream.write_all(start.as_bytes()).unwrap();
        stream.shutdown(Shutdown::Write).unwrap();
        let answer = read(&mut stream);
        assert!(answer.is_none_or(|answer| answer.status >= 400), "{start}");
    }
}

#[cfg(unix)]
#[test]
fn asked_to_end_it_answers_what_was_begun() {
    let mut server = Server::start(&[]);
    // A request whose body is still under way when the end is asked for.
    let body = "{\"q\":\"Добры дзень, сябры\"}";
    // The first question loads the language models, which may take a busy machine longer than the end waits.
    assert_eq!(server.put("POST", "/detect", body).status, 200);
    let mut begun = server.connect();
    begun
        .write_all(
            format!(
                "POST /detect HTTP/1.1\r\nHost: localhost\r\nContent-Length: {}\r\n\r\n",
                body.len()
            )
            .as_bytes(),
        )
        .unwrap();
    let mut idle = server.connect();
    idle.write_all(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
        .unwrap();
    assert_eq!(read(&mut idle).unwrap().status, 200);
    std::thread::sleep(Duration::from_millis(300));
    let asked = Instant::now();
    server.terminate();
    std::thread::sleep(Duration::from_millis(500));
    assert!(std::net::TcpStream::connect(server.address).is_err());
    begun.write_all(body.as_bytes()).unwrap();
    assert_eq!(read(&mut begun).unwrap().json()[0]["language"], "be");
    assert_eq!(server.wait(), Some(0));
    assert!(asked.elapsed() < Duration::from_secs(10));
    // One that never comes to an end is not waited for longer than that.
    let mut server = Server::start(&[]);
    let mut endless = server.connect();
    endless
        .write_all(b"POST /detect HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n{")
        .unwrap();
    std::thread::sleep(Duration::from_millis(300));
    let asked = Instant::now();
    server.terminate();
    assert_eq!(server.wait(), Some(0));
    assert!(
        asked.elapsed() < Duration::from_secs(13),
        "{:?}",
        asked.elapsed()
    );
}
