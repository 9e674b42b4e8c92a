//! `Chart.lock` beside a `Chart.yaml`, and `requirements.lock` beside the `requirements.yaml` of a chart of `apiVersion: v1`: what
//! follows a dependency's version there, so that `helm dependency build` takes both.
//!
//! Helm (3 and 4, `internal/resolver.HashReq`) locks a chart by a digest: the SHA-256 of a JSON list of two lists, the
//! dependencies as `Chart.yaml` has them and those that were resolved. `generated` is no part of it.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde::Serialize;

use crate::domain::hex;
use crate::domain::path::RepoPath;
use crate::domain::refusal::{Code, Error, Refusal};
use crate::domain::scalar::SiteEdit;
use crate::yaml::edit::{Action, Edit};
use crate::yaml::locate::{get, items};
use crate::yaml::route::{Route, Step};
use crate::yaml::tree::{Node, Style, Tree, Value};

use super::objects::{keys, then};
use super::reader::{Reader, at};

const CHART: &str = "Chart.yaml";
/// The files of dependencies, each with the lock that belongs to it.
const LOCKED: [(&str, &str); 2] = [(CHART, "Chart.lock"), ("requirements.yaml", "requirements.lock")];

/// What follows in another file.
#[derive(Debug, Clone)]
pub struct Follow {
    pub file: RepoPath,
    pub edits: Vec<Edit>,
    pub shown: Vec<SiteEdit>,
}

/// One dependency as Helm's hash has it: the fields in this order, empty ones left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Dependency {
    name: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    version: String,
    repository: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    condition: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tags: Vec<String>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    enabled: bool,
    #[serde(rename = "import-values", skip_serializing_if = "Vec::is_empty")]
    import_values: Vec<Import>,
    #[serde(skip_serializing_if = "String::is_empty")]
    alias: String,
}

/// A name, or `child` and `parent`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
enum Import {
    Name(String),
    Pair(BTreeMap<String, String>),
}

/// The lock that belongs to a file, or the file that a lock belongs to.
pub fn sibling(path: &RepoPath) -> Option<RepoPath> {
    let other = LOCKED.iter().find_map(|(file, lock)| match path.name() {
        name if name == *file => Some(lock),
        name if name == *lock => Some(file),
        _ => None,
    });
    path.parent()?.join(other?).ok()
}

/// Whether a file is one of dependencies, as a chart's author writes them.
pub fn has_dependencies(path: &RepoPath) -> bool {
    LOCKED.iter().any(|(file, _)| path.name() == *file)
}

/// What follows in the lock where a file of dependencies of `reader`'s tree becomes `text`; `None` where no lock stands beside it, or no
/// version changes.
///
/// # Errors
/// The lock does not fit the chart now, or a vendored archive of the old version would be built all the same.
pub fn follow(reader: &Reader<'_>, chart: &RepoPath, text: &[u8]) -> Result<Option<Follow>, Error> {
    let Some(lock) = sibling(chart).filter(|_| has_dependencies(chart)) else { return Ok(None) };
    let Some(written) = reader.tree(chart)? else { return Ok(None) };
    let new = Tree::parse(text).map_err(|fault| at(chart, &fault))?;
    let tree = reader.tree(&lock)?;
    if let Some(tree) = &tree {
        [(chart, &*written), (&lock, &**tree)].into_iter().try_for_each(|(file, tree)| refuse_merged(file, tree))?;
    }
    let (old, new) = match (dependencies(chart, &written), dependencies(chart, &new)) {
        // Without a lock nobody hashes what is strange there.
        (Err(_), _) | (_, Err(_)) if tree.is_none() => return Ok(None),
        (old, new) => (old?, new?),
    };
    let (Some(old), Some(new)) = (old, new) else { return Ok(None) };
    let changed: Vec<usize> = (0..old.len().min(new.len())).filter(|at| old[*at].version != new[*at].version).collect();
    if changed.is_empty() || old.len() != new.len() {
        return Ok(None);
    }
    for index in &changed {
        refuse_vendored(reader, chart, &old[*index], &new[*index])?;
    }
    let Some(tree) = tree else { return Ok(None) };
    let stands = dependencies(&lock, &tree)?.unwrap_or_default();
    let root = tree.documents.first();
    let digest = root.and_then(|root| get(root, &["digest"]));
    let (Some(root), Some(digest)) = (root, digest.filter(|digest| fits(digest, &old, &stands))) else {
        return Err(unfit(chart, &lock));
    };
    let mut wanted = stands.clone();
    let (mut edits, mut shown) = (Vec::new(), Vec::new());
    let mut set = |route: Route, key: String, node: &Node, to: &str| {
        shown.push(SiteEdit {
            file: lock.to_string(),
            line: node.line,
            column: node.column,
            key,
            from: node.as_str().map(str::to_string),
            to: Some(to.to_string()),
        });
        edits.push(Edit { document: None, route, action: Action::Set(to.to_string()) });
    };
    for index in changed {
        let node = items(root, &["dependencies"]).get(index).and_then(|item| get(item, &["version"]));
        let Some(node) = node else { return Err(unfit(chart, &lock)) };
        wanted[index].version = resolved(&old[index].version, &stands[index].version, &new[index].version);
        let route = then(&keys(&["dependencies"]), [Step::Index(index), Step::Key("version".into())]);
        set(route, format!("dependencies[name={}].version", wanted[index].name), node, &wanted[index].version);
    }
    set(keys(&["digest"]), "digest".into(), digest, &hash(&aliased(&new, &wanted), &wanted));
    Ok(Some(Follow { file: lock, edits, shown }))
}

