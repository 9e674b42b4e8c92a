//! What a kustomization takes from where this tree does not tell it: programs that it runs, and places elsewhere that it does not pin.

use std::collections::BTreeSet;

use crate::domain::files::KUSTOMIZATIONS;
use crate::domain::path::RepoPath;
use crate::domain::refusal::Error;
use crate::yaml::tree::{Node, Tree, Value};

use super::reader::Reader;

/// The lists whose entries kustomize loads from where they lead, also elsewhere:
/// https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/
const LOADED: [&str; 6] = ["resources", "bases", "components", "crds", "configurations", "patchesStrategicMerge"];
/// The lists of plugins. Those that are built in say `apiVersion: builtin`; all others are programs or containers.
const PLUGINS: [&str; 3] = ["generators", "transformers", "validators"];
/// By these a resource says that it is a function, which kustomize runs: https://kubectl.docs.kubernetes.io/guides/extending_kustomize/
const FUNCTIONS: [&str; 2] = ["config.kubernetes.io/function", "config.k8s.io/function"];
/// Hosts that kustomize takes for a repository's without a scheme before them.
const HOSTS: [&str; 3] = ["github.com/", "gitlab.com/", "bitbucket.org/"];

/// What the kustomization of a folder takes so, each as the end of a sentence that begins with its file; nothing where there is none,
/// or where it cannot be read.
///
/// # Errors
/// The tree cannot be read.
pub fn inputs(reader: &Reader<'_>, folder: &RepoPath) -> Result<BTreeSet<(RepoPath, String)>, Error> {
    let mut out = BTreeSet::new();
    for name in KUSTOMIZATIONS {
        let Some(file) = folder.child(name) else { continue };
        let Ok(Some(tree)) = reader.tree(&file) else { continue };
        for document in &tree.documents {
            of_document(reader, folder, document, &mut |what| {
                out.insert((file.clone(), what));
            })?;
        }
    }
    Ok(out)
}

fn of_document(
    reader: &Reader<'_>,
    folder: &RepoPath,
    document: &Node,
    say: &mut impl FnMut(String),
) -> Result<(), Error> {
    let texts = |key: &str| {
        let items = list(document, key);
        items.iter().filter_map(Node::as_str).map(str::to_string).collect::<Vec<_>>()
    };
    let patches = ["patches", "patchesJson6902", "replacements"].into_iter().flat_map(|key| list(document, key));
    let paths = patches.filter_map(|patch| Some(get(patch, "path")?.as_str()?.to_string()));
    let openapi = get(document, "openapi").and_then(|one| get(one, "path")).and_then(Node::as_str).map(str::to_string);
    let loaded = LOADED.iter().chain(&PLUGINS).flat_map(|key| texts(key)).chain(paths).chain(openapi);
    for text in loaded.filter(|text| is_elsewhere(text) && !is_pinned(text)) {
        say(format!("builds on `{text}`, which names no commit or release"));
    }
    for key in PLUGINS {
        for text in texts(key).into_iter().filter(|text| !is_elsewhere(text)) {
            if runs(reader, folder, &text)? {
                say(format!("runs a program that this tree does not have (`{key}:`)"));
            }
        }
    }
    let charts = ["helmCharts", "helmChartInflationGenerator"].into_iter().flat_map(|key| list(document, key));
    for chart in charts {
        let text = |key: &str| get(chart, key).and_then(Node::as_str);
        if text("repo").is_some_and(|repo| !repo.is_empty()) && !text("version").is_some_and(is_one_version) {
            say(format!("takes the chart `{}` in whatever version there is", text("name").unwrap_or_default()));
        }
    }
    Ok(())
}

fn get<'n>(node: &'n Node, key: &str) -> Option<&'n Node> {
    node.get(key).ok().flatten()
}

fn list<'n>(node: &'n Node, key: &str) -> &'n [Node] {
    get(node, key).and_then(Node::items).unwrap_or_default()
}

/// Whether an entry leads out of the repository.
fn is_elsewhere(text: &str) -> bool {
    let text = text.trim();
    !text.contains('\n')
        && (text.contains("://")
            || text.starts_with("git@")
            || text.starts_with("git::")
            || HOSTS.iter().any(|host| text.to_ascii_lowercase().starts_with(host)))
}

/// Whether an address names a commit or a release.
fn is_pinned(text: &str) -> bool {
    let is_commit = |word: &str| word.len() == 40 && word.bytes().all(|byte| byte.is_ascii_hexdigit());
    let query = text.split_once('?').map_or("", |(_, query)| query);
    let named = query.split('&').find_map(|pair| pair.strip_prefix("ref=").or_else(|| pair.strip_prefix("version=")));
    match named {
        Some(named) => is_commit(named) || is_release(named),
        // A file of a forge has the commit in its path.
        None => text.split('/').any(is_commit),
    }
}

/// `v1.2.3`, `web/v1.2`, `1.0.0-rc.1`: a version ends the name, whatever stands before it.
fn is_release(name: &str) -> bool {
    let last = name.rsplit('/').next().unwrap_or_default();
    let start = last.find(|c: char| c.is_ascii_digit()).unwrap_or(last.len());
    let before = &last[..start];
    let version = &last[start..];
    (before.is_empty() || before.ends_with(['v', '-', '_'])) && version.contains('.')
}

/// Whether a version of a chart is one, and no range of them (https://helm.sh/docs/chart_best_practices/dependencies/).
fn is_one_version(text: &str) -> bool {
    let plain = text.trim_start_matches('v');
    plain.split('.').count() >= 3 && !text.contains(['*', '^', '~', '<', '>', '|', ' ', ',', 'x', 'X'])
}

