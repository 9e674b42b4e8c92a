//! Gates, who may override them, and what need not pass them: as the file says it.

use crate::domain::names::nearest;
use crate::domain::settings::{
    Alone, Approvals, Approver, BranchPattern, Check, Gates, Hotfix, NamedGate, Override, Party, Soak, SoakClock,
    SoakCounts, SoakSince,
};

use super::known::Known;
use super::reader::{Map, Reader, Slot, listed, shown};
use super::{freeze, keys};

/// The gates in a mapping of `keys::GATES`.
pub fn gates(reader: &mut Reader<'_>, map: &Map<'_>, known: &Known) -> Gates {
    Gates {
        soak: map.get("soak").and_then(|slot| soak(reader, slot)),
        freeze: map.get("freeze").map(|slot| freeze::all(reader, slot, keys::FREEZE, known)).unwrap_or_default(),
        checks: map.get("checks").map(|slot| checks(reader, slot, known)).unwrap_or_default(),
        approvals: map.get("approvals").map(|slot| approvals(reader, slot, known)).unwrap_or_default(),
    }
}

/// `soak`: a span, or a span and how it is measured.
fn soak(reader: &mut Reader<'_>, slot: &Slot<'_>) -> Option<Soak> {
    if !slot.is_mapping() {
        let (since, clock) = Default::default();
        return reader.duration(slot).map(|length| Soak { length, counts: None, since, clock });
    }
    let map = reader.map(slot, keys::SOAK)?;
    let counts = map.get("counts").and_then(|slot| reader.word(slot, SoakCounts::WORDS));
    let since = map.get("since").and_then(|slot| reader.word(slot, SoakSince::WORDS)).unwrap_or_default();
    let clock = map.get("clock").and_then(|slot| reader.word(slot, SoakClock::WORDS)).unwrap_or_default();
    let length = reader.needed(slot, &map, "for", "how long")?;
    reader.duration(length).map(|length| Soak { length, counts, since, clock })
}

fn checks(reader: &mut Reader<'_>, slot: &Slot<'_>, known: &Known) -> Vec<Check> {
    let mut out = Vec::new();
    for item in reader.items(slot).unwrap_or_default() {
        let Some(map) = reader.map(&item, keys::CHECK) else { continue };
        let name = match map.get("name") {
            Some(slot) => reader.text(slot),
            None => {
                reader.fault(&item, "has no `name`");
                None
            }
        };
        let by = reader.needed(&item, &map, "by", "who attests the check");
        let by = by.map(|slot| known.parties.all(reader, slot)).unwrap_or_default();
        let environment = map.get("in").and_then(|slot| known.environment(reader, slot));
        let max_age = map.get("max-age").and_then(|slot| reader.duration(slot));
        let applications = map.get("applications").map(|slot| known.application_patterns(reader, slot));
        let applications = applications.unwrap_or_default();
        out.extend(name.map(|name| Check { name: name.to_string(), by, environment, max_age, applications }));
    }
    out
}

/// `approvals`: one rule, or a list of them that are each met by itself.
fn approvals(reader: &mut Reader<'_>, slot: &Slot<'_>, known: &Known) -> Vec<Approvals> {
    let items = if slot.is_sequence() { reader.items(slot).unwrap_or_default() } else { vec![slot.clone()] };
    let mut out = Vec::new();
    for item in &items {
        let Some(map) = reader.map(item, keys::APPROVALS) else { continue };
        let count = match map.get("count") {
            Some(slot) => reader.count(slot),
            None => {
                reader.fault(item, "has no `count`");
                None
            }
        };
        let from = reader.needed(item, &map, "from", "whose approvals count");
        let from = from.map(|slot| approvers(reader, slot, known)).unwrap_or_default();
        let named = from.iter().filter_map(|one| match one {
            Approver::Party(party) => Some(party.clone()),
            Approver::Owners => None,
        });
        let named: Vec<Party> = named.collect();
        // Who owns an application is said elsewhere.
        if named.len() == from.len() && !from.is_empty() {
            known.parties.enough(reader, item, count, &named);
        }
        let max_age = map.get("max-age").and_then(|slot| reader.duration(slot));
        out.extend(count.map(|count| Approvals { count, from, max_age }));
    }
    out
}

