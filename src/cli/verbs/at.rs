//! Arguments of a name and what stands after an `@`: a revision, a time.

use crate::domain::names::BadName;

/// The name before the first `@` and what stands after it.
pub fn split<'a>(text: &'a str, what: &str) -> Result<(&'a str, Option<String>), BadName> {
    match text.split_once('@') {
        None => Ok((text, None)),
        Some((_, "")) => Err(BadName(format!("`{text}` has nothing after `@`; {what} belongs there"))),
        Some((name, after)) => Ok((name, Some(after.to_string()))),
    }
}
