//! Versions of several environments in one file, told apart by keys: `services.web.versions.staging`, and `staging.web` in a list.

use std::collections::BTreeSet;

use crate::domain::path::RepoPath;
use crate::domain::settings::{Field, Form, PinKind};
use crate::yaml::locate::{get, item, text};
use crate::yaml::route::{Route, Step};
use crate::yaml::tree::{Node, Tree, Value};

use super::folders::says;
use super::listed::{is_name, is_of_many, variable_of};
use super::objects::Owned;
use super::order::rank;
use super::own::is_platform;
use super::places::stem_says;
use super::sites::{Says, Scope, Site, is_fixed, tag};
use super::values::{self, component};
use super::{paths, versions};

/// How deep such keys stand before nobody looks.
const DEEPEST: usize = 6;
/// Keys of an item of a list that say its environment.
const NAMES: [&str; 4] = ["name", "environment", "env", "stage"];

/// What has a version in each environment and is no application: clusters, and what they are made of.
const NEVER: [&str; 22] = [
    "eks",
    "gke",
    "aks",
    "cluster",
    "clusters",
    "openshift",
    "istio",
    "vpc",
    "rds",
    "aurora",
    "database",
    "ami",
    "module",
    "modules",
    "provider",
    "providers",
    "runtime",
    "engine",
    "platform",
    "operator",
    "chart",
    "charts",
];

/// Whether a file may have such keys: two lines with the names of environments, told without parsing it.
pub fn may_tell(bytes: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(bytes) else { return false };
    let names = text.lines().filter_map(|line| {
        let (key, value) = line.trim().trim_start_matches("- ").trim_start_matches(['{', ' ']).split_once(':')?;
        let is_item = NAMES.contains(&unquoted(key));
        let name = unquoted(if is_item { value.trim_end_matches(',') } else { key });
        rank(name).is_some().then_some(name)
    });
    let mut names = names.peekable();
    let first = names.peek().copied();
    names.any(|name| Some(name) != first)
}

fn unquoted(text: &str) -> &str {
    text.trim().trim_matches(['"', '\''])
}

/// The versions of each environment, by the application that the keys around them name, else by the file.
pub fn read(file: &RepoPath, tree: &Tree) -> Vec<Owned> {
    let folder = file.parent().unwrap_or_default().to_string();
    let mut walk = Walk { own: own(file), folder, out: Vec::new() };
    let is_object = |root: &Node| get(root, &["apiVersion"]).is_some() && get(root, &["kind"]).is_some();
    if let Ok(root) = tree.document(None)
        && !is_object(root)
    {
        walk.node(root, &mut Vec::new());
    }
    walk.out
}

/// What a file that is of one application calls that: by its own name, or by its folder's.
fn own(file: &RepoPath) -> Option<String> {
    let folder = file.parent().unwrap_or_default();
    stem_says(paths::stem(file.name()).0).or_else(|| says(folder.name()))
}

struct Walk {
    own: Option<String>,
    folder: String,
    out: Vec<Owned>,
}

impl Walk {
    fn node(&mut self, node: &Node, steps: &mut Vec<Step>) {
        if steps.len() > DEEPEST {
            return;
        }
        let environments = environments(node, steps);
        if environments.len() > 1 {
            for (env, step, value) in &environments {
                self.environment(env, value, steps, step);
            }
            return;
        }
        match &node.value {
            Value::Mapping(entries) => {
                for (name, value) in entries {
                    let Some(name) = name.as_str() else { continue };
                    steps.push(Step::Key(name.to_string()));
                    self.node(value, steps);
                    steps.pop();
                }
            }
            Value::Sequence(list) => {
                for (index, one) in list.iter().enumerate() {
                    steps.push(item(list, index, "name"));
                    self.node(one, steps);
                    steps.pop();
                }
            }
            _ => {}
        }
    }

    /// What stands at the key of one environment, which is a step below `above`.
    fn environment(&mut self, env: &str, node: &Node, above: &[Step], step: &Step) {
        let scope = Scope::default();
        let steps: Vec<Step> = above.iter().cloned().chain([step.clone()]).collect();
        let around = name(above);
        let sites = match node.as_str() {
            Some(text) => {
                version(text, around.as_deref()).then(|| whole(&scope, &steps, node)).flatten().into_iter().collect()
            }
            None => below(&scope, node, &steps),
        };
        for site in sites {
            // A key that is called as a variable names what its tag is of.
            let around = around.as_deref().map(|name| variable_of(name).flatten().unwrap_or_else(|| name.to_string()));
            let owner = site.component.clone().or(around).or_else(|| self.own.clone());
            let is_never = |name: &str| NEVER.contains(&name) || is_platform(&self.folder);
            let is_own = |owner: &String| is_name(owner) && (is_commit(&site) || !is_never(owner));
            let Some(owner) = owner.filter(is_own) else { continue };
            let site = Site { component: None, ..site };
            let Some(site) = anywhere(site, steps.len() - 1) else { continue };
            let owned = Owned { owner: Some(owner), env: Some(env.to_string()), sites: vec![site], ..Owned::default() };
            self.out.push(Owned { deploys: true, ..owned });
        }
    }
}

/// Whether what a text says has a commit in it.
fn is_commit(site: &Site) -> bool {
    matches!(&site.says, Says::Fixed(version) if versions::has_commit(&[version]))
}

