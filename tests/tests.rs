//! The one integration binary: its module list is the table of contents.
#![allow(clippy::unwrap_used)] // helpers of tests, which the exception in `.clippy.toml` does not reach

mod cli;
mod durability;
mod exchange;
mod help;
mod interchange;
mod lexicon;
mod people;
mod segment;
#[cfg(feature = "server")]
mod server;
mod support;
mod tidy;

#[path = "bench/readers.rs"]
mod readers;

#[test]
fn readers_beside_writers_see_whole_commits_and_nothing_is_locked() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("memory.diglot");
    let outcome = readers::run(&path, 2, 8, std::time::Duration::from_secs(3));
    assert_eq!(outcome.faults, [] as [String; 0]);
    assert!(outcome.batches > 0 && outcome.answers > 0);
}
