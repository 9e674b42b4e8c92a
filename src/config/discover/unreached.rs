//! Versions in templates, which no path leads into, and in maps of Terraform that may be of anything: how each could be a pin.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::files::Files;
use crate::domain::path::RepoPath;
use crate::domain::refusal::Error;

use super::places::stem_says;
use super::sites::is_fixed;
use super::summary::{different, listed, more};
use super::versions::is_telling;
use super::{listed as lists, paths, proven};

/// One version: where it stands, and what it is of.
struct Seen {
    file: RepoPath,
    line: usize,
    name: String,
}

/// A file, and what is told of its place, once for all files there.
type Told = (RepoPath, Option<(String, String)>);

/// Tells of each place what stands there unpinned, and how it would become a pin. `placed`: the files whose paths tell an
/// environment, with `{environment}` in its place.
pub fn find(
    files: &dyn Files,
    placed: &BTreeMap<RepoPath, String>,
    pinned: &BTreeSet<proven::Place>,
) -> Result<Vec<Told>, Error> {
    let mut by_place: BTreeMap<&str, Vec<Seen>> = BTreeMap::new();
    for (file, within) in placed {
        let Some(read) = reader(file.name()) else { continue };
        let Some(bytes) = files.read(file)? else { continue };
        let Ok(text) = std::str::from_utf8(&bytes) else { continue };
        let own = paths::stem(within.rsplit('/').next().unwrap_or_default()).0;
        let own = stem_says(own).or_else(|| file.parent().map(|folder| folder.name().to_string())).unwrap_or_default();
        if pinned.iter().any(|(known, ..)| known == file) {
            continue;
        }
        let seen = read(text, &own).into_iter().map(|(line, name)| Seen { file: file.clone(), line, name });
        by_place.entry(within).or_default().extend(seen);
    }
    let mut out = Vec::new();
    for (within, seen) in by_place {
        let mut told = told(within, &seen);
        out.extend(seen.into_iter().map(|one| (one.file, told.take())));
    }
    Ok(out)
}

/// Reads the lines of a text that is called so, and what each is of.
type Read = fn(&str, &str) -> Vec<(usize, String)>;

/// How the lines of a file are read, by its name.
fn reader(name: &str) -> Option<Read> {
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    match ending {
        "tfvars" => Some(of_maps),
        "gotmpl" | "tmpl" | "tpl" | "j2" | "jinja" => Some(of_template),
        _ => None,
    }
}

/// The tags of a template's lines, each the application's that the file is called after.
fn of_template(text: &str, own: &str) -> Vec<(usize, String)> {
    let is_tag =
        |key: &str| matches!(key, "tag" | "newTag" | "imageTag" | "image_tag") || lists::variable_of(key).is_some();
    let lines = text.lines().enumerate().filter(|(_, line)| !line.contains("stageline:"));
    lines
        .filter_map(|(at, line)| {
            let (key, value) = line.trim().trim_start_matches("- ").split_once(':')?;
            let is_one = is_tag(key.trim()) && is_version(value);
            is_one.then(|| (at + 1, own.to_string()))
        })
        .collect()
}

/// The versions in the maps of a file of Terraform's variables, by the paths to them.
fn of_maps(text: &str, _: &str) -> Vec<(usize, String)> {
    let mut out = Vec::new();
    let mut within = None;
    for (at, line) in text.lines().enumerate() {
        let line = line.trim();
        let Some((key, value)) = line.split_once('=') else {
            within = within.filter(|_| !line.starts_with('}'));
            continue;
        };
        let key = key.trim().trim_matches('"');
        if value.trim_start().starts_with('{') {
            let is_one = ["tags", "versions", "images", "releases"].iter().any(|end| key.ends_with(end));
            within = Some(key).filter(|_| is_one);
        } else if let Some(map) = within.filter(|_| is_version(value) && !line.contains("stageline:")) {
            out.push((at + 1, format!("{map}.{key}")));
        }
    }
    out
}

/// Whether a value is a text that can hardly be anything but a version.
fn is_version(value: &str) -> bool {
    let text = value.split(" #").next().unwrap_or_default().trim().trim_end_matches(',').trim_matches(['"', '\'']);
    is_fixed(text) && (is_telling(text) || is_numbered(text))
}

/// Whether a text begins as a release does: `1.39-fp-2`.
fn is_numbered(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_digit()) && text.contains('.')
}

fn told(within: &str, seen: &[Seen]) -> Option<(String, String)> {
    let first = seen.first()?;
    let listed = listed(&different(seen.iter().map(|one| one.name.as_str())));
    let reason = if within.ends_with("tfvars") {
        let path = &first.name;
        format!("{listed}: in a map that may be of anything: declare `{{ file: \"{within}\", path: {path} }}`")
    } else {
        format!(
            "{listed}: in a template, where no path leads to a value: end each line with `# stageline: NAME`, and declare `{{ marker: NAME, in: \"{within}\" }}`"
        )
    };
    Some((format!("{}:{}{}", first.file, first.line, more(seen.len(), 1)), reason))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_of_templates_and_of_maps_are_seen() {
        let text = "image:\n  repository: r/web\n  tag: \"1.5.0\"\nurl: {{ .host }}\nport: 80\nsidecar: {tag: x}\n";
        assert_eq!(of_template(text, "web"), [(3, "web".to_string())]);
        assert_eq!(of_template("tag: {{ .tag }}\ntag: 1.5.0 # stageline: web\ntag: latest\n", "web"), []);
        let text = "region = \"x\"\nimage_tags = {\n  web = \"72551d40\"\n  \"api\" = \"v1.2.3\" # now\n}\nother = { a = 1 }\ncidr = \"10.0.0.0\"\n";
        assert_eq!(of_maps(text, ""), [(3, "image_tags.web".to_string()), (4, "image_tags.api".to_string())]);
    }
}
