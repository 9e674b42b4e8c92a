//! The environments, applications and pins of the file, as values again.

use serde_json::{Map, Value, json};

use crate::domain::names::{AppName, EnvName};
use crate::domain::settings::{
    Application, DigestRule, Environment, Family, FamilyOwner, Field, Forge, Form, LandingMode, PinExtras, PinKind,
    PinRule, Signing,
};

use super::rules::{self, Entries};

/// The word for what is signed.
pub fn signing(signing: Signing) -> &'static str {
    match signing {
        Signing::Required => "required",
        Signing::Optional => "optional",
    }
}

/// The word for how something lands.
fn landing(landing: LandingMode) -> &'static str {
    match landing {
        LandingMode::Direct => "direct",
        LandingMode::MergeRequest => "merge-request",
    }
}

/// How much is written of an environment.
#[derive(Clone, Copy)]
pub enum Extent<'a> {
    /// What the file says.
    Said,
    /// All that is in force; `before` is what `after` means where it is not said.
    InForce { before: Option<&'a EnvName> },
}

/// An environment as the file has it.
pub fn environment(environment: &Environment, extent: Extent<'_>) -> Map<String, Value> {
    let rules = &environment.rules;
    let mut out = Entries::default();
    out.put("name", environment.name.as_str());
    out.some("ephemeral", environment.ephemeral.as_ref().map(rules::ephemeral));
    out.list("branches", environment.branches.iter().map(|branch| branch.as_str()));
    let before = match extent {
        Extent::Said => None,
        Extent::InForce { before } => before,
    };
    let in_force = matches!(extent, Extent::InForce { .. });
    out.some("after", after(environment, before));
    out.some("git", environment.branch.as_ref().map(|branch| json!({ "branch": branch.as_str() })));
    out.list("clusters", environment.clusters.iter().map(String::as_str));
    if in_force || environment.landing != LandingMode::default() {
        out.put("landing", landing(environment.landing));
    }
    out.some("gates", rules::gates(&rules.gates));
    out.texts("signers", rules::names(&rules.signers));
    out.texts("landers", rules::names(&rules.landers));
    out.some("override", rules::overrides(&rules.overrides));
    let default = Some(environment.landing).filter(|_| in_force);
    out.some("rollback", rollback(environment, default));
    out.some("hotfix", rules.hotfix.as_ref().map(rules::hotfix));
    out.some("requests", rules::requests(&rules.requests));
    out.some("stable-after", rules.stable_after.map(|length| length.to_string()));
    out.0
}

/// `after`, where it is said or there is a default for it.
fn after(environment: &Environment, before: Option<&EnvName>) -> Option<Value> {
    let one = |name: &EnvName| {
        if environment.rules.same_tree.contains(name) {
            json!({ "environment": name.as_str(), "same": "tree" })
        } else {
            json!(name.as_str())
        }
    };
    match environment.after.as_deref() {
        None => before.map(one),
        Some([name]) => Some(one(name)),
        Some(all) => Some(all.iter().map(one).collect()),
    }
}

/// `rollback:`; `default` is how it lands where that is not said. `None` where nothing is.
fn rollback(environment: &Environment, default: Option<LandingMode>) -> Option<Value> {
    let rules = &environment.rules;
    let mut out = Entries::default();
    out.some("landing", environment.rollback_landing.or(default).map(landing));
    out.some("exempt", rules.rollback_exempt.as_deref().map(rules::exempt));
    out.texts("reviewers", rules::names(&rules.rollback_reviewers));
    out.said()
}

/// One host of `forges:`.
pub fn forge(forge: &Forge) -> Value {
    let mut out = Entries::default();
    out.some("kind", forge.kind.map(|kind| kind.word()));
    out.some("api", forge.api.as_deref());
    out.into()
}

/// What the file says of an application.
pub fn application(application: &Application) -> Map<String, Value> {
    let rules = &application.rules;
    let mut out = Entries::default();
    out.put("name", application.name.as_str());
    out.list("was", rules.was.iter().map(AppName::as_str));
    out.some("source", application.source.as_ref().map(|source| source.0.as_str()));
    match application.concerns.as_slice() {
        [one] => out.put("path", one.as_str()),
        several => out.list("path", several.iter().map(|pattern| pattern.as_str())),
    }
    out.texts("owners", rules::names(&rules.owners));
    out.some("gates", rules::gates(&rules.gates));
    out.list("members", application.members.iter().map(AppName::as_str));
    out.put("version", application.version.as_str());
    out.some("tag", application.tag.as_ref().map(|tag| tag.as_str()));
    out.put("pins", application.pins.iter().map(pin).collect::<Vec<_>>());
    out.0
}

