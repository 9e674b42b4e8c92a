//! Environments that nothing is deployed to: those that a helmfile does not declare, and those whose values switch a part off.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::files::{Files, is_yaml};
use crate::domain::names::EnvName;
use crate::domain::path::RepoPath;
use crate::domain::refusal::Error;
use crate::yaml::locate::text;
use crate::yaml::tree::{Node, Tree};

use super::found::{Origin, Part};
use super::reading::mentions;

/// The environments that helmfiles declare, by the folder that these lie in.
type Declared = BTreeMap<RepoPath, BTreeSet<String>>;
/// What files say of a name's `enabled:`, by their folder and that name: each file, and whether it says `false`.
type Switches = BTreeMap<(String, String), Vec<(String, bool)>>;

/// Takes such environments out of parts, and tells of each why.
pub fn leave(
    files: &dyn Files,
    parts: &mut Vec<Part>,
    paths: &[RepoPath],
    left_out: &mut Vec<(String, String)>,
) -> Result<(), Error> {
    let declared = declared(files, paths)?;
    let undeclared: Vec<BTreeSet<EnvName>> = parts.iter().map(|part| undeclared(part, &declared)).collect();
    // Where something else deploys, too, a helmfile does not say all.
    let is_said = undeclared.iter().any(|envs| !envs.is_empty()) && !deploys_otherwise(files, paths)?;
    let switches = switches(files, parts, paths)?;
    let mut kept = Vec::new();
    for (mut part, envs) in std::mem::take(parts).into_iter().zip(undeclared) {
        for env in envs.iter().filter(|_| is_said) {
            let reason =
                format!("no `environments:` of the helmfile has `{env}`: nothing is deployed by what is left here");
            left_out.push((place(&part, env), reason));
        }
        let mut gone = if is_said { envs } else { BTreeSet::new() };
        for env in switched_off(&part, &switches) {
            let reason = format!("`{}.enabled` is `false` in `{env}`: nothing of it runs there", part.name);
            left_out.push((place(&part, &env), reason));
            gone.insert(env);
        }
        if gone.is_empty() || part.leave(&gone) {
            kept.push(part);
        }
    }
    *parts = kept;
    Ok(())
}

/// Where a part stands in an environment.
fn place(part: &Part, env: &EnvName) -> String {
    let of_env = part.pins.iter().find(|pin| pin.environments.contains(env)).map_or(&part.within, |pin| &pin.within);
    of_env.replace("{environment}", env.as_str())
}

/// The environments of a part that the helmfile around it does not declare, where it declares another one of them.
fn undeclared(part: &Part, declared: &Declared) -> BTreeSet<EnvName> {
    let Some(file) = part.place.rsplit_once(':').and_then(|(file, _)| RepoPath::new(file).ok()) else {
        return BTreeSet::new();
    };
    let around = std::iter::successors(file.parent(), RepoPath::parent).find_map(|folder| declared.get(&folder));
    let Some(names) = around.filter(|_| part.origin == Origin::Text) else { return BTreeSet::new() };
    let (own, others): (BTreeSet<_>, BTreeSet<_>) =
        part.environments.iter().cloned().partition(|env| names.contains(env.as_str()));
    if own.is_empty() { BTreeSet::new() } else { others }
}

fn declared(files: &dyn Files, paths: &[RepoPath]) -> Result<Declared, Error> {
    let mut out = Declared::new();
    for path in paths {
        let folder = path.parent().unwrap_or_default();
        let is_one_of_many = folder.name() == "helmfile.d";
        if !path.name().starts_with("helmfile") && !is_one_of_many {
            continue;
        }
        let Some(bytes) = files.read(path)? else { continue };
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let mut names = names(&text);
        for base in bases(&text).filter_map(|base| folder.join(base).ok()) {
            if let Some(bytes) = files.read(&base)? {
                names.extend(self::names(&String::from_utf8_lossy(&bytes)));
            }
        }
        let scope = if is_one_of_many { folder.parent().unwrap_or_default() } else { folder };
        if !names.is_empty() {
            out.entry(scope).or_default().extend(names);
        }
    }
    // A template may make any name.
    out.retain(|_, names| names.iter().all(|name| EnvName::new(name.as_str()).is_ok()));
    Ok(out)
}

