//! Pins that no path describes: the scalar on the line that a comment `# stageline: NAME` ends.

use crate::domain::path::RepoPath;
use crate::domain::refusal::Error;
use crate::domain::settings::Form;
use crate::yaml::route::{Route, Step};
use crate::yaml::tree::{Node, Value};

use super::form;
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
        return line::mark(reader, language, name, file);
    }
    let (Some(tree), Some(text)) = (reader.tree(file)?, reader.text(file)?) else { return Ok(None) };
    let marked = marks(&text);
    let mut found = Found::default();
    for (document, root) in tree.documents.iter().enumerate() {
        for (route, node) in scalars(root) {
            for (_, mark) in marked.iter().filter(|(line, _)| *line == node.line) {
                let text = node.as_str().unwrap_or_default();
                let form = match mark == name {
                    true => form::marked(file, (node.line, node.column), form::key_of(&route), text)?,
                    false => Form::Whole,
                };
                found.add(mark, mark == name, At { file, document, route: route.clone() }, node, form)?;
            }
        }
    }
    found.together(name, file).map(Some)
}

/// The lines that end with a mark, or stand below one that is nothing else, from 1, and what each marks.
pub fn marks(text: &str) -> Vec<(u32, String)> {
    let mut out = Vec::new();
    let mut above: Vec<String> = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let number = u32::try_from(index + 1).unwrap_or(u32::MAX);
        let mark = line.rsplit_once("# stageline:").map(|(before, mark)| (before.trim(), mark.trim()));
        let mark = mark.filter(|(_, mark)| !mark.is_empty() && !mark.contains(char::is_whitespace));
        match mark {
            Some(("", mark)) => above.push(mark.to_string()),
            mark => {
                out.extend(above.drain(..).map(|mark| (number, mark)));
                out.extend(mark.map(|(_, mark)| (number, mark.to_string())));
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
    use crate::domain::settings::PinKind;
    use crate::overlay::sample::pinned;

    #[test]
    fn a_mark_is_one_word_at_the_end_of_a_line() {
        let text = "a: 1 # stageline: web\nb: 2 # stageline: two words\nc: 3 # other\n";
        assert_eq!(marks(text), [(1, "web".to_string())]);
    }

    #[test]
    fn a_mark_that_has_its_line_for_itself_is_for_the_line_below() {
        let text = "a:\n  # stageline: web\n  # stageline: all\n  b: v1 # stageline: api\n  c: v1\n# stageline: none\n";
        let found: Vec<(u32, String)> = marks(text);
        assert_eq!(found, [(4, "web".into()), (4, "all".into()), (4, "api".into())]);
        let (old, new) = pinned(&PinKind::Marker { name: "web".into() }, "a.yaml", text, "v2");
        assert_eq!((old.as_deref(), new), (Some("v1"), text.replace("b: v1", "b: v2")));
    }
}