/// Whether the lock is of these dependencies: by name, and by the digest as Helm computes it.
fn fits(digest: &Node, chart: &[Dependency], lock: &[Dependency]) -> bool {
    chart.len() == lock.len()
        && chart.iter().zip(lock).all(|(one, locked)| one.name == locked.name)
        && digest.as_str() == Some(&hash(&aliased(chart, lock), lock))
}

/// A repository that `Chart.yaml` names by an alias of the user's (`@name`) is hashed by its address, as the lock has it.
fn aliased(chart: &[Dependency], lock: &[Dependency]) -> Vec<Dependency> {
    let is_alias = |text: &str| text.starts_with('@') || text.starts_with("alias:");
    let one = |(one, locked): (&Dependency, &Dependency)| match is_alias(&one.repository) {
        true => Dependency { repository: locked.repository.clone(), ..one.clone() },
        false => one.clone(),
    };
    chart.iter().zip(lock).map(one).collect()
}

/// The version as the lock writes it: repositories may list `v1.0.0` for what is asked for as `1.0.0`.
fn resolved(asked: &str, locked: &str, wanted: &str) -> String {
    match locked.strip_prefix('v') {
        Some(bare) if bare == asked => format!("v{wanted}"),
        _ if asked.strip_prefix('v') == Some(locked) => wanted.strip_prefix('v').unwrap_or(wanted).to_string(),
        _ => wanted.to_string(),
    }
}

/// Helm's digest. Go's JSON writes `<`, `>`, `&` and two line separators as escapes.
fn hash(chart: &[Dependency], lock: &[Dependency]) -> String {
    let json = serde_json::to_string(&[chart, lock]).unwrap_or_default();
    let mut text = String::with_capacity(json.len());
    for c in json.chars() {
        match c {
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => drop(write!(text, "\\u{:04x}", u32::from(c))),
            c => text.push(c),
        }
    }
    format!("sha256:{}", hex::sha256(text))
}

/// The dependencies of a `Chart.yaml` or a lock; `None` where it has none.
///
/// # Errors
/// One is written so that its digest cannot be told: a version that YAML takes for a number.
fn dependencies(file: &RepoPath, tree: &Tree) -> Result<Option<Vec<Dependency>>, Error> {
    let Some(root) = tree.documents.first() else { return Ok(None) };
    let list = items(root, &["dependencies"]);
    if list.is_empty() {
        return Ok(None);
    }
    list.iter().map(|item| dependency(file, item)).collect::<Result<Vec<_>, _>>().map(Some)
}

