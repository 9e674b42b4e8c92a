//! Settings as text again: the commented file that `init` writes, and what `config show` shows.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use crate::domain::names::{AppName, EnvName};
use crate::domain::settings::{Application, Environment, Group, Origin, PartyName, Settings};
use crate::domain::steering::steers;

use super::discover::{Discovery, rank, summary};

pub mod added;
pub mod binding;
mod flow;
mod rules;
mod stack;

use flow::{flow, scalar};
use rules::Entries;
use stack::Extent;

/// With more applications than this each one takes a single line.
const COMPACT: usize = 50;
/// So many of the places that are left out or to be looked at are listed.
const MOST_REMARKS: usize = 60;

const HEAD: &str = "\
# What runs where, and how it moves. Written by `stageline init`; yours to edit.
# `stageline config check` reads it. For an editor: `stageline schema config > stageline.schema.json`, and as the first line
# here `# yaml-language-server: $schema=./stageline.schema.json`.
version: 1                         # of the format of this file
";

const ENVIRONMENT_EXAMPLES: &str = "    \
    # landing: merge-request         # a branch and a request instead of a commit; default: direct
    # rollback: { landing: direct }  # how a rollback lands, where that differs
    # git: { branch: production }    # lives on its own branch of this repository
    # clusters: [eu, us]             # what `{cluster}` in `in:` stands for; names or globs
";

const SIGNING: &str = "
# Whose signatures count: a person and the principals in the signers file (ssh-keygen(1), \"ALLOWED SIGNERS\").
";

const APPLICATIONS: &str = "
# What is deployed. For each application:
#   source    the git repository that it is built from: the commits between two versions, and which one is newer
#   path      what of that repository concerns it, in a monorepo: a folder, or a list of folders and globs
#   version   how a commit is written as a version: {commit}, sha-{commit:12}, {branch}-{commit:8}, {tag}
#   tag       the form of the source's tags, where another text stands at the pins: v{version}, web/v{version}
#   members   what one version serves, where it is a group of several that move as one
#   pins      where its version stands ({environment}, {application} and {cluster} are filled in):
#             image, base, chart, literal, label or annotation of the kustomization that it is `in:`; an image by its name in
#             any other file; revision or chart of Argo CD and Flux; or any `path:` of a `file:` (`as: image` for a whole image)
#             `digest: drop` removes the digest of an old tag
";

/// The commented `stageline.yaml` for what discovery found. `check` reads it back to the same settings.
///
/// Where nothing was found it is a file to start from, with two environments.
pub fn init(found: &Discovery) -> String {
    let settings = &found.settings;
    let mut out = HEAD.to_string();
    let id = match &settings.id {
        Some(id) => format!("id: {}", scalar(&id.to_string())),
        None => "# id: shop-config".to_string(),
    };
    line(
        &mut out,
        &format!("{id:<35}# what this repository is called where a change is approved; it stays the same for good"),
    );
    out.push_str("\ngit:\n");
    match &settings.git.branch {
        Some(branch) => line(&mut out, &format!("  branch: {}", scalar(branch.as_str()))),
        None => line(&mut out, "  # branch: main                   # the protected branch; default: the remote's"),
    }
    match &settings.git.remote {
        Some(remote) => line(&mut out, &format!("  remote: {}", scalar(remote.as_str()))),
        None => line(&mut out, "  # remote: origin                 # default: the only remote, or origin"),
    }
    let signing = stack::signing(settings.git.signing);
    line(
        &mut out,
        &format!("  {:<33}# a landing without a signature is refused; or: optional", format!("signing: {signing}")),
    );
    environments(&mut out, settings);
    out.push_str(SIGNING);
    match &settings.signers_file {
        Some(path) => line(&mut out, &format!("signers-file: {}", scalar(path.as_str()))),
        None => line(&mut out, "# signers-file: .stageline/allowed_signers"),
    }
    if settings.people.is_empty() {
        line(&mut out, "# people:");
        line(&mut out, "#   alice: { principals: [alice@example.com], forge: alice }");
    } else {
        line(&mut out, "people:");
        for person in &settings.people {
            line(&mut out, &format!("  {}: {}", scalar(person.name.as_str()), flow(&rules::person(person))));
        }
    }
    out.push_str(APPLICATIONS);
    applications(&mut out, settings);
    remarks(&mut out, "In this file, and to be looked at:", &found.to_look_at);
    remarks(&mut out, "Seen, and left out:", &found.left_out);
    if !found.writable.is_empty() {
        line(&mut out, "# What of that you would promote all the same takes an entry, such as");
    }
    for one in &found.writable {
        line(&mut out, &format!("#   {}", comment(&added::entry(&one.entry))));
    }
    out
}

