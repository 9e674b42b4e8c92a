//! How a file looks: its first line says why it exists, and it is not too long to be read.

use super::sources::{below, root, sources};

#[test]
fn every_file_says_in_its_first_line_why_it_exists() {
    let mut files = sources();
    for folder in ["tests", "benches"] {
        files.extend(below(&root().join(folder)));
    }
    for file in files {
        let first = file.text.lines().next().unwrap_or_default();
        assert!(first.starts_with("//! ") && first.len() > 8, "{}: {first:?}", file.path.display());
    }
}

#[test]
fn no_file_has_more_than_600_lines_of_code_before_its_tests() {
    for file in sources() {
        let code = file.text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
        let lines = code.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("//")).count();
        assert!(lines <= 600, "{}: {lines} lines", file.path.display());
    }
}
