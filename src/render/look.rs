//! How the output looks: colour, width, and from which moment times are told.

/// What the terminal allows.
#[derive(Debug, Clone, Copy)]
pub struct Look {
    pub colour: bool,
    /// Columns; none off a terminal.
    pub width: Option<u16>,
    /// Relative times against this moment on a terminal; RFC 3339 where none.
    pub now: Option<jiff::Timestamp>,
}