fn environments(out: &mut String, settings: &Settings) {
    line(out, "");
    line(out, "# The stack, in order: a promotion goes from one environment to the next.");
    if settings.environments.is_empty() {
        line(out, "# None was found in the layout of this repository: write your own.");
        line(out, "environments:\n  - name: staging\n  - name: production");
        line(out, &rule_of_order("staging"));
        out.push_str(ENVIRONMENT_EXAMPLES);
        return;
    }
    let unplaced = unplaced(settings);
    if !unplaced.is_empty() {
        let names: Vec<String> = unplaced.iter().map(|name| format!("`{name}`")).collect();
        line(out, &format!("# TO DO: the order of {} is not known: put each in its place, and say", names.join(", ")));
        line(out, "# what it comes `after:` and what comes after it. Until then a promotion to it says `--from`.");
    }
    line(out, "environments:");
    let mut before: Option<&EnvName> = None;
    for environment in &settings.environments {
        line(out, &format!("  - name: {}", scalar(environment.name.as_str())));
        if let Some(before) = before.filter(|_| environment.after.is_none() && environment.ephemeral.is_none()) {
            line(out, &rule_of_order(&comment(&scalar(before.as_str()))));
        }
        if environment.ephemeral.is_none() {
            before = Some(&environment.name);
        }
        for (key, value) in stack::environment(environment, Extent::Said).into_iter().filter(|(key, _)| key != "name") {
            line(out, &format!("    {key}: {}", flow(&value)));
        }
    }
    out.push_str(ENVIRONMENT_EXAMPLES);
}

/// The line that makes a rule of what the list says by its order, as a comment: nobody has asked for it yet.
fn rule_of_order(before: &str) -> String {
    format!("    {:<33}# only what was live in {before} may come", format!("# after: {before}"))
}

/// The environments whose place is not known: those whose names do not tell it, and what they may come before.
pub fn unplaced(settings: &Settings) -> Vec<&EnvName> {
    let is_told = settings.environments.iter().all(|environment| rank(environment.name.as_str()).is_some());
    let is_alone = |environment: &&Environment| environment.after.as_ref().is_some_and(Vec::is_empty);
    let alone = settings.environments.iter().filter(is_alone).filter(|_| !is_told);
    alone.map(|environment| &environment.name).collect()
}

fn applications(out: &mut String, settings: &Settings) {
    if settings.applications.is_empty() && settings.families.is_empty() {
        line(out, "applications: []");
        line(out, "#   - name: web");
        line(out, "#     source: https://git.example.com/shop/web.git");
        line(out, "#     version: \"{commit}\"");
        line(out, "#     pins:");
        line(out, "#       - { image: registry.example.com/shop/web, in: \"apps/web/overlays/{environment}\" }");
        return;
    }
    line(out, "applications:");
    let compact = settings.applications.len() > COMPACT;
    for family in &settings.families {
        line(out, "  # every application that its pin finds; `stageline config show --expand` prints their entries");
        let mut value = stack::family(family);
        // What is so anyway need not be said.
        value.retain(|key, _| key != "born");
        let example = Some("https://git.example.com/GROUP/{application}.git");
        entry(out, &value, example.filter(|_| family.source.is_none()));
    }
    for application in &settings.applications {
        let value = stack::application(application);
        if compact {
            line(out, &format!("  - {}", flow(&Value::Object(value))));
            continue;
        }
        let example = application.repository().unwrap_or("https://git.example.com/GROUP/NAME.git");
        entry(out, &value, Some(example).filter(|_| application.source.is_none()));
    }
    if compact && settings.applications.iter().all(|application| application.source.is_none()) {
        line(out, "  # each takes a `source: https://git.example.com/GROUP/NAME.git`, too");
    }
}

/// One entry, a key a line; `source`: what its source may be, where it has none.
fn entry(out: &mut String, value: &Map<String, Value>, source: Option<&str>) {
    for (index, (key, value)) in value.iter().enumerate() {
        let dash = if index == 0 { '-' } else { ' ' };
        match value {
            Value::Array(pins) => {
                line(out, &format!("    {key}:"));
                pins.iter().for_each(|pin| line(out, &format!("      - {}", flow(pin))));
            }
            value => line(out, &format!("  {dash} {key}: {}", flow(value))),
        }
        if let Some(source) = source.filter(|_| index == 0) {
            line(out, &format!("    # source: {}", comment(source)));
        }
    }
}