/// What the file says of a family.
pub fn family(family: &Family) -> Map<String, Value> {
    let mut out = Entries::default();
    out.put("each", family.each.0.as_str());
    out.list("names", family.names.iter().map(|pattern| pattern.as_str()));
    out.put("born", family.born.word());
    out.some("source", family.source.as_ref().map(|source| source.0.as_str()));
    out.list("path", family.path.iter().map(|path| path.0.as_str()));
    out.texts(
        "owners",
        family.owners.iter().map(|owner| match owner {
            FamilyOwner::Party(party) => party.name().as_str(),
            FamilyOwner::Filled(text) => text.0.as_str(),
        }),
    );
    out.some("gates", rules::gates(&family.gates));
    out.put("version", family.version.as_str());
    out.some("tag", family.tag.as_ref().map(|tag| tag.0.as_str()));
    out.put("pins", family.pins.iter().map(pin).collect::<Vec<_>>());
    out.0
}

fn pin(pin: &PinRule) -> Value {
    let mut out = Map::new();
    match &pin.kind {
        PinKind::Image { image, .. } => named(&mut out, "image", image, pin),
        PinKind::KustomizeBase { repository } => named(&mut out, "base", repository, pin),
        PinKind::Chart { chart } => named(&mut out, "chart", chart, pin),
        PinKind::Revision { repository } => named(&mut out, "revision", repository, pin),
        PinKind::Literal { key, generator } => {
            named(&mut out, "literal", key, pin);
            if let Some(name) = generator {
                out.insert("name".into(), json!(name));
            }
        }
        PinKind::Label { key } => named(&mut out, "label", key, pin),
        PinKind::Annotation { key } => named(&mut out, "annotation", key, pin),
        PinKind::ImagePolicy { policy, .. } => named(&mut out, "imagepolicy", policy, pin),
        PinKind::Marker { name } => named(&mut out, "marker", name, pin),
        PinKind::Field(field) => field_entries(&mut out, field, pin),
    }
    if pin.kind.digests() == DigestRule::Drop {
        out.insert("digest".into(), json!("drop"));
    }
    if !pin.environments.is_empty() {
        let names: Vec<&str> = pin.environments.iter().map(EnvName::as_str).collect();
        out.insert("environments".into(), json!(names));
    }
    extras(&mut out, &pin.more);
    Value::Object(out)
}

/// What is said of a pin beyond its kind and place.
fn extras(out: &mut Map<String, Value>, more: &PinExtras) {
    let mut extras = Entries::default();
    extras.some("version", more.version.as_ref().map(|version| version.as_str()));
    extras.list("was", more.was.iter().map(String::as_str));
    extras.some("aliases", more.aliases.map(|aliases| aliases.word()));
    extras.some("optional", more.optional);
    out.extend(extras.0);
}

/// The kinds that are found by one name in a place.
fn named(out: &mut Map<String, Value>, key: &str, name: &str, pin: &PinRule) {
    out.insert(key.into(), json!(name));
    out.insert("in".into(), json!(pin.within));
}

fn field_entries(out: &mut Map<String, Value>, field: &Field, pin: &PinRule) {
    out.insert("file".into(), json!(pin.within));
    let document = &field.document;
    for (key, value) in [
        ("kind", &document.kind),
        ("name", &document.name),
        ("namespace", &document.namespace),
        ("apiVersion", &document.api_version),
        ("has", &document.has),
    ] {
        if let Some(value) = value {
            out.insert(key.into(), json!(value));
        }
    }
    if let Some(index) = document.index {
        out.insert("document".into(), json!(index));
    }
    out.insert("path".into(), json!(field.route));
    for (key, value) in [("inside", &field.inside), ("digest-path", &field.digest)] {
        if let Some(value) = value {
            out.insert(key.into(), json!(value));
        }
    }
    match &field.form {
        // Nobody writes the latter: it is what a kind of pin finds.
        Form::Whole | Form::Among(_) => {}
        Form::Image => drop(out.insert("as".into(), json!("image"))),
        Form::Ref => drop(out.insert("as".into(), json!("ref"))),
        Form::Around { head, tail } => drop(out.insert("as".into(), json!(format!("{head}{{version}}{tail}")))),
    }
}
