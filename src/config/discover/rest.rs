//! Any text of a file that looks like a version, whatever it is in: what `init` does not propose it still has to name.

use crate::domain::settings::{Form, PinKind};
use crate::overlay::survey::markers;
use crate::yaml::locate::{get, item, text};
use crate::yaml::route::{Route, Step};
use crate::yaml::tree::{Node, Style, Tree, Value};

use super::argo::is_reference;
use super::objects::rule;
use super::sites::{Says, Scope, Site, Stand, revision, tag};

/// How deep a file nests before nobody looks.
const DEEPEST: usize = 32;
/// Objects whose texts deploy nothing.
const NEVER: [&str; 4] = ["CustomResourceDefinition", "Secret", "ImagePolicy", "ImageRepository"];

/// Every such text of a file.
pub fn sites(tree: &Tree, bytes: &[u8]) -> Vec<Site> {
    let mut out = Vec::new();
    for document in &tree.documents {
        let kind = text(document, &["kind"]).filter(|_| get(document, &["apiVersion"]).is_some());
        if kind.is_some_and(|kind| NEVER.contains(&kind)) {
            continue;
        }
        let Some(rule) = rule(tree, document) else { continue };
        let scope = Scope { document: rule, ..Scope::default() };
        let mut walk = Walk { scope, is_object: kind.is_some(), out: &mut out };
        walk.node(document, &mut Vec::new());
    }
    for (line, name) in std::str::from_utf8(bytes).map(markers).unwrap_or_default() {
        let kind = PinKind::Marker { name: name.clone() };
        let (key, says, thing) = (kind.identity(), Says::Fixed(String::new()), Some(name));
        out.push(Site {
            kind,
            key,
            says,
            line,
            component: None,
            thing,
            named: None,
            from: None,
            of: None,
            stand: Stand::Own,
        });
    }
    out
}

struct Walk<'w> {
    scope: Scope,
    /// Whether it is an object of Kubernetes, where `version:` mostly is an API's.
    is_object: bool,
    out: &'w mut Vec<Site>,
}

impl Walk<'_> {
    fn node(&mut self, node: &Node, steps: &mut Vec<Step>) {
        if steps.len() > DEEPEST {
            return;
        }
        match &node.value {
            Value::Sequence(list) => {
                for (index, one) in list.iter().enumerate() {
                    steps.push(item(list, index, "name"));
                    self.scalar(one, None, one, steps);
                    self.node(one, steps);
                    steps.pop();
                }
            }
            Value::Mapping(entries) => {
                for (key, value) in entries {
                    let Some(key) = key.as_str() else { continue };
                    steps.push(Step::Key(key.to_string()));
                    self.scalar(node, Some(key), value, steps);
                    self.node(value, steps);
                    steps.pop();
                }
            }
            Value::Scalar { .. } | Value::Alias => {}
        }
    }

    /// A text at `steps`: of `key` in the mapping `around`, or an item of a list.
    fn scalar(&mut self, around: &Node, key: Option<&str>, node: &Node, steps: &[Step]) {
        let Value::Scalar { text: said, style } = &node.value else { return };
        if *style == Style::Literal {
            self.inside(said, node, steps);
            return;
        }
        let key = key.unwrap_or_default();
        let is_image = is_reference(said) || key == "image" || key.ends_with("Image") || key == "imageName";
        let site = if is_image {
            self.scope.image(steps, node)
        } else {
            let says = if key == "targetRevision" && get(around, &["repoURL"]).is_some() {
                revision(said)
            } else if self.is_version(around, key, steps.len()) {
                tag(said)
            } else {
                None
            };
            let says =
                says.filter(|says| matches!(says, Says::Loose(_)) || said.contains(|c: char| c.is_ascii_digit()));
            says.map(|says| self.scope.site(steps, None, Form::Whole, says, node))
        };
        self.out.extend(site);
    }

    /// Whether a key says the version of something.
    fn is_version(&self, around: &Node, key: &str, depth: usize) -> bool {
        let is_tag = |name: &str| {
            matches!(name, "tag" | "newTag") || ["Tag", "_tag", "-tag", ".tag"].iter().any(|end| name.ends_with(end))
        };
        match key {
            "value" => text(around, &["name"]).is_some_and(is_tag),
            "version" => get(around, &["chart"]).is_some() || (depth == 1 && !self.is_object),
            "appVersion" => !self.is_object,
            key => is_tag(key),
        }
    }

    /// The YAML inside a text: Helm's values in an Argo CD source.
    fn inside(&mut self, said: &str, node: &Node, steps: &[Step]) {
        if self.scope.outer.is_some() {
            return;
        }
        let Ok(tree) = Tree::parse(said.as_bytes()) else { return };
        let Ok(root) = tree.document(None) else { return };
        if root.entries().is_some() {
            let scope =
                Scope { document: self.scope.document.clone(), outer: Some(Route(steps.to_vec())), above: node.line };
            Walk { scope, is_object: self.is_object, out: self.out }.node(root, &mut Vec::new());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `line: what it is of` of each.
    fn found(text: &str) -> Vec<String> {
        let tree = Tree::parse(text.as_bytes()).unwrap();
        let show = |site: Site| format!("{}: {}", site.line, site.thing.unwrap_or_else(|| site.key.trim().to_string()));
        sites(&tree, text.as_bytes()).into_iter().map(show).collect()
    }

    #[test]
    fn a_version_is_seen_whatever_it_stands_in() {
        for (text, wanted) in [
            ("apiVersion: v1\nkind: List\nitems:\n- spec: {containers: [{name: d, image: acme/ds:v7}]}\n", "4: ds"),
            ("apiVersion: a/v1\nkind: Cluster\nspec:\n  imageName: ghcr.io/db/pg:16.2\n", "4: pg"),
            ("apiVersion: a/v1\nkind: Provider\nspec:\n  package: xpkg.io/x/aws:v7.0.0\n", "4: aws"),
            ("version: 1.2.3\n", "1: version"),
            ("releases:\n- {name: web, chart: acme/web, version: 1.2.3}\n", "2: releases[name=web].version"),
            ("parameters:\n- {name: sidecar.tag, value: 3.1.0}\n", "2: parameters[name=\"sidecar.tag\"].value"),
            ("a:\n  x: y # stageline: web\n", "2: web"),
            ("source: {repoURL: https://h/o/r, targetRevision: main}\n", "1: source.targetRevision"),
            ("helm:\n  values: |\n    a: b\n    image: acme/web:1.2.3\n", "4: web"),
        ] {
            assert_eq!(found(text), [wanted], "{text}");
        }
    }

    #[test]
    fn what_says_no_version_is_not_seen() {
        for text in [
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {labels: {version: v1}}\n",
            "url: https://example.com:8080/x\nimage: web\ntag: \"\"\nvolume: a/b:/c\n",
            "apiVersion: v1\nkind: Secret\ndata: {image: r/web:v1}\n",
        ] {
            assert_eq!(found(text), Vec::<String>::new(), "{text}");
        }
    }
}
