//! Pins of any field: a file, a document of it, and a route that people write.

use crate::domain::path::RepoPath;
use crate::domain::refusal::Error;
use crate::domain::settings::{DocumentRule, Field, Form};
use crate::lines::language::{self, Language};
use crate::yaml::route::{Document, Route};
use crate::yaml::tree::{Cure, Fault, Node, Tree};

use super::line;
use super::reader::{Reader, at};
use super::slot::{Block, Slot, Spot, slot};

/// The scalars of a field in a file; `None` where there is no such file, or not in it what may be missing.
pub fn spot(reader: &Reader<'_>, field: &Field, file: &RepoPath, is_optional: bool) -> Result<Option<Spot>, Error> {
    if reader.entry(file)?.is_none() {
        return Ok(None);
    }
    // A template that is called YAML is told by what stands in the way.
    let is_template = |language: &&Language| **language == language::TEMPLATE && language::of(file.name()).is_none();
    if let Some(language) = line::language(reader, file)?.filter(|one| !is_template(one)) {
        return line::field(reader, language, field, file, is_optional);
    }
    let Some(tree) = reader.tree(file)? else { return Ok(None) };
    let told = |fault: Fault| at(file, &fault);
    let root = meant(&tree, field).map_err(told)?;
    let index = index_of(&tree, root);
    if is_optional && Route::parse(&field.route).map_err(told)?.is_lacking(root) {
        return Ok(None);
    }
    let version = one(file, index, root, &field.route, field.inside.as_deref(), &field.form)?;
    let digest = match (&field.digest, &field.inside) {
        (Some(route), None) => Some(one(file, index, root, route, None, &Form::Whole)?),
        (Some(inside), Some(_)) => Some(one(file, index, root, &field.route, Some(inside), &Form::Whole)?),
        (None, _) => None,
    };
    Ok(Some(Spot::new(file, version, digest)))
}

/// Whether the file is read without a fault, and has nothing where the field would be.
pub fn lacks(reader: &Reader<'_>, field: &Field, file: &RepoPath) -> bool {
    let Ok(Some(tree)) = reader.tree(file) else { return false };
    // Where something else stands there, or several that fit, there is something to do about it.
    let is_bare = |fault: &Fault| !matches!(fault.cure, Some(Cure::Do(_)));
    let root = match tree.document(document(&field.document).as_ref()) {
        Ok(root) => root,
        Err(fault) => return is_bare(&fault),
    };
    let Ok(route) = Route::parse(&field.route) else { return false };
    let node = match route.find(root) {
        Ok(node) => node,
        Err(fault) => return is_bare(&fault),
    };
    let Some(inside) = field.inside.as_ref().and_then(|inside| Route::parse(inside).ok()) else { return false };
    let Ok(block) = Block::open(file, index_of(&tree, root), route, node) else { return false };
    let Ok(root) = block.root() else { return false };
    inside.find(root).is_err_and(|fault| is_bare(&fault))
}

fn one(
    file: &RepoPath,
    document: usize,
    root: &Node,
    route: &str,
    inside: Option<&str>,
    form: &Form,
) -> Result<Slot, Error> {
    let told = |fault: Fault| at(file, &fault);
    let route = Route::parse(route).map_err(told)?;
    let node = route.find(root).map_err(told)?;
    match inside {
        None => slot(file, document, route, node, form.clone()),
        Some(inside) => {
            let inside = Route::parse(inside).map_err(told)?;
            Block::open(file, document, route, node)?.find(file, inside, form.clone())
        }
    }
}

