//! What every request must be before a handler sees it, and what every answer carries. Closed by default.
//!
//! * `Host` must name this server: a page elsewhere whose name was made to point here (DNS rebinding) is turned away.
//! * A method that may change something must not come from a page of another origin (`Origin`, `Sec-Fetch-Site`); programs send neither.
//! * The token, where one is set, must be shown in one of the places where clients can put it.
//! * The whole request, body and all, must be there within [`REQUEST_TIME`], the body within [`MOST_BODY`].

use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::{DefaultBodyLimit, MatchedPath, Request, State};
use axum::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use axum::http::{Method, StatusCode};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Redirect, Response};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD as BASE64;

use super::parameters::{Parameters, TOKENS};
use super::{App, Refusal, Shared};

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
    (header::REFERRER_POLICY, "same-origin"),
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
    let query = request.uri().query().unwrap_or_default();
    let refused = check_host(headers, &app.settings.hosts)
        .and_then(|()| check_origin(request.method(), headers))
        .and_then(
            |()| match app.shows_token(headers, query) || is_open(&request) {
                true => Ok(()),
                false => Err(no_token()),
            },
        );
    match refused {
        Ok(()) => next.run(request).await,
        Err(refusal) if refusal.status == StatusCode::UNAUTHORIZED && is_page(&request) => {
            Redirect::to("/login").into_response()
        }
        Err(refusal) => refusal.into_response(),
    }
}

/// Says whether a browser asks for a page, which a person can be sent on from. Browsers alone name XHTML; Java's clients ask for HTML too.
fn is_page(request: &Request) -> bool {
    let accepted = request.headers().get(header::ACCEPT);
    let accepted = accepted.and_then(|value| value.to_str().ok());
    request.method() == Method::GET
        && accepted.is_some_and(|it| it.contains("application/xhtml+xml"))
}

impl App {
    /// Says whether a request shows the token in one of the places where clients can put it.
    fn shows_token(&self, headers: &HeaderMap, query: &str) -> bool {
        // Where no token is set there is nothing to show.
        self.knows("") || shown(headers, query).iter().any(|token| self.knows(token))
    }

    /// Lets a request in that may show the token in its body, which the guard has not read.
    ///
    /// # Errors
    /// 401 when it shows none there, nor where the guard looks.
    pub(super) fn admit_key(&self, headers: &HeaderMap, key: Option<&str>) -> Result<(), Refusal> {
        match self.shows_token(headers, "") || key.is_some_and(|key| self.knows(key)) {
            true => Ok(()),
            false => Err(no_token()),
        }
    }
}

fn no_token() -> Refusal {
    Refusal::new(StatusCode::UNAUTHORIZED, "the token is missing or wrong")
        .hint("send it as `Authorization: Bearer TOKEN`")
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

/// Says whether it is let in without a token: what a supervisor asks, the page that asks for the token, and what may
/// show it in its body, to which [`App::admit_key`] looks.
fn is_open(request: &Request) -> bool {
    let path = request.uri().path();
    matches!(path, "/healthz" | "/readyz" | "/login" | "/preferences")
        || path.starts_with("/assets/")
        || *request.method() == Method::POST && matches!(path, "/translate" | "/detect")
}

fn check_host(headers: &HeaderMap, allowed: &[String]) -> Result<(), Refusal> {
    let mut hosts = headers.get_all(header::HOST).iter();
    let host = match (hosts.next(), hosts.next()) {
        (Some(host), None) => host.to_str().unwrap_or(""),
        _ => "",
    };
    let name = without_port(host);
    let is_ours = ["localhost", "127.0.0.1", "[::1]"]
        .into_iter()
        .chain(allowed.iter().map(String::as_str))
        .any(|it| it.eq_ignore_ascii_case(name));
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

/// The tokens that a client shows: Bearer; the password of Basic, which tools send that take an address with user and password; the cookie of our
/// pages; and `key` or `api_key` behind the address, as Apertium's clients have it.
fn shown(headers: &HeaderMap, query: &str) -> Vec<String> {
    let mut tokens = Vec::new();
    let text = |value: &HeaderValue| value.to_str().map(str::to_owned).ok();
    for value in headers
        .get_all(header::AUTHORIZATION)
        .iter()
        .filter_map(text)
    {
        if let Some(token) = value.strip_prefix("Bearer ") {
            tokens.push(token.to_owned());
        } else if let Some(pair) = value.strip_prefix("Basic ") {
            let pair = BASE64
                .decode(pair)
                .ok()
                .and_then(|it| String::from_utf8(it).ok());
            tokens.extend(pair.and_then(|it| it.split_once(':').map(|(_, it)| it.to_owned())));
        }
    }
    for value in headers.get_all(header::COOKIE).iter().filter_map(text) {
        let cookies = value.split(';').filter_map(|it| it.trim().split_once('='));
        tokens.extend(
            cookies
                .filter(|(name, _)| *name == COOKIE)
                .map(|(_, it)| it.to_owned()),
        );
    }
    let parameters = Parameters::parse(query);
    tokens.extend(
        TOKENS
            .iter()
            .filter_map(|name| parameters.peek(name))
            .map(str::to_owned),
    );
    tokens
}
