//! The files that an ApplicationSet's git generator takes its versions from, and the keys that its template uses.

use std::collections::BTreeSet;

use crate::domain::path::RepoPath;
use crate::domain::settings::Form;
use crate::yaml::locate::{get, items, text};
use crate::yaml::route::Step;
use crate::yaml::tree::{Node, Value};

use super::argo::ENVIRONMENT;
use super::order::rank;
use super::sites::{Scope, Site, revision, tag, then};
use super::values::component;

/// How deep generators and templates nest.
const DEEPEST: usize = 32;
/// Ends of keys that say a version.
const VERSIONS: [&str; 5] = ["tag", "version", "revision", "commit", "sha"];

/// What one ApplicationSet reads.
#[derive(Debug)]
pub struct Generator {
    /// The ApplicationSet's name, without an environment.
    pub owner: Option<String>,
    globs: Vec<String>,
    /// The keys that its template uses and that sound like a version: `image.tag`.
    keys: BTreeSet<String>,
}

/// The generator of files of an ApplicationSet; `None` where it has none, or uses no version of them.
pub fn read(document: &Node, owner: Option<&str>) -> Option<Generator> {
    let mut globs = Vec::new();
    paths(get(document, &["spec", "generators"])?, 0, &mut globs);
    let mut keys = BTreeSet::new();
    for part in ["template", "templatePatch"] {
        if let Some(node) = get(document, &["spec", part]) {
            used(node, 0, &mut keys);
        }
    }
    let is_used = !globs.is_empty() && !keys.is_empty();
    is_used.then(|| Generator { owner: owner.map(str::to_string), globs, keys })
}

impl Generator {
    /// Whether it reads this file.
    pub fn reads(&self, file: &RepoPath) -> bool {
        {
            let path: Vec<&str> = file.parts().collect();
            self.globs.iter().any(|glob| fits(&glob.split('/').collect::<Vec<_>>(), &path))
        }
    }

    /// The environment that one of its files names, and the versions in it.
    pub fn sites(&self, root: &Node) -> (Option<String>, Vec<Site>) {
        let env = ENVIRONMENT.iter().find_map(|key| text(root, &[key]).filter(|env| rank(env).is_some()));
        let mut out = Vec::new();
        for key in &self.keys {
            let parts: Vec<&str> = key.split('.').collect();
            let Some(node) = get(root, &parts) else { continue };
            let is_revision = key.to_ascii_lowercase().ends_with("revision");
            let Some(says) = node.as_str().and_then(if is_revision { revision } else { tag }) else { continue };
            let steps = then(&[], &parts);
            let above: Vec<Step> = steps[..steps.len() - 1].to_vec();
            let site = Scope::default().site(&steps, None, Form::Whole, says, node);
            out.push(Site { component: component(&above).filter(|name| name != "image"), ..site });
        }
        (env.map(str::to_string), out)
    }
}

/// Whether a glob's parts fit a path's: `**` is any number of folders, `*` any text of one name.
fn fits(glob: &[&str], path: &[&str]) -> bool {
    match (glob.split_first(), path.split_first()) {
        (None, None) => true,
        (Some((&"**", rest)), _) => (0..=path.len()).any(|skipped| fits(rest, &path[skipped..])),
        (Some((part, glob)), Some((name, path))) => fits_name(part, name) && fits(glob, path),
        _ => false,
    }
}

fn fits_name(glob: &str, name: &str) -> bool {
    match glob.split_once('*') {
        None => glob == name,
        Some((head, rest)) => name.strip_prefix(head).is_some_and(|left| {
            left.char_indices().map(|(at, _)| at).chain([left.len()]).any(|at| fits_name(rest, &left[at..]))
        }),
    }
}

/// The globs of `git.files`, in generators of generators too.
fn paths(node: &Node, depth: usize, out: &mut Vec<String>) {
    if depth > DEEPEST {
        return;
    }
    for file in items(node, &["git", "files"]) {
        let glob = text(file, &["path"]).map(|path| path.trim_start_matches("./"));
        out.extend(glob.map(str::to_string));
    }
    match &node.value {
        Value::Mapping(entries) => entries.iter().for_each(|(_, value)| paths(value, depth + 1, out)),
        Value::Sequence(list) => list.iter().for_each(|value| paths(value, depth + 1, out)),
        Value::Scalar { .. } | Value::Alias => {}
    }
}

/// The keys between `{{` and `}}` that sound like a version.
fn used(node: &Node, depth: usize, out: &mut BTreeSet<String>) {
    if depth > DEEPEST {
        return;
    }
    match &node.value {
        Value::Mapping(entries) => entries.iter().for_each(|(_, value)| used(value, depth + 1, out)),
        Value::Sequence(list) => list.iter().for_each(|value| used(value, depth + 1, out)),
        Value::Scalar { text, .. } => {
            for part in text.split("{{").skip(1) {
                let inner = part.split("}}").next().unwrap_or_default().trim_matches([' ', '-']);
                let key = inner.split([' ', '|']).next().unwrap_or_default().trim_start_matches('.');
                let is_key = key.chars().all(|c| c.is_ascii_alphanumeric() || "._-".contains(c));
                let lower = key.to_ascii_lowercase();
                if is_key && VERSIONS.iter().any(|end| lower.ends_with(end)) {
                    out.insert(key.to_string());
                }
            }
        }
        Value::Alias => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::yaml::tree::Tree;

    const SET: &str = "spec:\n  generators:\n  - matrix:\n      generators:\n      - git: {files: [{path: \"config/**/web.json\"}]}\n      - clusters: {}\n  template:\n    metadata: {name: \"web-{{.cluster.name}}\"}\n    spec:\n      source:\n        targetRevision: '{{ .revision }}'\n        helm: {parameters: [{name: image.tag, value: \"{{image.tag | quote}}\"}]}\n";

    #[test]
    fn an_application_set_tells_the_files_and_the_keys_that_it_reads() {
        let tree = Tree::parse(SET.as_bytes()).unwrap();
        let generator = read(&tree.documents[0], Some("web")).unwrap();
        let reads = |path: &str| generator.reads(&RepoPath::new(path).unwrap());
        assert!(reads("config/eu/staging/web.json") && reads("config/web.json"));
        assert!(!reads("config/staging/api.json") && !reads("other/web.json"));
        for (glob, path, wanted) in
            [("*/w*b.json", "a/web.json", true), ("*/*.json", "a/b/web.json", false), ("**/x", "x", true)]
        {
            let parts = |text: &'static str| text.split('/').collect::<Vec<_>>();
            assert_eq!(fits(&parts(glob), &parts(path)), wanted, "{glob} {path}");
        }
        assert_eq!(generator.keys.iter().collect::<Vec<_>>(), ["image.tag", "revision"]);
        let file =
            Tree::parse(b"{\"env\": \"staging\", \"image\": {\"tag\": \"v1\"}, \"other\": {\"tag\": \"v2\"}}").unwrap();
        let (env, sites) = generator.sites(&file.documents[0]);
        assert_eq!(env.as_deref(), Some("staging"));
        assert_eq!(sites.iter().map(|site| site.key.trim()).collect::<Vec<_>>(), ["image.tag"]);
    }

    #[test]
    fn a_set_without_files_or_without_a_version_is_none() {
        for text in [
            "spec: {generators: [{list: {elements: []}}], template: {a: \"{{tag}}\"}}\n",
            "spec: {generators: [{git: {files: [{path: x.json}]}}], template: {a: \"{{path}}\"}}\n",
        ] {
            assert!(read(&Tree::parse(text.as_bytes()).unwrap().documents[0], None).is_none(), "{text}");
        }
    }
}