/// The document that is meant: by what is said of it, else the only one that has the field.
fn meant<'t>(tree: &'t Tree, field: &Field) -> Result<&'t Node, Fault> {
    let rule: &DocumentRule = &field.document;
    let has = |route: &str| -> Result<Vec<usize>, Fault> {
        let route = Route::parse(route)?;
        let found = tree.documents.iter().enumerate().filter(|(_, root)| !route.is_lacking(root));
        Ok(found.map(|(index, _)| index).collect())
    };
    if let Some(index) = rule.index {
        return tree.document(Some(&Document::Index(index)));
    }
    let only = |found: &[usize]| match found {
        [one] => Some(Document::Index(*one)),
        _ => None,
    };
    if let Some(route) = &rule.has {
        let identity = document(&DocumentRule { has: None, ..rule.clone() });
        let meant = identity.map(|identity| tree.document(Some(&identity))).transpose()?;
        let found: Vec<usize> = has(route)?
            .into_iter()
            .filter(|index| meant.is_none_or(|root| std::ptr::eq(root, &tree.documents[*index])))
            .collect();
        return match only(&found) {
            Some(one) => tree.document(Some(&one)),
            None => {
                let many = if found.is_empty() { "no" } else { "more than one" };
                Err(Fault::at(1, 1, format!("the file has {many} document with `{route}`")))
            }
        };
    }
    match tree.document(document(rule).as_ref()) {
        Err(fault) if *rule == DocumentRule::default() => match only(&has(&field.route)?) {
            Some(one) => tree.document(Some(&one)),
            None => Err(fault),
        },
        found => found,
    }
}

/// The document as the parser's selector; `None`: the only one.
fn document(rule: &DocumentRule) -> Option<Document> {
    if *rule == DocumentRule::default() {
        return None;
    }
    Some(Document::Identity {
        kind: rule.kind.clone(),
        name: rule.name.clone(),
        namespace: rule.namespace.clone(),
        api_version: rule.api_version.clone(),
    })
}

