//! One escaper for each sink. Everything from outside passes one on its way out.

/// For a terminal: control characters, CR, BS, BEL, escape sequences and bidirectional controls become visible escapes. One line stays one line.
pub fn terminal(_untrusted: &str) -> String {
    unimplemented!()
}

/// For a table cell in Markdown.
pub fn markdown(_untrusted: &str) -> String {
    unimplemented!()
}

/// For one CSV field (RFC 4180, and no formula at the start).
pub fn csv(_untrusted: &str) -> String {
    unimplemented!()
}
