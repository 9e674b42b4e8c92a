//! Changes values in lines and nothing else, proven by finding each of them again in the result.

use std::ops::Range;

use crate::yaml::apart::pieces;
use crate::yaml::tree::{Cure, Fault};

use super::keys;
use super::language::Language;
use super::marks::marked;
use super::value::Value;

/// Where a value stands; found again, never by the number of its line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// On the marked line of that name; among several by its place, from 0.
    Mark { name: String, nth: usize },
    /// Behind the only key of that name; of a key below a section with that: `section.key`.
    Key(String),
}

/// A value that is to say another text.
#[derive(Debug, Clone)]
pub struct Edit {
    pub language: &'static Language,
    pub place: Place,
    pub to: String,
}

/// The value at a place of a file.
///
/// # Errors
/// There is none, or it cannot be told which one is meant.
pub fn find(bytes: &[u8], language: &Language, place: &Place) -> Result<Value, Fault> {
    match place {
        Place::Mark { name, nth } => {
            match marked(bytes, language).into_iter().filter(|one| one.name == *name).nth(*nth) {
                Some(one) => one.value,
                None => Err(Fault::nowhere(format!("no line is marked by `{name}`"))),
            }
        }
        Place::Key(name) => keys::find(bytes, language, name),
    }
}

/// Makes all edits or none. Returns the new bytes; the same where nothing changes.
///
/// # Errors
/// A value is not found, or cannot say the text in the style that stands there.
pub fn apply(bytes: &[u8], edits: &[Edit]) -> Result<Vec<u8>, Fault> {
    let mut splices: Vec<(Range<usize>, String, &Edit)> = Vec::new();
    for edit in edits {
        let value = find(bytes, edit.language, &edit.place)?;
        let text = value.written(&edit.to, edit.language)?;
        // The later of two edits of one value counts.
        splices.retain(|(span, ..)| *span != value.span);
        splices.push((value.span, text, edit));
    }
    splices.sort_by_key(|(span, ..)| span.start);
    let mut new = Vec::with_capacity(bytes.len());
    let mut at = 0;
    for (span, text, _) in &splices {
        let before = bytes.get(at..span.start).ok_or_else(|| Fault::nowhere("two values stand in each other"))?;
        new.extend_from_slice(before);
        new.extend_from_slice(text.as_bytes());
        at = span.end;
    }
    new.extend_from_slice(&bytes[at..]);
    for (.., edit) in &splices {
        let value = find(&new, edit.language, &edit.place)?;
        if value.text != edit.to {
            let message = format!("`{}` would be read there as `{}`", edit.to, value.text);
            let cure = Some(Cure::Do("put quotes around the value once by hand".into()));
            return Err(Fault { cure, ..Fault::at(value.line, value.column, message) });
        }
    }
    Ok(new)
}

/// Whether all bytes of two texts are the same but those of the values, with their quotes, that the edits of each lead to.
pub fn differ_only_at((old, here): (&[u8], &[Edit]), (new, there): (&[u8], &[Edit])) -> bool {
    match (without(old, here), without(new, there)) {
        (Ok(old), Ok(new)) => old == new,
        _ => false,
    }
}

