//! What a memory holds, as text that two runs at different times write alike: everything but moments.

use std::path::Path;

use diglot::memory::{Access, Filter, Memory};

/// Returns what the memory at `path` holds and says of itself; where it is not sound or cannot be opened, why.
pub fn state(path: &Path) -> Result<String, String> {
    // What was cut off while it was made is made anew.
    let memory = Memory::open(path, Access::Create).map_err(|error| said(&error))?;
    let findings = memory.check(&mut |_| true).map_err(|error| said(&error))?;
    if let Some(finding) = findings.first() {
        return Err(format!(
            "{} findings of `check`, the first: {}: {}",
            findings.len(),
            finding.what,
            finding.problem
        ));
    }
    content(&memory).map_err(|error| said(&error))
}

/// Returns an error with its causes.
pub fn said(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(source) = cause {
        text.push_str(": ");
        text.push_str(&source.to_string());
        cause = source.source();
    }
    text
}

fn content(memory: &Memory) -> diglot::Result<String> {
    let mut out = String::new();
    for document in memory.documents(&Filter::default())? {
        let segments = memory.segments(document.id)?;
        out.push_str(&format!(
            "{:?} {} {:?} {:?} {segments:?}\n",
            document.id, document.lang, document.origin, document.version_of
        ));
    }
    memory.units(&Filter::default(), &mut |id, unit| {
        out.push_str(&format!("{id:?} {unit:?}\n"));
        Ok(())
    })?;
    for entry in memory.log(usize::MAX)? {
        let change = &entry.change;
        out.push_str(&format!(
            "{:?} {} {} {:?} {:?} {:?}\n",
            entry.id, change.command, change.detail, entry.counts, entry.undoes, entry.undone_by
        ));
    }
    Ok(out)
}

/// Numbers that look random and are the same in every run (splitmix64, Steele et al. 2014).
pub struct Random(pub u64);

impl Random {
    pub fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `end`, which is at least 1.
    pub fn below(&mut self, end: u64) -> u64 {
        self.number() % end.max(1)
    }
}
