//! What one try to land came to.

use crate::domain::report::ChangeReport;

/// What one try to land came to.
pub enum Tried {
    Landed(Box<ChangeReport>),
    Moved,
}
