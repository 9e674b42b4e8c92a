//! Pins that no path describes: the scalar on the line that a comment `# stageline: NAME` ends.

use crate::domain::image;
use crate::domain::path::RepoPath;
use crate::domain::refusal::Error;
use crate::domain::settings::Form;
use crate::domain::version::is_digest;
use crate::yaml::route::{Route, Step};
use crate::yaml::tree::{Node, Value};

use super::line;
use super::objects::{At, Found};
use super::reader::Reader;
use super::slot::Spot;

/// The marked scalar of a file; `None` where there is no such file.
pub fn spot(reader: &Reader<'_>, name: &str, file: &RepoPath) -> Result<Option<Spot>, Error> {
    if reader.entry(file)?.is_none() {
        return Ok(None);
    }
    if let Some(language) = line::language(reader, file)? {
        return line::mark(reader, language, name, file).map(Some);
    }
    let (Some(tree), Some(text)) = (reader.tree(file)?, reader.text(file)?) else { return Ok(None) };
    let marked = marks(&text);
    let mut found = Found::default();
    for (document, root) in tree.documents.iter().enumerate() {
        for (route, node) in scalars(root) {
            for (_, mark) in marked.iter().filter(|(line, _)| *line == node.line) {
                let form = form(node.as_str().unwrap_or_default());
                found.add(mark, mark == name, At { file, document, route: route.clone() }, node, form)?;
            }
        }
    }
    found.together(name, file).map(Some)
}

/// A marked text that is an image reference or an address with a `ref` is one; anything else is the version itself.
pub fn form(text: &str) -> Form {
    if super::slot::reference(text).is_some() {
        return Form::Ref;
    }
    let (name, tag, digest) = image::parts(text);
    let is_image = name.contains('/') || tag.is_some() || digest.is_some();
    if is_image && !is_digest(text) { Form::Image } else { Form::Whole }
}

/// The lines that end with a mark, from 1, and what each marks.
pub fn marks(text: &str) -> Vec<(u32, String)> {
    let mut out = Vec::new();
    for (index, line) in text.lines().enumerate() {
        if let Some((_, mark)) = line.rsplit_once("# stageline:") {
            let mark = mark.trim();
            if !mark.is_empty() && !mark.contains(char::is_whitespace) {
                out.push((u32::try_from(index + 1).unwrap_or(u32::MAX), mark.to_string()));
            }
        }
    }
    out
}

/// Every scalar of a document that is a value, with its route.
pub fn scalars(root: &Node) -> Vec<(Route, &Node)> {
    let mut out = Vec::new();
    collect(root, &mut Vec::new(), &mut out);
    out
}

fn collect<'n>(node: &'n Node, steps: &mut Vec<Step>, out: &mut Vec<(Route, &'n Node)>) {
    match &node.value {
        Value::Scalar { .. } => out.push((Route(steps.clone()), node)),
        Value::Sequence(items) => {
            for (index, item) in items.iter().enumerate() {
                steps.push(Step::Index(index));
                collect(item, steps, out);
                steps.pop();
            }
        }
        Value::Mapping(entries) => {
            for (key, value) in entries {
                let Some(key) = key.as_str() else { continue };
                steps.push(Step::Key(key.to_string()));
                collect(value, steps, out);
                steps.pop();
            }
        }
        Value::Alias => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_is_one_word_at_the_end_of_a_line() {
        let text = "a: 1 # stageline: web\nb: 2 # stageline: two words\nc: 3 # other\n";
        assert_eq!(marks(text), [(1, "web".to_string())]);
    }

    #[test]
    fn a_marked_text_has_the_form_that_it_shows() {
        assert_eq!(form("v1"), Form::Whole);
        assert_eq!(form("registry:5000/web:v1"), Form::Image);
        assert_eq!(form("https://h/r?ref=v1"), Form::Ref);
        assert_eq!(form(&format!("sha256:{}", "a".repeat(64))), Form::Whole);
    }
}
