//! Adds and removes keys and items, in the indentation that the file has.

use super::edit::Edit;
use super::events::Event;
use super::prove::Expected;
use super::splice::Splice;
use super::tree::{Fault, Tree};

pub(super) fn change<'a>(
    _text: &str,
    _events: &[Event<'a>],
    _tree: &Tree,
    _edit: &'a Edit,
) -> Result<(Vec<Splice>, Vec<Expected<'a>>), Fault> {
    Err(Fault::nowhere("not yet"))
}
