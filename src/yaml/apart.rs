//! Whether two texts differ in nothing but the scalars that certain edits lead to.

use std::ops::Range;

use super::edit::Edit;
use super::tree::{Fault, Tree};

/// Whether all bytes but those of the scalars are the same: their quotes may differ, what stands around them may not, not
/// even a comment. `old` and `new` each come with the edits that lead to the scalars in them.
///
/// Edits that add or take away lead to no scalar that both texts have, and a text inside a text is looked at as a whole: what
/// such an edit changed counts as more than scalars. Where a text cannot be read, or an edit leads nowhere, too.
pub fn differ_only_at((old, here): (&[u8], &[Edit]), (new, there): (&[u8], &[Edit])) -> bool {
    match (without(old, here), without(new, there)) {
        (Ok(old), Ok(new)) => old == new,
        _ => false,
    }
}

/// A text in the pieces that are left when the scalars are cut out.
fn without<'t>(text: &'t [u8], edits: &[Edit]) -> Result<Vec<&'t [u8]>, Fault> {
    let tree = Tree::parse(text)?;
    let mut spans: Vec<Range<usize>> = Vec::new();
    for edit in edits {
        if edit.action.scalar().is_some() {
            spans.push(edit.route.find(tree.document(edit.document.as_ref())?)?.span.clone());
        }
    }
    pieces(text, spans)
}

/// The pieces of a text that are left when these spans are cut out of it, in whatever order they come.
///
/// # Errors
/// Two of them overlap.
pub fn pieces(text: &[u8], mut spans: Vec<Range<usize>>) -> Result<Vec<&[u8]>, Fault> {
    spans.sort_by_key(|span| span.start);
    spans.dedup();
    let mut out = Vec::new();
    let mut at = 0;
    for span in spans {
        out.push(text.get(at..span.start).ok_or_else(|| Fault::nowhere("two edits lead into each other"))?);
        at = span.end;
    }
    out.push(&text[at..]);
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::super::edit::Action;
    use super::super::route::{Route, Step};
    use super::*;

    fn at(keys: &[&str]) -> Edit {
        let route = Route(keys.iter().map(|key| Step::Key((*key).into())).collect());
        Edit { document: None, route, action: Action::Set("any".into()) }
    }

    #[track_caller]
    fn only(old: &str, new: &str, wanted: bool) {
        let edits = [at(&["tag"])];
        assert_eq!(differ_only_at((old.as_bytes(), &edits), (new.as_bytes(), &edits)), wanted, "{old}\n{new}");
    }

    #[test]
    fn another_value_is_no_more_than_the_scalar_however_it_is_quoted() {
        only("tag: v1\nb: 1\n", "tag: v2\nb: 1\n", true);
        only("tag: v1\nb: 1\n", "tag: 'v2'\nb: 1\n", true);
        only("{ name: a, tag: v1 }\n", "{ name: a, tag: \"v2\" }\n", true);
    }

    #[test]
    fn whatever_else_changes_is_more_also_on_the_line_of_the_scalar() {
        only("{ name: a, tag: v1 }\n", "{ name: b, tag: v2 }\n", false);
        only("tag: v1 # good\n", "tag: v2 # bad\n", false);
        only("tag: v1\n", "tag: !!int 2\n", false);
        only("tag: v1\n", "tag: &anchor v2\n", false);
        only("tag: v1\nb: 1\n", "b: 1\ntag: v2\n", false);
        only("tag: v1\n", "tag: v2\nmore: 1\n", false);
        only("tag: v1\n", "tag: v2", false);
    }

    #[test]
    fn a_text_that_cannot_be_read_and_a_scalar_that_is_gone_are_more() {
        only("tag: v1\n", "tag: [\n", false);
        only("tag: v1\n", "tog: v1\n", false);
    }

    #[test]
    fn scalars_of_both_texts_may_stand_elsewhere() {
        let (old, new) = (b"a: v1\nb: 1\n", b"a: v2\nb: 1\n");
        assert!(differ_only_at((old, &[at(&["a"])]), (new, &[at(&["a"])])));
        assert!(!differ_only_at((old, &[at(&["a"])]), (new, &[at(&["b"])])));
        assert!(differ_only_at((old, &[at(&["a"]), at(&["a"])]), (new, &[at(&["a"])])));
    }
}
