//! The part of an address behind the `?`, or a form: names and values.
//!
//! Our own addresses refuse names that they do not know, since a mistyped filter would give a wrong answer; other tools' protocols pass over them.

use std::str::FromStr;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;

use super::Refusal;
use crate::model::Lang;

/// The names under which a token may be shown.
pub(super) const TOKENS: [&str; 2] = ["key", "api_key"];

/// Names and values, in order.
#[derive(Debug, Default)]
pub(super) struct Parameters(Vec<(String, String)>);

impl<S: Sync> FromRequestParts<S> for Parameters {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Refusal> {
        Ok(Self::parse(parts.uri.query().unwrap_or_default()))
    }
}

impl Parameters {
    /// Reads `name=value&name=value`, as forms are encoded (WHATWG URL, section 5).
    pub(super) fn parse(text: &str) -> Self {
        Self(
            form_urlencoded::parse(text.as_bytes())
                .into_owned()
                .collect(),
        )
    }

    /// Says whether a name is given.
    pub(super) fn has(&self, name: &str) -> bool {
        self.peek(name).is_some()
    }

    /// Returns a value and leaves it.
    pub(super) fn peek(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(given, _)| given == name);
        found.map(|(_, value)| value.as_str())
    }

    /// Takes a value out.
    pub(super) fn take(&mut self, name: &str) -> Option<String> {
        let at = self.0.iter().position(|(given, _)| given == name)?;
        Some(self.0.remove(at).1)
    }

    /// Takes a value out that must be there.
    pub(super) fn require(&mut self, name: &str) -> Result<String, Refusal> {
        self.take(name)
            .ok_or_else(|| Refusal::misuse(format!("`{name}` is missing")))
    }

    /// Takes all values of a name out.
    pub(super) fn take_all(&mut self, name: &str) -> Vec<String> {
        std::iter::from_fn(|| self.take(name)).collect()
    }

    /// Takes a number, a date or the like out.
    pub(super) fn number<T: FromStr>(&mut self, name: &str) -> Result<Option<T>, Refusal> {
        let Some(text) = self.take(name) else {
            return Ok(None);
        };
        let read = text.trim().parse();
        read.map(Some)
            .map_err(|_| Refusal::misuse(format!("`{name}` cannot be read as what it should be")))
    }

    /// Takes a language out.
    pub(super) fn lang(&mut self, name: &str) -> Result<Option<Lang>, Refusal> {
        Ok(self.take(name).map(|tag| Lang::new(&tag)).transpose()?)
    }

    /// Takes a yes or no out: `true`, `1` or nothing behind the name is yes.
    pub(super) fn flag(&mut self, name: &str) -> Result<bool, Refusal> {
        match self.take(name).as_deref() {
            None | Some("false" | "0") => Ok(false),
            Some("true" | "1" | "") => Ok(true),
            Some(_) => Err(Refusal::misuse(format!("`{name}` is `true` or `false`"))),
        }
    }

    /// Refuses what was not taken, but for a token, which the guard has looked at.
    pub(super) fn finish(self) -> Result<(), Refusal> {
        let rest = self
            .0
            .iter()
            .find(|(name, _)| !TOKENS.contains(&name.as_str()));
        match rest {
            None => Ok(()),
            Some((name, _)) => Err(Refusal::misuse(format!("`{name}` is not known here"))
                .hint("the parameters are in `/api/openapi.json`")),
        }
    }
}