fn dependency(file: &RepoPath, item: &Node) -> Result<Dependency, Error> {
    let text = |key: &str| match get(item, &[key]) {
        None => Ok(String::new()),
        Some(node) if node.is_null() => Ok(String::new()),
        Some(node) => string(node).ok_or_else(|| untold(file, node, key)),
    };
    let list = |key: &str| items(item, &[key]);
    let imported = |node: &Node| match node.entries() {
        None => string(node).map(Import::Name),
        Some(entries) => {
            let pair = |(key, value): &(Node, Node)| string(key).zip(string(value));
            entries.iter().map(pair).collect::<Option<_>>().map(Import::Pair)
        }
    };
    Ok(Dependency {
        name: text("name")?,
        version: text("version")?,
        repository: text("repository")?,
        condition: text("condition")?,
        tags: list("tags")
            .iter()
            .map(|node| string(node).ok_or_else(|| untold(file, node, "tags")))
            .collect::<Result<_, _>>()?,
        enabled: get(item, &["enabled"]).and_then(Node::as_str).is_some_and(is_true),
        import_values: list("import-values")
            .iter()
            .map(|node| imported(node).ok_or_else(|| untold(file, node, "import-values")))
            .collect::<Result<_, _>>()?,
        alias: text("alias")?,
    })
}

/// An error where a part of a dependency stands elsewhere: it is not followed there, and Helm hashes it.
fn refuse_merged(file: &RepoPath, tree: &Tree) -> Result<(), Error> {
    let list = tree.documents.first().map(|root| items(root, &["dependencies"])).unwrap_or_default();
    let Some(item) = list.iter().find(|item| is_merged(item)) else { return Ok(()) };
    let place = format!("{file}:{}:{}", item.line, item.column);
    let what =
        format!("{place}: an alias or a merge key stands in this dependency, so the digest of the lock cannot be told");
    Err(Refusal::new(Code::LockUnfit, what).hint("write out there what it stands for").invalid())
}

/// Whether a part of what a node says stands elsewhere.
fn is_merged(node: &Node) -> bool {
    match &node.value {
        Value::Alias => true,
        Value::Scalar { .. } => false,
        Value::Sequence(items) => items.iter().any(is_merged),
        Value::Mapping(entries) => {
            entries.iter().any(|(key, value)| key.as_str() == Some("<<") || is_merged(key) || is_merged(value))
        }
    }
}

/// What Helm's reader of YAML, which is one of 1.1, takes for true.
fn is_true(text: &str) -> bool {
    ["true", "yes", "on", "y"].iter().any(|word| text.eq_ignore_ascii_case(word))
}

/// A scalar that every reader takes for this text.
fn string(node: &Node) -> Option<String> {
    let Value::Scalar { text, style } = &node.value else { return None };
    (*style != Style::Plain || crate::domain::plain::not_a_text(text).is_none()).then(|| text.clone())
}

fn untold(file: &RepoPath, node: &Node, key: &str) -> Error {
    Refusal::new(
        Code::LockUnfit,
        format!("{file}:{}:{}: `{key}` is no text, so the digest of the lock cannot be told", node.line, node.column),
    )
    .hint("put it in quotes there, and run `helm dependency update`")
    .invalid()
}

fn unfit(chart: &RepoPath, lock: &RepoPath) -> Error {
    let folder = chart.parent().filter(|folder| !folder.is_root()).map_or(".".to_string(), |folder| folder.to_string());
    Refusal::new(
        Code::LockUnfit,
        format!("`{lock}` does not fit `{chart}`: `helm dependency build` refuses it already"),
    )
    .hint(format!("bring it in order and commit it: `helm dependency update {folder}`"))
    .refused()
}

