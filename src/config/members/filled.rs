//! The entry that a family stands for in the case of one member: all its texts with the placeholders filled in.

use crate::domain::names::AppName;
use crate::domain::settings::{
    Application, ApplicationRules, DocumentRule, FamilyOwner, Field, Holes, Membership, Party, PathPattern, PinExtras,
    PinKind, PinRule, Settings,
};
use crate::domain::tag::TagForm;
use crate::yaml::route::{Route, Step};

use crate::config::check::source_address;

/// The application that a family stands for; or why there is none.
pub fn member(settings: &Settings, nth: usize, holes: &Holes) -> Result<Application, String> {
    let family = settings.families.get(nth).ok_or("there is no such family")?;
    if let Some((name, text)) = holes.iter().find(|(_, text)| text.contains(['{', '}'])) {
        return Err(format!("what stands for `{{{name}}}` has a brace: `{text}`"));
    }
    let name = AppName::new(holes.fill(&family.each.0)).map_err(|why| why.to_string())?;
    let source = family.source.as_ref().map(|source| source_address(&holes.fill(&source.0))).transpose()?;
    let concerns = family.path.iter().map(|path| PathPattern::new(&holes.fill(&path.0)));
    let concerns = concerns.collect::<Result<_, _>>().map_err(|why| why.to_string())?;
    let tag = family.tag.as_ref().map(|tag| TagForm::new(&holes.fill(&tag.0), &name)).transpose();
    let owners = family.owners.iter().map(|owner| self::owner(settings, owner, holes)).collect::<Result<_, _>>()?;
    Ok(Application {
        name,
        source,
        concerns,
        version: family.version.clone(),
        tag: tag.map_err(|why| why.to_string())?,
        pins: family.pins.iter().map(|pin| rule(pin, holes)).collect(),
        members: Vec::new(),
        rules: ApplicationRules { owners, gates: family.gates.clone(), was: Vec::new() },
        family: Some(Membership { family: nth, holes: holes.clone() }),
    })
}

/// Whose it is: a person or group by name, which has to be there.
fn owner(settings: &Settings, owner: &FamilyOwner, holes: &Holes) -> Result<Party, String> {
    match owner {
        FamilyOwner::Party(party) => Ok(party.clone()),
        FamilyOwner::Filled(text) => {
            let name = holes.fill(&text.0);
            settings.party(&name).ok_or_else(|| format!("its owner `{name}` is neither in `people:` nor in `groups:`"))
        }
    }
}

/// A pin with all its texts filled in, but for the environment and the cluster.
fn rule(pin: &PinRule, holes: &Holes) -> PinRule {
    let kind = match &pin.kind {
        PinKind::Field(field) => PinKind::Field(self::field(field, holes)),
        PinKind::Literal { key, generator } => PinKind::Literal {
            key: holes.fill(key),
            generator: generator.as_ref().map(|generator| holes.fill(generator)),
        },
        PinKind::Label { key } => PinKind::Label { key: holes.fill(key) },
        PinKind::Annotation { key } => PinKind::Annotation { key: holes.fill(key) },
        PinKind::ImagePolicy { policy, digest } => PinKind::ImagePolicy { policy: holes.fill(policy), digest: *digest },
        PinKind::Marker { name } => PinKind::Marker { name: holes.fill(name) },
        kind => kind.name().and_then(|name| kind.named(&holes.fill(name))).unwrap_or_else(|| kind.clone()),
    };
    let more = PinExtras { was: pin.more.was.iter().map(|was| holes.fill(was)).collect(), ..pin.more.clone() };
    PinRule { kind, within: holes.fill(&pin.within), environments: pin.environments.clone(), more }
}

fn field(field: &Field, holes: &Holes) -> Field {
    let text = |text: &Option<String>| text.as_ref().map(|text| holes.fill(text));
    let inner = |text: &Option<String>| text.as_ref().map(|text| route(text, holes));
    let document = &field.document;
    Field {
        document: Box::new(DocumentRule {
            kind: text(&document.kind),
            name: text(&document.name),
            namespace: text(&document.namespace),
            api_version: text(&document.api_version),
            has: inner(&document.has),
            index: document.index,
        }),
        route: route(&field.route, holes),
        inside: inner(&field.inside),
        digest: inner(&field.digest),
        form: field.form.clone(),
        digests: field.digests,
    }
}

/// A route with its words filled in: what is filled in stays one word, whatever characters it has.
fn route(text: &str, holes: &Holes) -> String {
    let Ok(route) = Route::parse(text) else { return holes.fill(text) };
    let step = |step: &Step| match step {
        Step::Key(key) => Step::Key(holes.fill(key)),
        Step::Index(index) => Step::Index(*index),
        Step::Select { key, value } => Step::Select { key: holes.fill(key), value: holes.fill(value) },
        Step::Has(key) => Step::Has(holes.fill(key)),
    };
    Route(route.0.iter().map(step).collect()).to_string()
}
