//! The one integration binary: its module list is the table of contents.
#![allow(clippy::unwrap_used)] // helpers of tests, which the exception in `.clippy.toml` does not reach

mod cli;
mod exchange;
mod help;
mod interchange;
mod lexicon;
mod people;
mod segment;
mod support;
mod tidy;