fn index_of(tree: &Tree, root: &Node) -> usize {
    tree.documents.iter().position(|document| std::ptr::eq(document, root)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::refusal::{Code, Refusal};
    use crate::domain::settings::PinKind;
    use crate::overlay::sample::{pinned, refused};

    const ARGO: &str = "kind: Application\nmetadata: {name: web}\nspec:\n  source:\n    path: deploy/x\n    helm:\n      values: |\n        # inner\n        image:\n          repository: r/web\n          tag: v1\n      other: >-\n        image: x\n";

    fn field(route: &str, inside: Option<&str>, document: DocumentRule) -> PinKind {
        PinKind::Field(Field {
            document: Box::new(document),
            route: route.into(),
            inside: inside.map(str::to_string),
            digest: None,
            form: Form::Whole,
            digests: crate::domain::settings::DigestRule::Ask,
        })
    }

    fn inside(route: &str, inside: &str, text: &str) -> Refusal {
        refused(&field(route, Some(inside), DocumentRule::default()), "argo.yaml", text)
    }

    #[test]
    fn a_key_that_a_text_lacks_is_told_with_lines_and_columns_of_the_file() {
        let why = inside("spec.source.helm.values", "image.tga", ARGO);
        assert_eq!(why.message, "argo.yaml:10:11: no key `tga` here; there is `repository` (line 10), `tag` (line 11)");
        assert_eq!(why.hints, ["did you mean `tag`?"]);
    }

    #[test]
    fn only_a_literal_block_has_yaml_inside_and_the_value_itself_is_pointed_at() {
        for (route, place, what) in [
            ("spec.source.path", "argo.yaml:5:11", "a plain text"),
            ("spec.source.helm.other", "argo.yaml:12:14", "a folded text"),
            ("spec.source.helm", "argo.yaml:7:7", "a mapping"),
        ] {
            let why = inside(route, "image.tag", ARGO);
            assert!(why.message.starts_with(&format!("{place}: {what}")), "{why:?}");
            assert_eq!(why.hints.len(), 1, "{why:?}");
        }
        let why = inside("values", "image.tag", "values: \"image: {tag: v1}\"\n");
        assert!(why.message.starts_with("argo.yaml:1:9: a quoted text") && why.hints[0].contains("`|`"), "{why:?}");
    }

    #[test]
    fn a_text_with_templates_elsewhere_is_pinned_where_none_stands() {
        let text =
            "values: |\n  # {{ of no matter }}\n  host: \"{{ name }}.example.com\"\n  tag: v1\n  other: '{{ tag }}'\n";
        let tag = field("values", Some("tag"), DocumentRule::default());
        let (old, new) = pinned(&tag, "argo.yaml", text, "v2");
        assert_eq!((old.as_deref(), new), (Some("v1"), text.replace("tag: v1", "tag: v2")));
        let why = inside("values", "other", text);
        assert_eq!(why.message, "argo.yaml:5:10: `{{ tag }}` is a template (`{{`), so no version stands there");
    }

    #[test]
    fn a_text_that_is_a_template_as_a_whole_is_not_printed() {
        let text = "values: |\n  {{- if .x }}\n  tag: v1\n  secret: abc\n  {{- end }}\n";
        let why = inside("values", "tag", text);
        assert!(why.code == Code::Template && !why.message.contains("abc"), "{why:?}");
        assert!(why.message.starts_with("argo.yaml:"), "{why:?}");
    }

    const TWO: &str = "environments:\n  default: {tag: v1} # it\n---\nreleases:\n- name: web\n  version: v1\n";

    fn in_one_of_two(route: &str, document: DocumentRule) -> PinKind {
        field(route, None, document)
    }

    #[test]
    fn a_document_without_a_kind_is_told_by_the_path_by_a_key_or_by_its_place() {
        let by =
            |has: Option<&str>, index| DocumentRule { has: has.map(str::to_string), index, ..DocumentRule::default() };
        for (route, document) in [
            ("environments.default.tag", by(None, None)),
            ("environments.default.tag", by(Some("environments"), None)),
            ("environments.default.tag", by(None, Some(0))),
        ] {
            let (old, new) = pinned(&in_one_of_two(route, document), "f.yaml", TWO, "v2");
            assert_eq!((old.as_deref(), new), (Some("v1"), TWO.replace("tag: v1", "tag: v2")));
        }
        let (_, new) = pinned(&in_one_of_two("releases[name=web].version", by(None, None)), "f.yaml", TWO, "v2");
        assert_eq!(new, TWO.replace("version: v1", "version: v2"));
    }

    #[test]
    fn a_path_that_several_documents_have_or_none_does_not_tell_which() {
        let both = "a: {tag: v1}\n---\na: {tag: v1}\n";
        let hint = "`has: KEY`, or `document: 0`";
        let why = refused(&in_one_of_two("a.tag", DocumentRule::default()), "f.yaml", both);
        assert!(why.message.contains("more than one document") && why.hints[0].contains(hint), "{why:?}");
        let why = refused(&in_one_of_two("b.tag", DocumentRule::default()), "f.yaml", both);
        assert!(why.hints[0].contains(hint), "{why:?}");
        let has = DocumentRule { has: Some("a".into()), ..DocumentRule::default() };
        assert!(
            refused(&in_one_of_two("a.tag", has), "f.yaml", both).message.contains("more than one document with `a`")
        );
        let far = DocumentRule { index: Some(2), ..DocumentRule::default() };
        assert!(refused(&in_one_of_two("a.tag", far), "f.yaml", both).message.contains("no document with the index 2"));
    }

    #[test]
    fn a_mistyped_kind_has_a_place_and_what_was_meant() {
        let document = DocumentRule { kind: Some("Aplication".into()), ..DocumentRule::default() };
        let why = refused(&field("spec", None, document), "argo.yaml", ARGO);
        let there = "there is `Application web` (line 1)";
        assert_eq!(why.message, format!("argo.yaml:1:1: the file has no document with kind `Aplication`; {there}"));
        assert_eq!(why.hints, ["did you mean `Application`?"]);
    }
}
