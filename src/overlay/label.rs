//! What a kustomization gives to a label (`labels:`, `commonLabels:`) or to an annotation (`commonAnnotations:`), by its key.

use crate::domain::path::RepoPath;
use crate::domain::refusal::{Code, Error, Refusal};
use crate::domain::settings::Form;
use crate::domain::version::Version;
use crate::yaml::locate::{get, items};
use crate::yaml::route::{Route, Step};
use crate::yaml::tree::Node;

use super::kustomization::{file_at, kustomization};
use super::objects::{At, Found, keys};
use super::reader::Reader;
use super::slot::Spot;

/// Which of the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    Label,
    Annotation,
}

/// The value of `key` in the kustomization at a place; `None` where there is none.
pub fn spot(reader: &Reader<'_>, what: What, key: &str, place: &RepoPath) -> Result<Option<Spot>, Error> {
    let Some(file) = file_at(reader, place)? else { return Ok(None) };
    let Some(tree) = reader.tree(&file)? else { return Ok(None) };
    let (document, root) = kustomization(&file, &tree)?;
    let mut found = Found::default();
    for (above, pairs) in pairs(root, what) {
        for (name, node) in pairs.entries().unwrap_or_default() {
            let Some(name) = name.as_str() else { continue };
            let mut route = above.clone();
            route.0.push(Step::Key(name.to_string()));
            found.add(name, name == key, At { file: &file, document, route }, node, Form::Whole)?;
        }
    }
    found.together(key, &file).map(Some)
}

/// Whether Kubernetes takes a text as a label's value: at most 63 letters, digits, `-`, `_` and `.`, no mark at an end
/// ("Labels and Selectors", "Syntax and character set").
pub fn is_value(text: &str) -> bool {
    let ends = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    text.len() <= 63
        && text.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c))
        && ends(text.chars().next())
        && ends(text.chars().last())
}

/// What is said of a version that cannot be a label's value.
pub fn no_value(key: &str, version: &Version) -> Error {
    Refusal::new(Code::BadLabel, format!("`{version}` cannot be the value of the label `{key}`"))
        .hint("a label's value has at most 63 letters, digits, `-`, `_` and `.`, and begins and ends with a letter or digit")
        .invalid()
}

/// Every mapping that gives labels, or annotations, with its route.
fn pairs(root: &Node, what: What) -> Vec<(Route, &Node)> {
    let common = match what {
        What::Label => "commonLabels",
        What::Annotation => "commonAnnotations",
    };
    let mut out: Vec<(Route, &Node)> = get(root, &[common]).map(|node| (keys(&[common]), node)).into_iter().collect();
    if what == What::Label {
        for (index, item) in items(root, &["labels"]).iter().enumerate() {
            let route = Route(vec![Step::Key("labels".into()), Step::Index(index), Step::Key("pairs".into())]);
            out.extend(get(item, &["pairs"]).map(|node| (route, node)));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use crate::domain::settings::PinKind;
    use crate::overlay::sample::{pinned, refused};

    const TEXT: &str = "labels:\n- pairs: {team: shop}\n- includeSelectors: false\n  pairs:\n    app.kubernetes.io/version: v1 # kept\ncommonAnnotations:\n  example.com/commit: v1\n";

    #[test]
    fn a_label_and_an_annotation_are_found_by_their_keys() {
        let label = PinKind::Label { key: "app.kubernetes.io/version".into() };
        let (old, new) = pinned(&label, "kustomization.yaml", TEXT, "12e4567");
        assert_eq!(old.as_deref(), Some("v1"));
        assert_eq!(new, TEXT.replace("v1 #", "\"12e4567\" #"));
        let annotation = PinKind::Annotation { key: "example.com/commit".into() };
        let (_, new) = pinned(&annotation, "kustomization.yaml", TEXT, "v2");
        assert_eq!(new, TEXT.replace("commit: v1", "commit: v2"));
    }

    #[test]
    fn what_kubernetes_does_not_take_for_a_label_is_no_value() {
        let digest = format!("v1@sha256:{}", "a".repeat(64));
        for bad in ["a/b", "a:b", "-x", "x-", "x.", &"a".repeat(64), &digest, ""] {
            assert!(!super::is_value(bad), "{bad}");
        }
        for good in ["v1.8.2", "sha-9d3e7aa", &"a".repeat(40), "1234567"] {
            assert!(super::is_value(good), "{good}");
        }
    }

    #[test]
    fn a_label_is_no_annotation_and_two_of_a_key_are_refused() {
        let annotation = PinKind::Annotation { key: "team".into() };
        assert_eq!(refused(&annotation, "kustomization.yaml", TEXT).code, "no-such-pin");
        let text = format!("{TEXT}commonLabels: {{team: web}}\n");
        assert_eq!(refused(&PinKind::Label { key: "team".into() }, "kustomization.yaml", &text).code, "two-pins");
        let same = text.replace("team: web", "team: shop");
        let (_, new) = pinned(&PinKind::Label { key: "team".into() }, "kustomization.yaml", &same, "new");
        assert_eq!(new, same.replace("team: shop", "team: new"));
    }
}
