//! Variables of Flux in a ConfigMap of each environment, and the images whose tags they are wherever they are filled in.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::files::{Files, is_yaml};
use crate::domain::path::RepoPath;
use crate::domain::refusal::Error;
use crate::domain::settings::Form;
use crate::yaml::locate::{get, text};
use crate::yaml::tree::{Node, Tree};

use super::naming::last_part;
use super::objects::{Owned, rule};
use super::sites::{Says, Scope, Site, tag, then};
use super::strangers;

/// Ends of the names of variables that are versions.
const ENDS: [&str; 4] = ["_version", "_image_tag", "_tag", "_revision"];

/// The images that each variable is the tag of; none where only a tag says so, without its image.
pub type Uses = BTreeMap<String, BTreeSet<String>>;

/// Whether a file has variables that may be versions.
pub fn has(tree: &Tree) -> bool {
    tree.documents.iter().any(|document| data(document).is_some_and(|all| all.iter().any(is_variable)))
}

fn data(document: &Node) -> Option<&[(Node, Node)]> {
    let is_map = text(document, &["kind"]) == Some("ConfigMap") && get(document, &["apiVersion"]).is_some();
    get(document, &["data"]).filter(|_| is_map)?.entries()
}

fn is_variable((key, value): &(Node, Node)) -> bool {
    let lower = key.as_str().unwrap_or_default().to_ascii_lowercase();
    let is_version = ENDS.iter().any(|end| lower.strip_suffix(end).is_some_and(|name| !name.is_empty()));
    is_version && matches!(value.as_str().and_then(tag), Some(Says::Fixed(_)))
}

/// What is filled into the tags of images anywhere in these files.
pub fn uses<'p>(files: &dyn Files, paths: impl Iterator<Item = &'p RepoPath>) -> Result<Uses, Error> {
    let mut out = Uses::new();
    for path in paths.filter(|path| is_yaml(path.name())) {
        let Some(bytes) = files.read(path)? else { continue };
        let Ok(text) = std::str::from_utf8(&bytes) else { continue };
        text.lines().filter(|line| line.contains("${")).for_each(|line| used(line, &mut out));
    }
    Ok(out)
}

/// The variable of a line such as `image: registry.example.com/shop/web:${web_version}` or `tag: ${web_version}`.
fn used(line: &str, out: &mut Uses) {
    let Some((before, rest)) = line.split_once("${") else { return };
    let name = rest.split(['}', ':']).next().unwrap_or_default().to_string();
    let before = before.trim_end_matches(['"', '\'', ' ']);
    let Some(before) = before.strip_suffix(':') else { return };
    let word = before.rsplit([' ', '"', '\'', '{', ',']).next().unwrap_or_default();
    match word {
        "tag" | "newTag" | "imageTag" => {
            out.entry(name).or_default();
        }
        image if image.contains('/') => {
            out.entry(name).or_default().insert(image.to_string());
        }
        _ => {}
    }
}

/// The versions of a file's variables, each of the application whose image is tagged by it.
pub fn read(tree: &Tree, uses: &Uses) -> Vec<Owned> {
    let mut out = Vec::new();
    for document in &tree.documents {
        let Some(rule) = rule(tree, document) else { continue };
        let scope = Scope { document: rule, ..Scope::default() };
        for (key, value) in data(document).unwrap_or_default().iter().filter(|entry| is_variable(entry)) {
            let (Some(name), Some(says)) = (key.as_str(), value.as_str().and_then(tag)) else { continue };
            let Some(images) = uses.get(name) else { continue };
            let site = scope.site(&then(&[], &["data", name]), None, Form::Whole, says, value);
            out.extend(owned(name, images, site));
        }
    }
    out
}

/// The application is called as its one image, else as the variable.
fn owned(variable: &str, images: &BTreeSet<String>, site: Site) -> Option<Owned> {
    let lower = variable.to_ascii_lowercase();
    let stem = ENDS.iter().find_map(|end| lower.strip_suffix(end))?.replace('_', "-");
    let names: BTreeSet<&str> = images.iter().map(|image| last_part(image)).collect();
    let owner = match names.first() {
        Some(name) if names.len() == 1 => (*name).to_string(),
        _ if strangers::is_named(&stem) => return None,
        _ => stem,
    };
    let of = images.first().filter(|_| names.len() == 1).cloned();
    let thing = of.as_deref().map(|image| last_part(image).to_string());
    let sites = vec![Site { thing, of, ..site }];
    Some(Owned { owner: Some(owner), sites, deploys: true, ..Owned::default() })
}
