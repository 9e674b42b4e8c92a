//! The command line: what is asked, the terminal, exit codes.

/// Runs the program and returns its exit code.
pub fn run() -> u8 {
    0
}