fn without<'t>(bytes: &'t [u8], edits: &[Edit]) -> Result<Vec<&'t [u8]>, Fault> {
    let found: Result<Vec<Value>, Fault> = edits.iter().map(|edit| find(bytes, edit.language, &edit.place)).collect();
    pieces(bytes, found?.into_iter().map(|value| value.outer).collect())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::language::of;
    use super::*;

    fn key(file: &str, name: &str, to: &str) -> Edit {
        Edit { language: of(file).unwrap(), place: Place::Key(name.into()), to: to.into() }
    }

    fn mark(file: &str, nth: usize, to: &str) -> Edit {
        Edit { language: of(file).unwrap(), place: Place::Mark { name: "web".into(), nth }, to: to.into() }
    }

    #[test]
    fn bytes_that_are_no_text_stay_on_every_other_line() {
        let old = b"\xef\xbb\xbfA=\xff\xfe\nTAG=v1 # stageline: web\r\nB=\xe9";
        let new = b"\xef\xbb\xbfA=\xff\xfe\nTAG=v22 # stageline: web\r\nB=\xe9";
        assert_eq!(apply(old, &[mark(".env", 0, "v22")]).unwrap(), new);
        assert_eq!(apply(old, &[key(".env", "TAG", "v22")]).unwrap(), new);
        for edit in [mark(".env", 0, "v2"), key(".env", "TAG", "v2")] {
            let fault = apply(b"TAG=v1\xff # stageline: web\n", &[edit]).unwrap_err();
            assert!(fault.line == 1 && fault.message.contains("not UTF-8"), "{fault}");
        }
        assert_eq!(apply(b"\xef\xbb\xbfTAG=v1", &[key(".env", "TAG", "v2")]).unwrap(), b"\xef\xbb\xbfTAG=v2");
    }

    #[test]
    fn a_variable_may_have_a_colon_for_its_sign() {
        let old = b"URL=http://x: 1\nTAG: \"v1\" # now\nOTHER: v1\n";
        let new = b"URL=http://x: 1\nTAG: \"v22\" # now\nOTHER: v1\n";
        assert_eq!(apply(old, &[key("dev.env", "TAG", "v22")]).unwrap(), new);
        assert!(apply(old, &[key("dev.env", "URL", "v22")]).is_ok());
        assert!(apply(b"A B: v1\n", &[key("dev.env", "A B", "v2")]).is_err());
    }

    #[test]
    fn all_edits_of_a_file_are_made_or_none() {
        let old = b"a = \"v1\" # stageline: web\nb = \"v1\" # stageline: web\n";
        let both = [mark("x.tf", 0, "v2"), mark("x.tf", 1, "v30")];
        assert_eq!(apply(old, &both).unwrap(), b"a = \"v2\" # stageline: web\nb = \"v30\" # stageline: web\n");
        assert!(apply(old, &[mark("x.tf", 0, "v2"), mark("x.tf", 2, "v2")]).is_err());
        assert!(apply(old, &[mark("x.tf", 0, "v\"2")]).is_err());
        let later = [mark("x.tf", 0, "v2"), mark("x.tf", 0, "v3")];
        assert_eq!(apply(old, &later).unwrap(), b"a = \"v3\" # stageline: web\nb = \"v1\" # stageline: web\n");
    }

    #[track_caller]
    fn only(old: &str, new: &str, wanted: bool) {
        let edits = [key("x.env", "TAG", "any")];
        assert_eq!(differ_only_at((old.as_bytes(), &edits), (new.as_bytes(), &edits)), wanted, "{old}\n{new}");
    }

    #[test]
    fn whatever_differs_beside_the_value_is_more_than_the_value() {
        only("TAG=v1\nB=1\n", "TAG=v2\nB=1\n", true);
        only("TAG=v1\n", "TAG=\"v2\"\n", true);
        only("B=1\nTAG=v1\n", "B=1\nTAG=v2\n", true);
        only("TAG=v1 # a\n", "TAG=v2 # b\n", false);
        only("TAG=v1\nB=1\n", "TAG=v2\nB=2\n", false);
        only("TAG=v1\n", "TAG=v2", false);
        only("TAG=v1\n", "TAG=v2\r\n", false);
        only("TAG=v1\n", "export TAG=v2\n", false);
        only("TAG=v1\n", "TOG=v2\n", false);
    }

    const FILES: [&str; 10] =
        [".env", "a.properties", "a.ini", "a.toml", "a.tfvars", "a.tf", "Dockerfile", "a.gotmpl", "a.sh", "a.xml"];

    proptest! {
        #[test]
        fn whatever_stands_in_a_file_nothing_but_the_value_changes(
            text in "([a-z =:\"'`{}$\\[\\]()#/*;<>,+\\\\é\r\t-]|v1|T=|t: |\n|\\{\\{|\\}\\}|# stageline: web|// stageline: web){0,40}",
            file in prop::sample::select(&FILES[..]),
            is_mark in any::<bool>(),
        ) {
            let edit = if is_mark { mark(file, 0, "v22") } else { key(file, "T", "v22") };
            let Ok(old) = find(text.as_bytes(), edit.language, &edit.place) else { return Ok(()) };
            if let Ok(new) = apply(text.as_bytes(), std::slice::from_ref(&edit)) {
                let now = find(&new, edit.language, &edit.place).unwrap();
                prop_assert_eq!(&now.text, "v22");
                let wanted = [&text.as_bytes()[..old.span.start], b"v22", &text.as_bytes()[old.span.end..]].concat();
                prop_assert_eq!(&new, &wanted);
                let edits = [edit];
                prop_assert!(differ_only_at((text.as_bytes(), &edits), (&new, &edits)));
            }
        }
    }
}
