//! What the help promises: every command has it, every example in it runs.

use crate::support::Place;

fn commands() -> Vec<String> {
    let help = Place::new().expect(0, &["--help"]).stdout;
    let listed = help
        .split("Commands:\n")
        .nth(1)
        .unwrap()
        .split("\n\n")
        .next()
        .unwrap();
    let names: Vec<String> = listed
        .lines()
        .filter(|line| line.starts_with("  ") && !line.starts_with("   "))
        .map(|line| line.split_whitespace().next().unwrap().to_owned())
        .collect();
    assert!(names.len() >= 15, "{names:?}");
    names
}

/// The examples of a help text, lines that go on after a backslash joined.
fn examples(help: &str) -> Vec<String> {
    let block = help
        .split("Examples:\n")
        .nth(1)
        .unwrap_or("")
        .replace("\\\n", "");
    block
        .lines()
        .filter_map(|line| line.strip_prefix("  ").map(str::to_owned))
        .collect()
}

#[test]
fn every_command_explains_itself_with_two_examples() {
    let place = Place::new();
    for command in commands() {
        let help = place.expect(0, &[&command, "--help"]).stdout;
        assert!(examples(&help).len() >= 2, "{command}: {help}");
    }
}

#[cfg(unix)]
#[test]
fn every_example_runs() {
    for command in commands() {
        let samples = Place::with_samples();
        for example in examples(&samples.expect(0, &[&command, "--help"]).stdout) {
            let run = samples.shell(&example);
            assert_eq!(run.status, 0, "{example}: {run:#?}");
        }
    }
}

#[test]
fn the_manual_and_the_completions_know_every_command() {
    let place = Place::new();
    let manual = place.expect(0, &["man"]).stdout;
    let completions = place.expect(0, &["completions", "bash"]).stdout;
    for command in commands() {
        assert!(
            manual.contains(&command) && completions.contains(&command),
            "{command}"
        );
        assert!(
            place.expect(0, &["man", &command]).stdout.contains(".SH"),
            "{command}"
        );
    }
    place.expect(2, &["man", "nonsense"]);
}