/// The environments that a mapping has keys of, or a list items, each with the step to it; but for those in which nothing stands.
fn environments<'n>(node: &'n Node, steps: &[Step]) -> Vec<(&'n str, Step, &'n Node)> {
    // What stands below a known environment is its own.
    if steps.iter().any(|step| matches!(step, Step::Key(key) if rank(key).is_some())) {
        return Vec::new();
    }
    match &node.value {
        Value::Mapping(entries) => {
            let named = entries.iter().filter_map(|(key, value)| Some((key.as_str()?, value)));
            let known = named.filter(|(key, _)| rank(key).is_some());
            known.map(|(env, value)| (env, Step::Key(env.to_string()), value)).collect()
        }
        Value::Sequence(list) => {
            let each = list.iter().enumerate().filter_map(|(index, one)| {
                let key = NAMES.iter().find(|key| text(one, &[key]).is_some_and(|env| rank(env).is_some()))?;
                let step = item(list, index, key);
                matches!(step, Step::Select { .. }).then_some((text(one, &[key])?, step, one))
            });
            each.collect()
        }
        _ => Vec::new(),
    }
}

/// The application that the keys above an environment name.
fn name(above: &[Step]) -> Option<String> {
    let said = above.iter().filter(|step| match step {
        Step::Key(key) => says(key).is_some() && !is_of_many(key) && !NAMES.contains(&key.as_str()),
        _ => true,
    });
    component(&said.cloned().collect::<Vec<_>>())
}

/// Whether a text beside an environment's name can hardly be anything but a version of an application.
fn version(text: &str, around: Option<&str>) -> bool {
    // `node_version: {dev: 20.1.0}`
    let is_tool = around.is_some_and(|name| name.to_ascii_lowercase().ends_with("version"));
    is_fixed(text) && versions::is_telling(text) && (!is_tool || versions::has_commit(&[text]))
}

fn whole(scope: &Scope, steps: &[Step], node: &Node) -> Option<Site> {
    Some(scope.site(steps, None, Form::Whole, tag(node.as_str()?)?, node))
}

/// The versions below an environment: as Helm's values have them, or of each of several keys.
fn below(scope: &Scope, node: &Node, steps: &[Step]) -> Vec<Site> {
    let mut listed = Vec::new();
    lists(scope, node, &mut steps.to_vec(), steps.len(), &mut listed);
    let lines: BTreeSet<u32> = listed.iter().map(|site| site.line).collect();
    let mut out = values::sites(scope, node, steps);
    out.retain(|site| !lines.contains(&site.line));
    out.extend(listed);
    out
}

/// The versions of mappings all of whose keys have one: `{ web: v1, api: v2 }`, `{ web: { version: v1 } }` below `services`.
fn lists(scope: &Scope, node: &Node, steps: &mut Vec<Step>, start: usize, out: &mut Vec<Site>) {
    let Value::Mapping(entries) = &node.value else { return };
    if steps.len() > start + DEEPEST {
        return;
    }
    let is_called = matches!(steps.last(), Some(Step::Key(key)) if is_of_many(key));
    let is_one = |(key, value): &(Node, Node)| key.as_str().is_some_and(is_name) && said(value).is_some();
    let is_list = (is_called || entries.len() > 1) && entries.iter().all(is_one);
    for (key, value) in entries {
        let Some(name) = key.as_str() else { continue };
        steps.push(Step::Key(name.to_string()));
        match said(value).filter(|_| is_list) {
            Some((field, node)) => {
                let at: Vec<Step> = steps.iter().cloned().chain(field.map(|field| Step::Key(field.into()))).collect();
                out.extend(whole(scope, &at, node).map(|site| Site { component: Some(name.to_string()), ..site }));
            }
            None => lists(scope, value, steps, start, out),
        }
        steps.pop();
    }
}

/// The version of one key: its text, or its `version` where nothing says what else that might be of.
fn said(node: &Node) -> Option<(Option<&'static str>, &Node)> {
    let is_one = |node: &Node| node.as_str().is_some_and(|text| is_fixed(text) && versions::is_telling(text));
    if node.as_str().is_some() {
        return is_one(node).then_some((None, node));
    }
    let others = ["tag", "image", "images", "chart", "repository", "apiVersion"];
    let version = get(node, &["version"]).filter(|version| is_one(version));
    version.filter(|_| others.iter().all(|key| get(node, &[key]).is_none())).map(|version| (Some("version"), version))
}

/// A site with `{environment}` in the place of its environment, so that it is one text in all of them.
fn anywhere(site: Site, at: usize) -> Option<Site> {
    let PinKind::Field(field) = &site.kind else { return None };
    let put = |route: &str| -> Option<String> {
        let mut route = Route::parse(route).ok()?;
        match route.0.get_mut(at)? {
            Step::Key(key) => *key = "{environment}".into(),
            Step::Select { value, .. } => *value = "{environment}".into(),
            Step::Index(_) | Step::Has(_) => return None,
        }
        Some(route.to_string())
    };
    let digest = match &field.digest {
        Some(digest) => Some(put(digest)?),
        None => None,
    };
    let field = Field { route: put(&field.route)?, digest, ..field.clone() };
    Some(Site { key: format!("{} ", field.route), kind: PinKind::Field(field), named: None, ..site })
}