/// People and groups, and the word `owners`.
fn approvers(reader: &mut Reader<'_>, slot: &Slot<'_>, known: &Known) -> Vec<Approver> {
    reader.not_empty(slot, "say whose approvals count");
    let who = known.parties.or_word(reader, slot, "owners", "the owners of the application here");
    who.into_iter().map(|party| party.map_or(Approver::Owners, Approver::Party)).collect()
}

/// `override`: for each gate who, or who and whether alone.
pub fn overrides(reader: &mut Reader<'_>, slot: &Slot<'_>, known: &Known) -> Vec<Override> {
    let mut out = Vec::new();
    for (word, who) in reader.entries(slot).unwrap_or_default() {
        let gate = overridable(reader, &who, &word);
        let (from, alone) = if who.is_mapping() {
            let Some(map) = reader.map(&who, keys::OVERRIDE) else { continue };
            let alone = map.get("alone").and_then(|slot| reader.boolean(slot));
            let from = reader.needed(&who, &map, "from", "who may override the gate");
            let from = from.map(|slot| known.parties.all(reader, slot)).unwrap_or_default();
            (from, if alone == Some(true) { Alone::Yes } else { Alone::No })
        } else {
            (known.parties.all(reader, &who), Alone::No)
        };
        out.extend(gate.map(|gate| Override { gate, from, alone }));
    }
    out
}

/// The gate of that word, where it can be overridden.
fn overridable(reader: &mut Reader<'_>, slot: &Slot<'_>, word: &str) -> Option<NamedGate> {
    if keys::NEVER_OVERRIDDEN.contains(&word) {
        reader.fault_of_key(slot, format!("the gate `{word}` can never be overridden"), None);
        return None;
    }
    let gate = NamedGate::WORDS.iter().find(|(name, _)| *name == word).map(|(_, gate)| *gate);
    if gate.is_none() {
        let words = keys::words(NamedGate::WORDS);
        let hint = match nearest(word, words.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("the gates are {}", listed(&words)),
        };
        reader.fault_of_key(slot, format!("there is no gate `{}`", shown(word)), Some(hint));
    }
    gate
}

/// The gates of an `exempt:`, out of those that it may name.
pub fn exempt(reader: &mut Reader<'_>, slot: &Slot<'_>, may: &[NamedGate]) -> Vec<NamedGate> {
    let words: Vec<(&str, NamedGate)> = may.iter().map(|gate| (gate.word(), *gate)).collect();
    let texts = reader.texts(slot);
    texts.into_iter().filter_map(|(slot, _)| reader.word(&slot, &words)).collect()
}

/// `hotfix`: from where, past what, and by whom.
pub fn hotfix(reader: &mut Reader<'_>, slot: &Slot<'_>, known: &Known) -> Option<Hotfix> {
    let map = reader.map(slot, keys::HOTFIX)?;
    let exempt = map.get("exempt").map(|slot| exempt(reader, slot, keys::EXEMPTIBLE)).unwrap_or_default();
    let branches = reader.needed(slot, &map, "branches", "where a hotfix may come from");
    let branches = branches.map(|slot| {
        reader.not_empty(slot, "say where a hotfix may come from: `branches: [\"hotfix/*\"]`");
        branch_patterns(reader, slot)
    });
    let from = reader.needed(slot, &map, "from", "who may land a hotfix");
    let from = from.map(|slot| known.parties.all(reader, slot));
    Some(Hotfix { branches: branches?, exempt, from: from? })
}

/// Source branches, as names, globs and exceptions.
pub fn branch_patterns(reader: &mut Reader<'_>, slot: &Slot<'_>) -> Vec<BranchPattern> {
    let texts = reader.texts(slot);
    texts.into_iter().filter_map(|(slot, _)| reader.parsed(&slot, BranchPattern::new)).collect()
}
