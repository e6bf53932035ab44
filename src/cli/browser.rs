//! Opening a page in the browser of the person at the terminal.

use std::process::{Command, Stdio};

/// Asks the system to open an address and says whether it could be asked.
pub(super) fn open(address: &str) -> bool {
    let (program, arguments): (&str, &[&str]) = if cfg!(target_os = "windows") {
        ("rundll32", &["url.dll,FileProtocolHandler"])
    } else if cfg!(target_os = "macos") {
        ("open", &[])
    } else {
        ("xdg-open", &[])
    };
    let started = Command::new(program)
        .args(arguments)
        .arg(address)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    let Ok(mut child) = started else { return false };
    // Waited for in the background, so that it does not stay behind as a zombie.
    std::thread::spawn(move || child.wait());
    true
}
