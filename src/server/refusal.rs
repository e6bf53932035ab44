//! An answer that says no: a status, what is wrong, and what would help. JSON, for people and programs alike.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use crate::error::Error;

/// Why a request is not answered as asked.
#[derive(Debug)]
pub struct Refusal {
    /// The HTTP status.
    pub status: StatusCode,
    /// What is wrong, in lower case without a full stop; it never holds anything of a memory's texts.
    pub message: String,
    /// What would help.
    pub hint: Option<&'static str>,
}

/// The body of a refusal.
#[derive(Serialize)]
struct Body<'r> {
    r#type: &'static str,
    error: &'r str,
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<&'static str>,
}

impl Refusal {
    /// Returns a refusal without a hint.
    pub fn new(status: StatusCode, message: impl Into<String>) -> Self {
        Self {
            status,
            message: message.into(),
            hint: None,
        }
    }

    /// Returns the refusal with a hint.
    pub fn hint(mut self, hint: &'static str) -> Self {
        self.hint = Some(hint);
        self
    }

    /// The request makes no sense.
    pub fn misuse(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, message)
    }

    /// What the request names is not there.
    pub fn unknown(message: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, message)
    }

    pub(super) fn busy(message: &str) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, message).hint("try again a little later")
    }

    pub(super) fn read_only() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "this server may not change the memory",
        )
        .hint("start it with `diglot serve --allow-write`")
    }

    pub(super) fn broken() -> Self {
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "the question could not be worked out; this is a defect of diglot",
        )
    }
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        match &error {
            Error::Invalid { .. } | Error::Syntax { .. } => Self::misuse(error.to_string()),
            Error::Interrupted { .. } => Self::busy("the question took too long and was given up"),
            Error::DamagedIndex { .. } => {
                Self::busy("the index of the memory is damaged and is made anew")
            }
            // Causes name files and what the system said of them, no texts.
            _ => {
                let mut message = error.to_string();
                let mut cause = std::error::Error::source(&error);
                while let Some(source) = cause {
                    message.push_str(": ");
                    message.push_str(&source.to_string());
                    cause = source.source();
                }
                Self::new(StatusCode::SERVICE_UNAVAILABLE, message)
            }
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let body = Body {
            r#type: "error",
            error: &self.message,
            hint: self.hint,
        };
        (self.status, Json(body)).into_response()
    }
}

/// Answers for addresses that do not exist.
pub(super) async fn not_found() -> Refusal {
    Refusal::unknown("there is nothing at this address")
}

/// Answers for methods that an address does not take.
pub(super) async fn not_allowed() -> Refusal {
    Refusal::new(
        StatusCode::METHOD_NOT_ALLOWED,
        "this address does not take this method",
    )
}
