//! Other texts of a pin's document that name its image at the version from which it moved.

use std::collections::BTreeSet;

use crate::domain::image;
use crate::domain::pin::{PinSite, Reading};
use crate::domain::refusal::Error;
use crate::domain::settings::PinKind;
use crate::domain::version::Version;
use crate::yaml::locate::{item, text};
use crate::yaml::route::{Route, Step};
use crate::yaml::tree::{Node, Style, Tree, Value};

use super::line;
use super::objects::then;
use super::reader::Reader;

/// A text that names an image at a version.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mention {
    pub line: u32,
    pub column: u32,
    /// The route to the text.
    pub route: String,
    /// What it names: `registry/name:version`.
    pub named: String,
}

/// What still names the image of a pin at its old version, in the document of the pin as it is now.
///
/// # Errors
/// The file cannot be read any more.
pub fn mentions(reader: &Reader<'_>, kind: &PinKind, now: &Reading, old: &Version) -> Result<BTreeSet<Mention>, Error> {
    let mut out = BTreeSet::new();
    // What lines say beside the marked one is not read.
    if line::language(reader, &now.site.file)?.is_some() {
        return Ok(out);
    }
    let Some(tree) = reader.tree(&now.site.file)? else { return Ok(out) };
    let Some(root) = tree.documents.get(now.site.document) else { return Ok(out) };
    let mut names = BTreeSet::new();
    if let PinKind::Image { image, .. } = kind {
        names.insert(image.clone());
    }
    names_at(root, &now.site, &mut names);
    let tag = old.tag().map(|tag| format!(":{tag}"));
    let digest = old.digest().map(|digest| format!("@{digest}"));
    let ends: Vec<&String> = tag.iter().chain(&digest).collect();
    let wanted: Vec<String> =
        names.iter().flat_map(|name| ends.iter().map(move |end| format!("{name}{end}"))).collect();
    each(root, &Route::default(), &mut |node, route| {
        let Value::Scalar { text, style } = &node.value else { return };
        for named in &wanted {
            for at in whole(text, named) {
                let is_block = *style == Style::Literal;
                let above = &text[..at];
                let line = if is_block { node.line + 1 + newlines(above) } else { node.line };
                let column = match is_block {
                    true => node.indent + 1 + count(above.rsplit('\n').next().unwrap_or_default()),
                    false => node.column,
                };
                out.insert(Mention { line, column, route: route.to_string(), named: named.clone() });
            }
        }
    });
    Ok(out)
}

fn newlines(text: &str) -> u32 {
    count(&text.replace(|c| c != '\n', ""))
}

fn count(text: &str) -> u32 {
    text.chars().count().try_into().unwrap_or(u32::MAX)
}

/// Where a reference stands in a text, and is not a part of a longer one.
fn whole(text: &str, reference: &str) -> Vec<usize> {
    let is_name = |c: char| c.is_ascii_alphanumeric() || "._-/".contains(c);
    let is_tag = |c: char| c.is_ascii_alphanumeric() || "_-".contains(c);
    let is_alone = |at: &usize| {
        let mut behind = text[at + reference.len()..].chars();
        let (next, second) = (behind.next(), behind.next());
        let goes_on = next.is_some_and(is_tag) || next == Some('.') && second.is_some_and(is_tag);
        !text[..*at].chars().next_back().is_some_and(is_name) && !goes_on
    };
    text.match_indices(reference).map(|(at, _)| at).filter(is_alone).collect()
}