/// Whether an entry of a list of plugins is one that kustomize does not have itself: a file, a folder, or the text of one.
fn runs(reader: &Reader<'_>, folder: &RepoPath, text: &str) -> Result<bool, Error> {
    if text.contains('\n') {
        return Ok(Tree::parse(text.as_bytes()).map_or(true, |tree| tree.documents.iter().any(is_program)));
    }
    let Ok(path) = folder.join(text) else { return Ok(true) };
    let mut files = vec![path.clone()];
    files.extend(reader.list(&path)?.into_iter().map(|entry| entry.path));
    let mut is_any = false;
    for file in files {
        if let Ok(Some(tree)) = reader.tree(&file) {
            let is_kustomization = KUSTOMIZATIONS.contains(&file.name());
            is_any |= !is_kustomization && tree.documents.iter().any(is_program);
        }
    }
    Ok(is_any)
}

/// Whether a document is a plugin that is not built in, or a function.
fn is_program(document: &Node) -> bool {
    let annotations = get(document, "metadata").and_then(|metadata| get(metadata, "annotations"));
    let is_function = annotations.is_some_and(|all| FUNCTIONS.iter().any(|key| get(all, key).is_some()));
    let is_empty = matches!(&document.value, Value::Scalar { .. } | Value::Alias);
    !is_empty && (is_function || get(document, "apiVersion").and_then(Node::as_str) != Some("builtin"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::memory::Memory;

    fn told(files: &[(&str, &str)]) -> Vec<String> {
        let files = Memory::new(files.iter().copied());
        let found = inputs(&Reader::new(&files), &RepoPath::new("web").unwrap()).unwrap();
        found.into_iter().map(|(_, what)| what).collect()
    }

    fn of(text: &str) -> Vec<String> {
        told(&[("web/kustomization.yaml", text)])
    }

    #[test]
    fn an_address_without_a_commit_or_release_is_told_wherever_it_stands() {
        for text in [
            "resources: [\"https://github.com/org/repo//base?ref=main\"]\n",
            "resources: [\"https://github.com/org/repo//base\"]\n",
            "bases: [\"github.com/org/repo/base?ref=production\"]\n",
            "components: [\"git@git.example.com:org/repo//base?ref=HEAD\"]\n",
            "resources: [\"git::ssh://git@git.example.com/org/repo\"]\n",
            "resources: [\"https://raw.githubusercontent.com/org/repo/main/crd.yaml\"]\n",
            "crds: [\"https://example.com/crd.json\"]\n",
            "patches: [{ path: \"https://example.com/patch.yaml\" }]\n",
            "openapi: { path: \"https://example.com/api.json\" }\n",
            "transformers: [\"https://github.com/org/repo//plugin?ref=main\"]\n",
        ] {
            assert!(of(text).iter().any(|what| what.contains("names no commit or release")), "{text}: {:?}", of(text));
        }
    }

    #[test]
    fn a_commit_a_release_and_what_is_here_are_fine() {
        let commit = "9d3e7aa1c0ffee00112233445566778899aabbcc";
        for text in [
            format!("resources: [\"https://github.com/org/repo//base?ref={commit}\"]\n"),
            format!("resources: [\"https://raw.githubusercontent.com/org/repo/{commit}/crd.yaml\"]\n"),
            "resources: [\"https://github.com/org/repo//base?ref=v1.4.0&timeout=90s\"]\n".into(),
            "resources: [\"https://github.com/org/repo//base?timeout=90s&version=release-1.4\"]\n".into(),
            "resources: [../base, deploy.yaml]\npatches: [{ path: more.yaml }, { patch: \"a: 1\" }]\n".into(),
            "helmCharts: [{ name: web, repo: \"https://charts.example.com\", version: 1.2.3 }]\n".into(),
            "helmCharts: [{ name: web }]\n".into(),
            "transformers: [labels.yaml]\n".into(),
        ] {
            let files = [
                ("web/kustomization.yaml", text.as_str()),
                ("web/labels.yaml", "apiVersion: builtin\nkind: LabelTransformer\n"),
            ];
            assert_eq!(told(&files), [""; 0], "{text}");
        }
    }

    #[test]
    fn a_chart_in_any_version_is_told() {
        for version in [
            "",
            ", version: \"*\"",
            ", version: \"^1.2.3\"",
            ", version: \">=1.0.0\"",
            ", version: 1.2.x",
            ", version: \"1.2\"",
        ] {
            let text = format!("helmCharts: [{{ name: web, repo: \"https://charts.example.com\"{version} }}]\n");
            assert_eq!(of(&text).len(), 1, "{text}");
        }
    }

    #[test]
    fn programs_are_told_whether_they_stand_in_a_file_a_folder_or_the_list() {
        let exec = "apiVersion: v1\nkind: Sops\nmetadata:\n  name: x\n  annotations: { config.kubernetes.io/function: \"exec: { path: ./run.sh }\" }\n";
        for (key, entry) in [("generators", "exec.yaml"), ("transformers", "./exec.yaml"), ("validators", "plugins")] {
            let text = format!("{key}: [{entry}]\n");
            let files = [
                ("web/kustomization.yaml", text.as_str()),
                ("web/exec.yaml", exec),
                ("web/plugins/kustomization.yaml", "resources: [one.yaml]\n"),
                ("web/plugins/one.yaml", exec),
            ];
            assert_eq!(told(&files).len(), 1, "{text}");
        }
        assert_eq!(of("generators:\n  - |-\n    apiVersion: example.com/v1\n    kind: Secret\n").len(), 1);
        assert_eq!(of("transformers:\n  - |-\n    apiVersion: builtin\n    kind: PrefixTransformer\n"), [""; 0]);
    }
}
