//! Which build of the program this is.

use std::time::SystemTime;

/// The version, and what tells two builds of one version apart.
pub fn build() -> String {
    let program = std::env::current_exe().and_then(std::fs::metadata);
    let stamp = program.ok().and_then(|file| Some((file.len(), file.modified().ok()?)));
    let since = |time: SystemTime| time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    let stamp = stamp.map_or(String::new(), |(size, time)| format!(" {size} {}", since(time).as_nanos()));
    format!("{}{stamp}", env!("CARGO_PKG_VERSION"))
}
