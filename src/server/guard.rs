//! What every request must be before a handler sees it, and what every answer carries. Closed by default.
//!
//! * `Host` must name this server: a page elsewhere whose name was made to point here (DNS rebinding) is turned away.
//! * A method that may change something must not come from a page of another origin (`Origin`, `Sec-Fetch-Site`); programs send neither.
//! * The token, where one is set, in `Authorization: Bearer`, or in the cookie that the pages set.
//! * The whole request, body and all, must be there within [`REQUEST_TIME`], the body within [`MOST_BODY`].

use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::{DefaultBodyLimit, MatchedPath, Request, State};
use axum::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use axum::http::{Method, StatusCode};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};

use super::{Refusal, Shared};

/// The most bytes of a request's body.
const MOST_BODY: usize = 1 << 20;

/// How long a request may take from its head to its answer; longer than any question to the memory may.
const REQUEST_TIME: Duration = Duration::from_secs(30);

/// The cookie that holds the token of a browser.
pub(super) const COOKIE: &str = "diglot_token";

/// What every answer carries. Scripts, styles and pictures come from here alone, nothing inline; no frame, no form to elsewhere.
const HEADERS: [(HeaderName, &str); 5] = [
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; form-action 'self'; \
         base-uri 'none'; frame-ancestors 'none'",
    ),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::CACHE_CONTROL, "no-store"),
];

/// Puts the guard around all routes.
pub(super) fn around(router: Router<Shared>, app: &Shared) -> Router<Shared> {
    router
        .layer(DefaultBodyLimit::max(MOST_BODY))
        .layer(middleware::from_fn_with_state(app.clone(), admit))
        .layer(middleware::from_fn_with_state(app.clone(), observe))
}

/// Turns away what may not come in.
async fn admit(State(app): State<Shared>, request: Request, next: Next) -> Response {
    let headers = request.headers();
    let refused = check_host(headers, &app.settings.hosts)
        .and_then(|()| check_origin(request.method(), headers))
        .and_then(|()| match app.knows(shown(headers)) || is_open(&request) {
            true => Ok(()),
            false => Err(
                Refusal::new(StatusCode::UNAUTHORIZED, "the token is missing or wrong")
                    .hint("send it as `Authorization: Bearer TOKEN`"),
            ),
        });
    match refused {
        Ok(()) => next.run(request).await,
        Err(refusal) => refusal.into_response(),
    }
}

/// Measures, logs, ends what takes too long, and adds what every answer carries.
async fn observe(State(app): State<Shared>, request: Request, next: Next) -> Response {
    let begun = Instant::now();
    let method = request.method().clone();
    // The pattern, never the address itself: texts stand in addresses.
    let route = request.extensions().get::<MatchedPath>().cloned();
    let _running = app.metrics.begin();
    let mut response = match tokio::time::timeout(REQUEST_TIME, next.run(request)).await {
        Ok(response) => response,
        Err(_) => {
            Refusal::new(StatusCode::REQUEST_TIMEOUT, "the request took too long").into_response()
        }
    };
    for (name, value) in HEADERS {
        response
            .headers_mut()
            .entry(name)
            .or_insert(HeaderValue::from_static(value));
    }
    let route = route.as_ref().map_or("-", MatchedPath::as_str);
    let status = response.status().as_u16();
    let took = begun.elapsed();
    app.metrics.count(route, status, took);
    (app.log)(&format!(
        "{method} {route} {status} {:.1} ms",
        took.as_secs_f64() * 1000.0
    ));
    response
}

/// Says whether anybody may ask for it: what a supervisor asks.
fn is_open(request: &Request) -> bool {
    matches!(request.uri().path(), "/healthz" | "/readyz")
}

fn check_host(headers: &HeaderMap, allowed: &[String]) -> Result<(), Refusal> {
    let mut hosts = headers.get_all(header::HOST).iter();
    let host = match (hosts.next(), hosts.next()) {
        (Some(host), None) => host.to_str().unwrap_or(""),
        _ => "",
    };
    let name = without_port(host);
    let is_ours = ["localhost", "127.0.0.1", "[::1]"].contains(&name)
        || allowed.iter().any(|it| it.eq_ignore_ascii_case(name))
        || name.eq_ignore_ascii_case("localhost");
    match is_ours {
        true => Ok(()),
        false => Err(Refusal::new(
            StatusCode::MISDIRECTED_REQUEST,
            "this server is not called so",
        )
        .hint("name further hosts with `diglot serve --host NAME`")),
    }
}

/// The host without its port: `localhost:8470`, `[::1]:8470`.
fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) => name,
        _ => host,
    }
}

fn check_origin(method: &Method, headers: &HeaderMap) -> Result<(), Refusal> {
    if matches!(*method, Method::GET | Method::HEAD) {
        return Ok(());
    }
    let text = |name: HeaderName| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
    let is_ours = match text(header::ORIGIN) {
        Some(origin) => {
            let host = text(header::HOST).unwrap_or("");
            origin.strip_prefix("http://") == Some(host)
                || origin.strip_prefix("https://") == Some(host)
        }
        None => true,
    };
    let site = text(HeaderName::from_static("sec-fetch-site"));
    match is_ours && matches!(site, None | Some("same-origin" | "none")) {
        true => Ok(()),
        false => Err(Refusal::new(
            StatusCode::FORBIDDEN,
            "a page of another site may not do this",
        )),
    }
}

/// The token that a client shows.
fn shown(headers: &HeaderMap) -> Option<&str> {
    let bearer = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.strip_prefix("Bearer "));
    bearer.or_else(|| {
        let cookies = headers.get_all(header::COOKIE).iter();
        cookies
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(';'))
            .filter_map(|cookie| cookie.trim().split_once('='))
            .find(|(name, _)| *name == COOKIE)
            .map(|(_, token)| token)
    })
}
