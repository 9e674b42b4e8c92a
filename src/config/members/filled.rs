//! The entry that a family stands for in the case of one member: all its texts with the placeholders filled in.

use crate::config::check::{keys, source_address};
use crate::domain::names::AppName;
use crate::domain::settings::{
    Application, ApplicationRules, FamilyOwner, Holes, Membership, Party, PathPattern, PinRule, Settings, holes_in,
};
use crate::domain::tag::TagForm;
use crate::overlay::fill;

/// The application that a family stands for; or why there is none.
pub fn member(settings: &Settings, nth: usize, holes: &Holes) -> Result<Application, String> {
    let family = settings.families.get(nth).ok_or("there is no such family")?;
    if let Some((name, text)) = holes.iter().find(|(_, text)| text.contains(['{', '}'])) {
        return Err(format!("what stands for `{{{name}}}` has a brace: `{text}`"));
    }
    let texts = [Some(&family.each), family.source.as_ref(), family.tag.as_ref()].into_iter().flatten();
    let texts = texts.map(|text| text.0.as_str()).chain(family.pins.iter().map(|pin| pin.within.as_str()));
    let open = |text: &str| {
        let filled = holes.fill(text);
        // A version is filled in for each of them, and a place for each environment and cluster.
        let is_later = |name: &&str| *name == "version" || keys::OF_PLACES.contains(name);
        holes_in(&filled).into_iter().find(|name| !is_later(name)).map(str::to_string)
    };
    if let Some(open) = { texts }.find_map(open) {
        return Err(format!("nothing tells what `{{{open}}}` stands for"));
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
    PinRule { within: holes.fill(&pin.within), ..fill::with(pin, holes) }
}
