//! What all pages have around them: the words of the person's language, the theme, where they are.

use std::convert::Infallible;

use askama::Template;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};

use super::super::{Refusal, Shared};
use super::assets;
use crate::interface::Words;
use crate::model::Lang;

/// The cookies that hold a person's choices.
pub(super) const LANGUAGE: &str = "diglot_language";
pub(super) const THEME: &str = "diglot_theme";

/// What a page's template is given beside what it shows.
pub(super) struct Chrome {
    words: &'static Words,
    /// `light`, `dark`, or `auto` for what the system says.
    pub(super) theme: &'static str,
    /// The address of the page, from the root.
    pub(super) here: String,
    /// Whether the memory may be changed.
    pub(super) may_write: bool,
}

impl FromRequestParts<Shared> for Chrome {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Result<Self, Infallible> {
        let theme = match cookie(&parts.headers, THEME) {
            Some("light") => "light",
            Some("dark") => "dark",
            _ => "auto",
        };
        let here = parts.uri.path_and_query().map_or("/", |it| it.as_str());
        Ok(Self {
            words: words(&parts.headers),
            theme,
            here: here.to_owned(),
            may_write: app.settings.allow_write,
        })
    }
}

/// Returns a cookie's value.
fn cookie<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    let cookies = headers.get_all(header::COOKIE).iter();
    cookies
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|cookie| cookie.trim().split_once('='))
        .find(|(known, _)| *known == name)
        .map(|(_, value)| value)
}

/// Returns the words of the language that was chosen, else of the first that the browser asks for and the interface has.
fn words(headers: &HeaderMap) -> &'static Words {
    let chosen = cookie(headers, LANGUAGE).and_then(|tag| Lang::new(tag).ok());
    if let Some(lang) = chosen {
        return Words::of(&lang);
    }
    let accepted = headers
        .get(header::ACCEPT_LANGUAGE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or("");
    let known = accepted.split(',').find_map(|range| {
        let lang = Lang::new(range.split(';').next()?).ok()?;
        Words::all()
            .iter()
            .find(|words| words.tag() == lang.primary())
    });
    known.unwrap_or(&Words::all()[0])
}

impl Chrome {
    pub(super) fn words(&self) -> &'static Words {
        self.words
    }

    /// Returns the words for a key.
    pub(super) fn say<'k>(&self, key: &'k str) -> &'k str
    where
        'static: 'k,
    {
        self.words.say(key)
    }

    /// Returns the interface's language.
    pub(super) fn lang(&self) -> &'static str {
        self.words.tag()
    }

    /// Returns all languages of the interface: tag, name, whether it is this one.
    pub(super) fn languages(&self) -> Vec<(&'static str, &'static str, bool)> {
        let all = Words::all().iter();
        all.map(|words| (words.tag(), words.name(), words.tag() == self.words.tag()))
            .collect()
    }

    /// Says whether a link leads to this part of the pages.
    pub(super) fn is_at(&self, start: &str) -> bool {
        let path = self.here.split('?').next().unwrap_or("");
        match start {
            "/" => path == "/" || path.starts_with("/review") || path.starts_with("/documents"),
            start => path.starts_with(start),
        }
    }

    /// Returns what the script says, as JSON.
    pub(super) fn script_words(&self) -> String {
        // A map of strings: that cannot fail.
        serde_json::to_string(&self.words.under("script.")).unwrap_or_default()
    }

    /// Returns what changes with the stylesheet and the script.
    pub(super) fn version(&self) -> &'static str {
        assets::version()
    }

    /// Shows a page, or why there is none.
    pub(super) fn show<T: Template>(&self, page: Result<T, Refusal>) -> Response {
        match page.and_then(|page| page.render().map_err(|_| Refusal::broken())) {
            Ok(html) => Html(html).into_response(),
            Err(refusal) => self.refuse(&refusal),
        }
    }

    /// Shows why there is no page.
    pub(super) fn refuse(&self, refusal: &Refusal) -> Response {
        let page = Failed {
            c: self,
            message: &refusal.message,
            is_missing: refusal.status == StatusCode::NOT_FOUND,
        };
        let html = page.render().unwrap_or_default();
        (refusal.status, Html(html)).into_response()
    }
}

#[derive(Template)]
#[template(path = "failed.html", config = "src/askama.toml")]
struct Failed<'p> {
    c: &'p Chrome,
    message: &'p str,
    is_missing: bool,
}
