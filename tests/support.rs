//! Temporary places and running the program in them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

/// A temporary folder with a copy of what ships in `memories/`, and a memory of its own.
pub struct Place {
    folder: TempDir,
}

/// What a run of the program left.
#[derive(Debug)]
pub struct Run {
    pub status: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Place {
    /// Returns a fresh place with an empty memory.
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        copy(&root().join("memories"), &folder.path().join("memories"));
        Self { folder }
    }

    /// Returns a place whose memory holds the sample releases and the starter memory.
    pub fn with_samples() -> Self {
        let place = Self::new();
        place.expect(0, &["add", "memories/samples"]);
        place.expect(0, &["import", "memories/official.tmx"]);
        place
    }

    /// Returns a path in this place.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file in this place.
    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        fs::write(self.path(name), content).unwrap();
    }

    /// Reads a file in this place.
    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    /// Runs the program.
    pub fn run(&self, arguments: &[&str]) -> Run {
        self.run_with(arguments, "")
    }

    /// Runs the program with a text on standard input.
    pub fn run_with(&self, arguments: &[&str], stdin: &str) -> Run {
        let mut command = Command::new(env!("CARGO_BIN_EXE_diglot"));
        command.args(arguments);
        self.finish(command, stdin)
    }

    /// Runs a line of shell in which `diglot` is the program.
    #[cfg(unix)]
    pub fn shell(&self, line: &str) -> Run {
        let programs = Path::new(env!("CARGO_BIN_EXE_diglot")).parent().unwrap();
        let mut command = Command::new("sh");
        command.args(["-c", line]);
        command.env("PATH", format!("{}:{}", programs.display(), std::env::var("PATH").unwrap_or_default()));
        self.finish(command, "")
    }

    fn finish(&self, mut command: Command, stdin: &str) -> Run {
        self.write("stdin.txt", stdin);
        command.current_dir(self.folder.path());
        command.stdin(fs::File::open(self.path("stdin.txt")).unwrap()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command.env_remove("NO_COLOR").env_remove("DIGLOT_CONFIG");
        command.env("DIGLOT_MEMORY", self.path("memory.diglot"));
        // Whatever the user of this machine has settled must not reach a test.
        command.env("HOME", self.folder.path()).env("XDG_CONFIG_HOME", self.path("config")).env("XDG_DATA_HOME", self.path("data"));
        let output = command.output().unwrap();
        Run {
            status: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// Runs the program and insists on its exit code.
    pub fn expect(&self, status: i32, arguments: &[&str]) -> Run {
        let run = self.run(arguments);
        assert_eq!(run.status, status, "diglot {arguments:?}: {run:#?}");
        run
    }

    /// Runs the program with `--json` and returns the objects it writes.
    pub fn json(&self, arguments: &[&str]) -> Vec<serde_json::Value> {
        let run = self.run(&[&["--json"], arguments].concat());
        run.stdout.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{line}: {error}"))).collect()
    }
}

/// Returns the folder of the project.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}
