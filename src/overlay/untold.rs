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
/// The lists of charts, of today and of before.
const CHARTS: [&str; 2] = ["helmCharts", "helmChartInflationGenerator"];
/// By these a resource says that it is a function, which kustomize runs: https://kubectl.docs.kubernetes.io/guides/extending_kustomize/
const FUNCTIONS: [&str; 2] = ["config.kubernetes.io/function", "config.k8s.io/function"];

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
    if is_indirect(document) {
        say("has an alias, a merge key or a key twice where it names what it builds on".to_string());
    }
    let texts = |keys: &[&str]| -> Vec<String> {
        let items = keys.iter().flat_map(|key| list(document, key));
        items.filter_map(Node::as_str).map(str::to_string).collect()
    };
    for text in texts(&LOADED).into_iter().chain(texts(&PLUGINS)).filter(|text| !text.contains('\n')) {
        if !is_here(reader, folder, &text)? && !is_pinned(&text) {
            say(format!("builds on `{text}`, which names no commit or release, and is not here"));
        }
    }
    let mut below = Vec::new();
    ["patches", "patchesJson6902", "replacements", "openapi"]
        .iter()
        .for_each(|key| named(document, key, &["path"], &mut below));
    for key in ["configMapGenerator", "secretGenerator"] {
        named(document, key, &["files", "env", "envs"], &mut below);
    }
    named(document, "helmCharts", &["valuesFile", "additionalValuesFiles"], &mut below);
    // `name=address`: a file of a generator by another name.
    let address = |text: &str| {
        text.split_once('=')
            .filter(|(name, _)| !name.contains(':'))
            .map_or(text.to_string(), |(_, rest)| rest.to_string())
    };
    for text in below.iter().map(|text| address(text)).filter(|text| text.contains("://") && !is_pinned(text)) {
        say(format!("builds on `{text}`, which names no commit or release, and is not here"));
    }
    for text in texts(&PLUGINS) {
        if runs(reader, folder, &text)? {
            say("runs a program, or takes a chart, that this tree does not have".to_string());
        }
    }
    for chart in CHARTS.iter().flat_map(|key| list(document, key)).filter(|chart| is_any_version(chart)) {
        let name = ["name", "chartName"].iter().find_map(|key| value(chart, key)?.as_str()).unwrap_or_default();
        say(format!("takes the chart `{name}` in whatever version there is"));
    }
    Ok(())
}

/// Whether a chart comes from a repository of charts, in no one version.
fn is_any_version(chart: &Node) -> bool {
    let text = |keys: [&str; 2]| keys.iter().find_map(|key| value(chart, key)?.as_str());
    let is_one = ["version", "chartVersion"]
        .iter()
        .flat_map(|key| values(chart, key))
        .all(|version| version.as_str().is_some_and(is_one_version));
    text(["repo", "chartRepoUrl"]).is_some_and(|repo| !repo.is_empty())
        && !(is_one && text(["version", "chartVersion"]).is_some())
}

/// A key as kustomize compares it: it reads its file as Go's `encoding/json` does, to which the case of a letter, and the two letters that
/// fold into ASCII, are the same.
fn is_key(node: &Node, key: &str) -> bool {
    let fold = |text: &str| {
        text.chars()
            .map(|c| match c {
                '\u{17f}' => 's',
                '\u{212a}' => 'k',
                c => c.to_ascii_lowercase(),
            })
            .collect::<String>()
    };
    node.as_str().is_some_and(|text| fold(text) == fold(key))
}

/// Every value of a key, also where that stands twice.
fn values<'n>(node: &'n Node, key: &str) -> impl Iterator<Item = &'n Node> {
    node.entries().unwrap_or_default().iter().filter(move |(name, _)| is_key(name, key)).map(|(_, value)| value)
}

fn value<'n>(node: &'n Node, key: &str) -> Option<&'n Node> {
    values(node, key).last()
}

