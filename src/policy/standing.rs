//! Whether what somebody is about to agree to would count, and for what: told before it is said.

use std::collections::BTreeSet;

use crate::domain::names::EnvName;
use crate::domain::plan::{Class, Proposal};
use crate::domain::refusal::{Code, Objection, Refusal};
use crate::domain::settings::{Alone, Approver, Environment, NamedGate, Override, Party, PartyName, Settings};
use crate::domain::statement::Agreed;
use crate::domain::testimony::{Makers, Who};
use crate::domain::whom::words;

use super::people::{named, people_of, whom};

/// Who somebody is, and what their word is good for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    pub person: PartyName,
    /// The groups and people of rules that it counts for; empty: for none.
    pub counts_for: Vec<String>,
}

/// Who agrees, and what for.
///
/// # Errors
/// It would count for nothing: why.
pub fn of(
    settings: &Settings,
    proposal: &Proposal,
    makers: &Makers,
    by: &Who,
    agreed: &Agreed,
) -> Result<Standing, Refusal> {
    let people = people_of(settings, by);
    let Some(first) = people.first() else {
        let what = "your key is in the signers file, and its principals are those of nobody of `people`";
        return Err(Refusal::new(Code::NotASigner, what)
            .hint("have those who own the rules add you to `people:` in `stageline.yaml`"));
    };
    let makers: Vec<&PartyName> = makers.who.iter().flat_map(|who| people_of(settings, who)).collect();
    // Of a key that several share nobody knows who of them it was.
    let other = Some(*first).filter(|_| !people.iter().any(|name| makers.contains(name)));
    match agreed {
        Agreed::Approval => {
            let parties = asked(settings, proposal);
            let Some(other) = other else { return Err(own(settings, first, "approve it", &parties)) };
            Ok(Standing { person: other.clone(), counts_for: for_whom(settings, &parties, other) })
        }
        Agreed::Override { gate, .. } => may_override(settings, proposal, *gate, (&people, other)),
    }
}

fn own(settings: &Settings, who: &PartyName, what: &str, parties: &[Party]) -> Refusal {
    let mut whom = whom(settings, parties);
    whom.iter_mut().for_each(|one| one.people.retain(|name| name != who.as_str()));
    whom.retain(|one| one.name != who.as_str());
    let refusal = Refusal::new(Code::OwnChange, format!("{who} made this change, and cannot {what}"));
    match whom.is_empty() {
        true => refusal.hint("ask somebody else"),
        false => refusal.hint(format!("ask one of {}", words(&whom))).asks(whom),
    }
}

/// Those of the parties that somebody belongs to.
fn for_whom(settings: &Settings, parties: &[Party], who: &PartyName) -> Vec<String> {
    let has = |party: &&Party| settings.members(party).any(|name| name == who);
    let mut out: Vec<String> = parties.iter().filter(has).map(|party| party.name().to_string()).collect();
    out.sort();
    out.dedup();
    out
}

/// The environments that a change touches and the rules know.
fn touched<'s>(settings: &'s Settings, proposal: &Proposal) -> Vec<&'s Environment> {
    let all: BTreeSet<&EnvName> = proposal.environments(settings.environments.iter().map(|env| &env.name));
    settings.environments.iter().filter(|env| all.contains(&env.name)).collect()
}

/// Whose approval some rule asks for, or may take in the place of a signature.
fn asked(settings: &Settings, proposal: &Proposal) -> Vec<Party> {
    let envs = touched(settings, proposal);
    let names = proposal.applications();
    let own: BTreeSet<_> = proposal.own.values().collect();
    let apps: Vec<_> =
        settings.applications.iter().filter(|app| names.contains(&app.name) || own.contains(&app.name)).collect();
    let of_envs = envs.iter().flat_map(|env| &env.rules.gates.approvals);
    let rules = of_envs.chain(apps.iter().flat_map(|app| &app.rules.gates.approvals));
    let mut out: Vec<Party> = Vec::new();
    for from in rules.flat_map(|rule| &rule.from) {
        match from {
            Approver::Party(party) => out.push(party.clone()),
            Approver::Owners => out.extend(apps.iter().flat_map(|app| app.rules.owners.iter().cloned())),
        }
    }
    out.extend(envs.iter().flat_map(|env| env.rules.signers.iter().cloned()));
    if !own.is_empty() {
        out.extend(apps.iter().flat_map(|app| app.rules.owners.iter().cloned()));
    }
    let is_policy = proposal.others.iter().any(|other| other.class == Class::Policy);
    if is_policy || !proposal.births.is_empty() {
        out.extend(settings.owners.iter().flat_map(|owners| owners.from.iter().cloned()));
    }
    out.sort();
    out.dedup();
    out
}

/// The rules that say who may override a gate of what a change touches.
///
/// # Errors
/// Nobody may.
pub fn overridable<'s>(
    settings: &'s Settings,
    proposal: &Proposal,
    gate: NamedGate,
) -> Result<Vec<&'s Override>, Refusal> {
    let envs = touched(settings, proposal);
    let rules = envs.iter().flat_map(|env| &env.rules.overrides);
    let rules: Vec<&Override> = rules.filter(|rule| rule.gate == gate && gate != NamedGate::Hold).collect();
    if !rules.is_empty() {
        return Ok(rules);
    }
    let names: Vec<String> = envs.iter().map(|env| format!("`{}`", env.name)).collect();
    let what = format!("nobody may override `{}` of {}", gate.word(), names.join(", "));
    Err(Refusal::new(Code::NotOverridable, what)
        .hint("who may is said by `override:` of the environment in `stageline.yaml`"))
}

/// What keeps a change from landing because gates are asked to be overridden that nobody may.
pub fn in_vain(settings: &Settings, proposal: &Proposal, gates: &[NamedGate]) -> Vec<Objection> {
    let of = |gate: &NamedGate| overridable(settings, proposal, *gate).err().map(Objection::Refused);
    gates.iter().filter_map(of).collect()
}

/// Whether one of these people may override a gate of an environment that the change touches. `other`: one who did not make it.
fn may_override(
    settings: &Settings,
    proposal: &Proposal,
    gate: NamedGate,
    (people, other): (&[&PartyName], Option<&PartyName>),
) -> Result<Standing, Refusal> {
    let rules = overridable(settings, proposal, gate)?;
    let parties: Vec<Party> = rules.iter().flat_map(|rule| rule.from.iter().cloned()).collect();
    let is_in = |name: &&PartyName| parties.iter().any(|party| settings.members(party).any(|one| one == *name));
    if let Some(other) = other.filter(|name| is_in(name)) {
        return Ok(Standing { person: other.clone(), counts_for: for_whom(settings, &parties, other) });
    }
    let alone = rules.iter().any(|rule| rule.alone == Alone::Yes);
    match people.iter().copied().find(|name| is_in(name)) {
        Some(own) if alone => Ok(Standing { person: own.clone(), counts_for: for_whom(settings, &parties, own) }),
        Some(name) => Err(own(settings, name, &format!("override `{}` for it", gate.word()), &parties)),
        None => {
            let whom = whom(settings, &parties);
            let what = format!("`{}` is overridden by one of {}", gate.word(), named(&parties));
            Err(Refusal::new(Code::NotASigner, what).hint(format!("ask one of {}", words(&whom))).asks(whom))
        }
    }
}