/// The keys of `environments:` at the beginning of a line. Helmfiles are templates, which no parser of YAML reads.
fn names(text: &str) -> BTreeSet<String> {
    let mut out = BTreeSet::new();
    let mut column: Option<usize> = None;
    let mut is_within = false;
    for line in text.lines() {
        let entry = line.trim();
        if line.starts_with("environments:") {
            (is_within, column) = (true, None);
        } else if entry.is_empty() || entry.starts_with('#') || entry.starts_with("{{") && !entry.ends_with(':') {
            continue;
        } else if !line.starts_with([' ', '\t']) {
            is_within = false;
        } else if is_within {
            let own = line.len() - line.trim_start().len();
            if own == *column.get_or_insert(own)
                && let Some((name, _)) = entry.split_once(':')
            {
                out.insert(name.trim_matches(['"', '\'']).to_string());
            }
        }
    }
    out
}

/// The files that a helmfile takes over: the items of `bases:`.
fn bases(text: &str) -> impl Iterator<Item = &str> {
    let own = text.lines().skip_while(|line| line.trim_end() != "bases:").skip(1);
    own.map_while(|line| line.trim_start().strip_prefix("- ")).map(|base| base.trim().trim_matches(['"', '\'']))
}

/// Whether Argo CD or Flux deploy from here as well.
fn deploys_otherwise(files: &dyn Files, paths: &[RepoPath]) -> Result<bool, Error> {
    for path in paths.iter().filter(|path| is_yaml(path.name())) {
        let Some(bytes) = files.read(path)? else { continue };
        let text = String::from_utf8_lossy(&bytes);
        if text.contains("argoproj.io/") || text.contains("toolkit.fluxcd.io/") {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The switches of all files in folders that parts stand in: each file is read once, whatever stands beside it.
fn switches(files: &dyn Files, parts: &[Part], paths: &[RepoPath]) -> Result<Switches, Error> {
    let around = |part: &Part| {
        let folder = part.within.rsplit_once('/').map_or("", |(folder, _)| folder).to_string();
        part.environments.iter().map(|env| folder.replace("{environment}", env.as_str())).collect::<Vec<_>>()
    };
    let folders: BTreeSet<String> = parts.iter().filter(|part| has_values(part)).flat_map(around).collect();
    let mut out = Switches::new();
    for path in paths.iter().filter(|path| is_yaml(path.name())) {
        let folder = path.parent().unwrap_or_default().to_string();
        if !folders.contains(&folder) {
            continue;
        }
        let Some(bytes) = files.read(path)?.filter(|bytes| mentions(bytes, b"enabled")) else { continue };
        let Ok(tree) = Tree::parse(&bytes) else { continue };
        let entries = tree.document(None).ok().and_then(Node::entries).unwrap_or_default();
        for (key, value) in entries {
            if let (Some(name), Some(said)) = (key.as_str(), text(value, &["enabled"])) {
                let key = (folder.clone(), name.to_string());
                out.entry(key).or_default().push((path.to_string(), said == "false"));
            }
        }
    }
    Ok(out)
}

/// Whether a part stands in a file of values.
fn has_values(part: &Part) -> bool {
    part.origin == Origin::Text && is_yaml(&part.within)
}

/// The environments whose values say of a part that it is not enabled, and nowhere that it is.
fn switched_off(part: &Part, switches: &Switches) -> BTreeSet<EnvName> {
    let (folder, _) = part.within.rsplit_once('/').unwrap_or_default();
    let is_off = |env: &&EnvName| {
        let filled = |text: &str| text.replace("{environment}", env.as_str());
        // Beside a file of an environment lie those of others; a folder is an environment's as a whole.
        let (own, is_whole) = (filled(&part.within), folder.contains("{environment}"));
        let said = switches.get(&(filled(folder), part.name.clone())).into_iter().flatten();
        let mut said = said.filter(|(file, _)| is_whole || *file == own).map(|(_, is_off)| *is_off).peekable();
        said.peek().is_some() && said.all(|is_off| is_off)
    };
    part.environments.iter().filter(|_| has_values(part)).filter(is_off).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_environments_of_a_helmfile_are_read_past_its_templates() {
        let text = "bases:\n- ../shared/envs.yaml\n- 'x.yaml'\n---\nenvironments:\n  # mine\n  qa: # now\n    values:\n      - x: 1\n{{ if .x }}\n  \"eu-1\":\n{{ end }}\n  live: {}\nreleases:\n  - name: web\n    environments:\n      - no\n";
        assert_eq!(names(text).into_iter().collect::<Vec<_>>(), ["eu-1", "live", "qa"]);
        assert_eq!(bases(text).collect::<Vec<_>>(), ["../shared/envs.yaml", "x.yaml"]);
        assert_eq!(names("releases:\n- name: web\n"), BTreeSet::new());
    }
}
