//! Results as values, written as text or JSON.
