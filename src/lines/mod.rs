//! Byte-exact edits of files that are no YAML, line by line: a marked line, or a `key = value`. Bytes in, bytes out.

pub mod edit;
pub mod keys;
pub mod language;
pub mod marks;
mod scan;
mod value;