fn list<'n>(node: &'n Node, key: &str) -> Vec<&'n Node> {
    values(node, key).flat_map(|value| value.items().unwrap_or_default()).collect()
}

/// The texts under these keys, at any depth below a key.
fn named(node: &Node, key: &str, keys: &[&str], out: &mut Vec<String>) {
    fn below(node: &Node, keys: &[&str], is_named: bool, out: &mut Vec<String>) {
        match &node.value {
            Value::Scalar { text, .. } if is_named => out.push(text.clone()),
            Value::Sequence(items) => items.iter().for_each(|item| below(item, keys, is_named, out)),
            Value::Mapping(entries) => {
                for (name, value) in entries {
                    below(value, keys, keys.iter().any(|key| is_key(name, key)), out);
                }
            }
            Value::Scalar { .. } | Value::Alias => {}
        }
    }
    values(node, key).for_each(|value| below(value, keys, false, out));
}

/// Whether what a kustomization builds on is named by something else than its own words: readers take such in more than one way.
fn is_indirect(document: &Node) -> bool {
    let names_more = |item: &Node| {
        let below = item.entries().unwrap_or_default();
        item.value == Value::Alias
            || item.merge_key().is_some()
            || below.iter().any(|(_, value)| value.value == Value::Alias)
    };
    let is_strange = |key: &str| {
        let all: Vec<&Node> = values(document, key).collect();
        all.len() > 1
            || all
                .iter()
                .any(|value| value.value == Value::Alias || value.items().unwrap_or_default().iter().any(names_more))
    };
    document.merge_key().is_some() || LOADED.iter().chain(&PLUGINS).chain(&CHARTS).any(|key| is_strange(key))
}

/// Whether an entry leads to something of this tree, or by its form to nothing else: what is missing here then builds nothing.
fn is_here(reader: &Reader<'_>, folder: &RepoPath, text: &str) -> Result<bool, Error> {
    let Ok(path) = folder.join(text.trim()) else { return Ok(false) };
    let first = text.trim().split('/').next().unwrap_or_default();
    // `host.example.com/org/repo`, `gh:org/repo`, `git@host:org/repo`.
    let is_like_an_address = text.contains(':') || (text.contains('/') && first.trim_matches('.').contains('.'));
    if path.is_root() || !is_like_an_address {
        return Ok(true);
    }
    match reader.entry(&path) {
        Ok(entry) => Ok(entry.is_some()),
        Err(Error::Failed(error)) => Err(Error::Failed(error)),
        // A link is refused elsewhere.
        Err(_) => Ok(true),
    }
}

