//! What was counted and measured: printed where the test is read, and kept for the end of the long run.

use std::fs::OpenOptions;
use std::io::Write as _;

use super::counts::LONG;

/// Tells a line of figures. The ordinary run shows it only where the test fails.
#[allow(clippy::print_stdout, reason = "the test harness takes what is printed so")]
pub fn tell(line: &str) {
    println!("{line}");
    if let Some(file) = std::env::var_os(LONG) {
        let mut file = OpenOptions::new().create(true).append(true).open(file).expect("the file for the figures");
        writeln!(file, "{line}").expect("the file for the figures");
    }
}