/// The names of the image whose version stands at a site: in its own text, or beside it.
fn names_at(node: &Node, site: &PinSite, out: &mut BTreeSet<String>) {
    let is_site = |node: &Node| (node.line, node.column) == (site.line, site.column);
    match &node.value {
        Value::Scalar { text, style: Style::Literal } => {
            let Ok(tree) = Tree::parse(text.as_bytes()) else { return };
            let inner = PinSite {
                line: site.line.saturating_sub(node.line),
                column: site.column.saturating_sub(node.indent),
                ..site.clone()
            };
            tree.documents.iter().for_each(|root| names_at(root, &inner, out));
        }
        Value::Mapping(entries) => {
            for (_, value) in entries {
                names_at(value, site, out);
                if !is_site(value) {
                    continue;
                }
                if let Some((name, Some(_), _) | (name, _, Some(_))) = value.as_str().map(image::parts) {
                    out.insert(name.rsplit('=').next().unwrap_or(name).to_string());
                }
                for key in ["repository", "newName", "name", "image"] {
                    let Some(name) = text(node, &[key]).filter(|name| !name.contains(':')) else { continue };
                    out.extend(text(node, &["registry"]).map(|registry| format!("{registry}/{name}")));
                    out.insert(name.to_string());
                }
            }
        }
        Value::Sequence(items) => items.iter().for_each(|item| names_at(item, site, out)),
        Value::Scalar { .. } | Value::Alias => {}
    }
}

/// Shows every scalar with its route.
fn each(node: &Node, route: &Route, show: &mut dyn FnMut(&Node, &Route)) {
    match &node.value {
        Value::Scalar { .. } => show(node, route),
        Value::Sequence(items) => {
            for (index, one) in items.iter().enumerate() {
                each(one, &then(route, [item(items, index, "name")]), show);
            }
        }
        Value::Mapping(entries) => {
            for (key, value) in entries {
                if let Some(key) = key.as_str() {
                    each(value, &then(route, [Step::Key(key.to_string())]), show);
                }
            }
        }
        Value::Alias => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::memory::Memory;
    use crate::domain::path::RepoPath;
    use crate::domain::settings::{DigestRule, PinRule};

    /// The lines that name the image at `v1`, where the pin says `v2` already.
    fn lines(file: &str, text: &str) -> Vec<String> {
        let files = Memory::new([(file, text)]);
        let reader = Reader::new(&files);
        let kind = PinKind::Image { image: "r/web".into(), digest: DigestRule::Ask };
        let rule = PinRule { kind, within: file.into(), environments: Vec::new(), more: Default::default() };
        let now = crate::overlay::read(&reader, &rule, &RepoPath::new(file).unwrap(), None).unwrap().unwrap();
        assert_eq!(now.version, Some(Version::new("v2").unwrap()));
        let found = mentions(&reader, &rule.kind, &now, &Version::new("v1").unwrap()).unwrap();
        found.into_iter().map(|one| format!("{}:{} {} {}", one.line, one.column, one.route, one.named)).collect()
    }

    #[test]
    fn other_texts_of_the_document_that_name_the_old_version_are_found_with_their_lines() {
        let text = "kind: Pod\nmetadata:\n  annotations: {note: 'was r/web:v1.'}\nspec:\n  containers:\n  - name: web\n    image: r/web:v2\n    env: [{name: RELATED_IMAGE_A, value: \"r/web:v1\"}]\n    args: [--image=r/web:v1, r/web:v10, other/r/web:v1, r/web:v1.2, r/api:v1]\n---\nkind: ConfigMap\ndata: {a: r/web:v1}\n";
        assert_eq!(
            lines("web.yaml", text),
            [
                "3:23 metadata.annotations.note r/web:v1",
                "8:42 spec.containers[name=web].env[name=RELATED_IMAGE_A].value r/web:v1",
                "9:12 spec.containers[name=web].args[0] r/web:v1",
            ]
        );
    }

    #[test]
    fn a_text_of_many_lines_is_told_by_the_line_in_it_and_a_new_name_counts() {
        let text = "resources: [d.yaml]\nimages:\n- name: r/web\n  newName: m/web\n  newTag: v2\nconfigMapGenerator:\n- name: a\n  literals: [IMAGE=m/web:v1]\npatches:\n- patch: |\n    kind: Pod\n    a: r/web:v1\n";
        assert_eq!(
            lines("kustomization.yaml", text),
            ["8:14 configMapGenerator[name=a].literals[0] m/web:v1", "12:8 patches[0].patch r/web:v1"]
        );
    }
}