fn remarks(out: &mut String, heading: &str, told: &[(String, String)]) {
    let told = summary(told);
    if told.is_empty() {
        return;
    }
    line(out, &format!("\n# {heading}"));
    for (place, reason) in told.iter().take(MOST_REMARKS) {
        line(out, &format!("# - {}: {}", comment(place), comment(reason)));
    }
    if told.len() > MOST_REMARKS {
        let more = told.len() - MOST_REMARKS;
        line(out, &format!("# - and {more} more: `stageline init --dry-run -o json` lists them"));
    }
}

fn line(out: &mut String, text: &str) {
    out.push_str(text);
    out.push('\n');
}

/// Untrusted text in a comment: it must stay on its line, and be nothing but text to a YAML reader.
fn comment(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        if steers(c, out.chars().next_back()) {
            out.extend(c.escape_unicode());
        } else {
            out.push(c);
        }
    }
    out
}

/// The settings in force, defaults filled in, in the form of the file.
pub fn show(settings: &Settings) -> Value {
    let named = settings.applications.iter().filter(|app| app.family.is_none()).map(stack::application);
    with_entries(settings, named.chain(settings.families.iter().map(stack::family)))
}

/// The same, with the entries that families stand for in their place, each with the place of its family. `places`: where the
/// families stand; `strangers`: what they find and is somebody else's.
pub fn show_expanded(settings: &Settings, places: &[String], strangers: &BTreeSet<AppName>) -> Value {
    let entry = |app: &Application| {
        let mut out = stack::application(app);
        if let Some(place) = app.family.as_ref().and_then(|of| places.get(of.family)) {
            out.insert("family".into(), json!(place));
        }
        out
    };
    with_entries(settings, settings.applications.iter().filter(|app| !strangers.contains(&app.name)).map(entry))
}

fn with_entries(settings: &Settings, entries: impl Iterator<Item = Map<String, Value>>) -> Value {
    let mut git = Entries::default();
    git.some("branch", settings.git.branch.as_ref().map(|branch| branch.as_str()));
    git.some("remote", settings.git.remote.as_ref().map(|remote| remote.as_str()));
    git.put("signing", stack::signing(settings.git.signing));
    let mut out = Entries::default();
    out.put("version", 1);
    out.some("id", settings.id.as_ref().map(ToString::to_string));
    out.put("git", git);
    out.some("owners", settings.owners.as_ref().map(rules::owners));
    out.put("environments", shown_environments(settings));
    out.list("freeze", settings.freezes.iter().map(rules::freeze));
    if !settings.people.is_empty() {
        let people = settings.people.iter().map(|person| (person.name.to_string(), rules::person(person)));
        out.put("people", people.collect::<Map<_, _>>());
    }
    if !settings.groups.is_empty() {
        let members = |group: &Group| json!(group.members.iter().map(PartyName::as_str).collect::<Vec<_>>());
        let groups = settings.groups.iter().map(|group| (group.name.to_string(), members(group)));
        out.put("groups", groups.collect::<Map<_, _>>());
    }
    out.some("signers-file", settings.signers_file.as_ref().map(|path| path.as_str()));
    out.texts("receipts", rules::names(&settings.receipts));
    out.some("trust-before", settings.trust_before.as_ref().map(ToString::to_string));
    if !settings.forges.is_empty() {
        let forges = settings.forges.iter().map(|forge| (forge.host.to_string(), stack::forge(forge)));
        out.put("forges", forges.collect::<Map<_, _>>());
    }
    out.some("requests", rules::requests(&settings.requests));
    out.some("issues", settings.issues.as_ref().map(rules::issues));
    out.put("applications", entries.map(with_defaults).collect::<Vec<_>>());
    out.list("feedback", settings.feedback.iter().map(rules::feedback));
    out.into()
}

/// The environments, with how they land and what they come after.
fn shown_environments(settings: &Settings) -> Vec<Value> {
    let mut before: Option<&EnvName> = None;
    let mut out = Vec::new();
    for environment in &settings.environments {
        let lasts = environment.ephemeral.is_none();
        let default = before.filter(|_| settings.origin == Origin::File && lasts);
        out.push(Value::Object(stack::environment(environment, Extent::InForce { before: default })));
        if lasts {
            before = Some(&environment.name);
        }
    }
    out
}

/// An application with what its pins do to digests.
fn with_defaults(mut application: Map<String, Value>) -> Value {
    if let Some(Value::Array(pins)) = application.get_mut("pins") {
        for pin in pins.iter_mut().filter_map(Value::as_object_mut) {
            if ["image", "imagepolicy", "file"].iter().any(|kind| pin.contains_key(*kind)) {
                pin.entry("digest").or_insert(json!("ask"));
            }
        }
    }
    Value::Object(application)
}

#[cfg(test)]
mod tests;