/// Helm builds what lies under `charts/` and looks at its name alone, so an archive of the old version would go on running.
fn refuse_vendored(reader: &Reader<'_>, chart: &RepoPath, old: &Dependency, new: &Dependency) -> Result<(), Error> {
    let Some(folder) = chart.parent() else { return Ok(()) };
    let Ok(vendored) = folder.join("charts") else { return Ok(()) };
    let fresh = format!("{}-{}.tgz", new.name, new.version);
    let mut stale = Vec::new();
    for entry in if reader.entry(&vendored)?.is_some() { reader.list(&vendored)? } else { Vec::new() } {
        let name = entry.path.name();
        let version = name.strip_prefix(&format!("{}-", new.name)).and_then(|rest| rest.strip_suffix(".tgz"));
        let is_archive = version.is_some_and(|version| version.starts_with(|c: char| c == 'v' || c.is_ascii_digit()));
        if name == new.name {
            let own = entry.path.join(CHART).map_err(anyhow::Error::from)?;
            let tree = reader.tree(&own)?;
            let stands = tree.as_ref().and_then(|tree| get(tree.documents.first()?, &["version"])?.as_str());
            if stands != Some(new.version.as_str()) {
                stale.push(entry.path.to_string());
            }
        } else if is_archive && name != fresh {
            stale.push(entry.path.to_string());
        }
    }
    if stale.is_empty() {
        return Ok(());
    }
    let shown = folder.to_string();
    let shown = if shown.is_empty() { "." } else { &shown };
    Err(Refusal::new(
        Code::VendoredChart,
        format!("`{}` {} lies vendored beside `{chart}`: it would go on being built", old.name, old.version),
    )
    .details(stale)
    .hint(format!("after the version in `{chart}`, run `helm dependency update {shown}` and commit what it writes"))
    .hint("or keep `charts/` out of the repository: then who builds fetches it by the lock")
    .refused())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::memory::Memory;
    use crate::yaml::edit::apply;

    const CHART_YAML: &str = "apiVersion: v2\nname: shop\nversion: 0.1.0\ndependencies:\n- {name: web, version: 1.0.0, repository: \"https://charts.internal\"}\n- name: db\n  version: ~2.1\n  repository: \"@stable\"\n  condition: db.enabled,global.a&b\n  tags: [back, end]\n  alias: store\n  import-values: [data, {parent: p, child: c}]\n";

    fn path(text: &str) -> RepoPath {
        RepoPath::new(text).unwrap()
    }

    fn lock(digest: &str) -> String {
        format!(
            "dependencies:\n- name: web\n  repository: https://charts.internal\n  version: 1.0.0\n- name: db\n  repository: https://stable.example.com\n  version: 2.1.7\ndigest: {digest} # by helm\ngenerated: \"2024-05-01T10:00:00Z\"\n"
        )
    }

    /// A digest that fits what the two texts say.
    fn fitting(chart: &str, lock: &str) -> String {
        let read = |name: &str, text: &str| {
            dependencies(&path(name), &Tree::parse(text.as_bytes()).unwrap()).unwrap().unwrap()
        };
        let (chart, lock) = (read("Chart.yaml", chart), read("Chart.lock", lock));
        hash(&aliased(&chart, &lock), &lock)
    }

    fn followed(files: &Memory, text: &str) -> Result<Option<String>, Error> {
        let follow = follow(&Reader::new(files), &path("u/Chart.yaml"), text.as_bytes())?;
        Ok(follow.map(|follow| {
            let old = files.read_text("u/Chart.lock");
            String::from_utf8(apply(old.as_bytes(), &follow.edits).unwrap()).unwrap()
        }))
    }

    #[test]
    fn an_alias_or_a_merge_key_in_a_locked_dependency_is_told_as_that_and_a_comment_is_none() {
        let merged =
            "apiVersion: v2\nx: &x {repository: \"https://h\"}\ndependencies:\n- {name: web, version: 1.0.0, <<: *x}\n";
        let aliased = "dependencies:\n- {name: web, version: 1.0.0, repository: &h \"https://h\"}\n- {name: db, version: 2.0.0, repository: *h}\n";
        for chart in [merged, aliased] {
            let files = Memory::new([("u/Chart.yaml", chart), ("u/Chart.lock", "digest: x\n")]);
            let told = followed(&files, &chart.replace("1.0.0", "1.1.0")).unwrap_err().to_string();
            assert!(told.contains("an alias or a merge key stands in this dependency"), "{told}");
            let files = Memory::new([("u/Chart.yaml", chart)]);
            assert!(followed(&files, &chart.replace("1.0.0", "1.1.0")).unwrap().is_none(), "no lock");
        }
        let lock = lock(&fitting(CHART_YAML, &lock("x"))).replace("digest:", "# by helm\ndigest:");
        let files = Memory::new([("u/Chart.yaml", CHART_YAML.to_string()), ("u/Chart.lock", lock)]);
        assert!(followed(&files, &CHART_YAML.replace("1.0.0", "1.1.0")).unwrap().is_some());
    }

    #[test]
    fn only_the_version_and_the_digest_follow() {
        let files = Memory::new([
            ("u/Chart.yaml", CHART_YAML.to_string()),
            ("u/Chart.lock", lock(&fitting(CHART_YAML, &lock("x")))),
        ]);
        let text = CHART_YAML.replace("1.0.0", "1.1.0");
        let now = followed(&files, &text).unwrap().unwrap();
        let wanted = lock("x").replace("version: 1.0.0", "version: 1.1.0");
        assert_eq!(now, wanted.replace("digest: x", &format!("digest: {}", fitting(&text, &wanted))));
        assert!(followed(&files, &CHART_YAML.replace("0.1.0", "0.2.0")).unwrap().is_none(), "the chart's own version");
    }

    #[test]
    fn a_lock_that_does_not_fit_now_is_refused() {
        for (chart, lock) in [
            (CHART_YAML.to_string(), lock("sha256:00")),
            (CHART_YAML.replace("1.0.0", "0.9.0"), lock(&fitting(CHART_YAML, &lock("x")))),
            (CHART_YAML.to_string(), "digest: x\n".to_string()),
        ] {
            let files = Memory::new([("u/Chart.yaml", chart.clone()), ("u/Chart.lock", lock)]);
            let error = followed(&files, &chart.replace("name: web, version: ", "name: web, version: 9")).unwrap_err();
            assert_eq!(error.refusal().code, Code::LockUnfit);
        }
    }

    #[test]
    fn a_number_in_the_place_of_a_text_cannot_be_hashed() {
        let chart = CHART_YAML.replace("~2.1", "2.10");
        let files = Memory::new([("u/Chart.yaml", chart.clone()), ("u/Chart.lock", lock("x"))]);
        let error = followed(&files, &chart.replace("1.0.0", "1.1.0")).unwrap_err();
        assert!(error.refusal().message.starts_with("u/Chart.yaml:7:12: `version`"), "{error}");
    }

    #[test]
    fn an_archive_of_the_old_version_is_refused_and_one_of_the_new_is_not() {
        let old = "apiVersion: v2\ndependencies:\n- {name: web, version: 1.0.0, repository: r}\n";
        let new = old.replace("1.0.0", "1.1.0");
        for (file, is_stale) in [
            ("u/charts/web-1.0.0.tgz", true),
            ("u/charts/web/Chart.yaml", true),
            ("u/charts/web-1.1.0.tgz", false),
            ("u/charts/web-admin-1.0.0.tgz", false),
            ("u/charts/other/Chart.yaml", false),
        ] {
            let files = Memory::new([("u/Chart.yaml", old), (file, "version: 1.0.0\n")]);
            let ended = followed(&files, &new);
            assert_eq!(ended.is_err(), is_stale, "{file}");
            if let Err(error) = ended {
                assert_eq!(error.refusal().code, Code::VendoredChart);
                assert!(error.refusal().hints[0].contains("helm dependency update u"), "{error:?}");
            }
        }
        let files = Memory::new([("u/Chart.yaml", old), ("u/charts/web/Chart.yaml", "version: 1.1.0\n")]);
        assert!(followed(&files, &new).unwrap().is_none());
    }

    #[test]
    fn the_lock_keeps_its_own_way_of_writing_a_version() {
        assert_eq!(resolved("1.0.0", "v1.0.0", "1.1.0"), "v1.1.0");
        assert_eq!(resolved("v1.0.0", "1.0.0", "v1.1.0"), "1.1.0");
        assert_eq!(resolved("1.0.0", "1.0.0", "1.1.0"), "1.1.0");
    }
}