/// Whether an address names a commit or a release, by whatever it says of that.
fn is_pinned(text: &str) -> bool {
    let is_commit = |word: &str| word.len() == 40 && word.bytes().all(|byte| byte.is_ascii_hexdigit());
    let (path, query) = text.split_once('?').unwrap_or((text, ""));
    // A file that is got as it is knows nothing of a `ref`: a forge has the commit in its path.
    let is_file =
        path.contains("://") && [".yaml", ".yml", ".json"].iter().any(|end| path.to_ascii_lowercase().ends_with(end));
    let named: Vec<&str> = query
        .split('&')
        .filter_map(|pair| pair.strip_prefix("ref=").or_else(|| pair.strip_prefix("version=")))
        .collect();
    match named.as_slice() {
        [] => path.split('/').any(is_commit),
        _ if is_file => path.split('/').any(is_commit),
        all => all.iter().all(|named| is_commit(named) || is_release(named)),
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

/// Whether a document is a plugin that is not built in, or a function, or brings a chart in any version.
fn is_program(document: &Node) -> bool {
    let annotations = value(document, "metadata").and_then(|metadata| value(metadata, "annotations"));
    let is_function = annotations.is_some_and(|all| FUNCTIONS.iter().any(|key| value(all, key).is_some()));
    let is_empty = matches!(&document.value, Value::Scalar { .. } | Value::Alias);
    let is_builtin = value(document, "apiVersion").and_then(Node::as_str) == Some("builtin");
    !is_empty && (is_function || !is_builtin || is_any_version(document))
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
            "resources: [\"https://github.com/org/repo//base?version=v1.0.0&ref=main\"]\n",
            "resources: [\"https://raw.githubusercontent.com/org/repo/main/z.yaml?ref=v1.0.0\"]\n",
            "resources: [\"org-1234@github.com:x/y.git\"]\n",
            "resources: [dev.azure.com/x/y/_git/z]\n",
            "resources: [\"gh:x/y\"]\n",
            "resources: [../../../../outside]\n",
            "Components: [\"https://github.com/org/repo\"]\n",
            "component\u{17f}: [\"https://github.com/org/repo\"]\n",
            "resources: []\nresources: [\"https://github.com/org/repo\"]\n",
            "configMapGenerator: [{ name: x, files: [\"a=https://example.com/x\"] }]\n",
            "secretGenerator: [{ name: x, envs: [\"https://example.com/x\"] }]\n",
            "helmCharts: [{ name: x, valuesFile: \"https://example.com/x\" }]\n",
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
            "resources: [../base, deploy.yaml, .., \"https://github.com/org/repo//base?ref=v1.0.0\"]\npatches: [{ path: more.yaml }, { patch: \"a: 1\" }]\n".into(),
            "helmCharts: [{ name: web, repo: \"https://charts.example.com\", version: 1.2.3 }]\n".into(),
            "resources: [../missing, missing.yaml, a.b/c.yaml]\n".into(),
            "helmCharts: [{ name: web }]\n".into(),
            "transformers: [labels.yaml]\n".into(),
        ] {
            let files = [
                ("web/kustomization.yaml", text.as_str()),
                ("web/labels.yaml", "apiVersion: builtin\nkind: LabelTransformer\n"),
                ("base/kustomization.yaml", "resources: []\n"),
                ("web/deploy.yaml", "kind: Deployment\n"),
                ("web/a.b/c.yaml", "kind: Deployment\n"),
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
    fn what_is_named_by_an_alias_a_merge_key_or_twice_is_told() {
        for text in [
            "x: &a \"https://e.com/x\"\nresources: [*a]\n",
            "x: &a [base]\nresources: *a\n",
            "<<: { components: [\"https://e.com/x\"] }\n",
            "helmCharts: [{ name: x, <<: { repo: \"https://e.com/x\" } }]\n",
            "resources: []\nResources: []\n",
        ] {
            assert!(of(text).iter().any(|what| what.contains("an alias, a merge key")), "{text}: {:?}", of(text));
        }
        assert_eq!(
            of("commonLabels: &a { x: y }\ncommonAnnotations: *a\n"),
            [""; 0],
            "what names nothing may be what it likes"
        );
    }

    #[test]
    fn charts_are_told_whatever_brings_them() {
        let repo = "https://charts.example.com";
        assert_eq!(
            of(&format!("helmChartInflationGenerator: [{{ chartName: x, chartRepoUrl: \"{repo}\" }}]\n")).len(),
            1
        );
        assert_eq!(of(&format!("helmcharts: [{{ name: x, repo: \"{repo}\" }}]\n")).len(), 1);
        assert_eq!(
            of(&format!("helmCharts: [{{ name: x, repo: \"{repo}\", version: 1.2.3, ver\u{17f}ion: \"*\" }}]\n")).len(),
            1
        );
        let chart = format!("apiVersion: builtin\nkind: HelmChartInflationGenerator\nname: x\nrepo: {repo}\n");
        let files = |more: &str| {
            told(&[("web/kustomization.yaml", "generators: [x.yaml]\n"), ("web/x.yaml", &format!("{chart}{more}"))])
        };
        assert_eq!(files("").len(), 1);
        assert_eq!(files("version: 1.2.3\n"), [""; 0]);
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
