//! How much of a report a table shows.

/// How much is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Detail {
    Normal,
    /// `-o wide`: full values and every column.
    Wide,
}
