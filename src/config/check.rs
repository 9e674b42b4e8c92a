//! Text of `stageline.yaml` -> settings, or every fault with its place, key and "did you mean".

mod applications;
mod environments;
pub mod keys;
mod people;
mod pins;
mod reader;
mod source;

use crate::domain::names::{BranchName, RemoteName};
use crate::domain::path::RepoPath;
use crate::domain::report::FaultReport;
use crate::domain::settings::{GitSettings, Origin, Settings, Signing};
use crate::yaml::tree::{Node, Style, Tree, Value};

use reader::{Map, Reader, Slot};

pub use pins::secret_of_a_repository;
pub use reader::not_a_text;

/// Checks the whole text. `file` is the name that faults carry. Later keys become `settings.notices`.
pub fn check(text: &[u8], file: &str) -> Result<Settings, Vec<FaultReport>> {
    let mut reader = Reader::new(file);
    let settings = match Tree::parse(text) {
        Ok(tree) => document(&mut reader, &tree.documents),
        Err(fault) => {
            reader.fault_at((fault.line, fault.column), "", fault.told(), None);
            None
        }
    };
    let Reader { mut faults, mut notices, .. } = reader;
    notices.sort_by_key(|(place, _)| *place);
    let notices = notices.into_iter().map(|(_, notice)| notice).collect();
    match settings {
        Some(settings) if faults.is_empty() => Ok(Settings { notices, ..settings }),
        _ => {
            faults.sort_by_key(|fault| (fault.line, fault.column));
            Err(faults)
        }
    }
}

fn document(reader: &mut Reader<'_>, documents: &[Node]) -> Option<Settings> {
    const HINT: &str = "`stageline init` writes one from the layout of the repository";
    let Some(root) = documents.first().filter(|root| documents.len() > 1 || !root.is_null()) else {
        reader.fault_at((1, 1), "", "the file is empty", Some(HINT.into()));
        return None;
    };
    if let Some(second) = documents.get(1) {
        let hint = Some("keep one document".to_string());
        reader.fault_at((second.line, second.column), "", "the file has more than one document", hint);
        return None;
    }
    let slot = Slot::root(root);
    if !slot.is_mapping() {
        reader.wrong_shape(&slot, "a mapping with `version`, `environments` and `applications`");
        return None;
    }
    let map = reader.map(&slot, keys::TOP)?;
    format_version(reader, &slot, &map);
    let git = map.get("git").map(|slot| git(reader, slot)).unwrap_or_default();
    let (people, parties) = people::read(reader, map.get("people"), map.get("groups"));
    if let Some(slot) = map.get("owners") {
        parties.all(reader, slot);
        reader.later(slot);
    }
    if let Some(slot) = map.get("groups") {
        reader.later(slot);
    }
    let signers_file = map.get("signers-file").and_then(|slot| {
        let path = reader.parsed(slot, RepoPath::new)?;
        if path.is_root() {
            reader.fault(slot, "names the root of the repository, not a file");
        }
        Some(path)
    });
    let names = environments::names(map.get("environments"));
    let environments = match map.get("environments") {
        Some(slot) => environments::read(reader, slot, &parties, &names),
        None => {
            let hint =
                Some("write the stack in order: `environments: [{ name: staging }, { name: production }]`".into());
            reader.fault_at((root.line, root.column), "environments", "the key `environments` is missing", hint);
            Vec::new()
        }
    };
    let stack = applications::Stack { environments: &environments, names: &names };
    let applications = map.get("applications").map(|slot| applications::read(reader, slot, &stack)).unwrap_or_default();
    if let Some(slot) = map.get("feedback") {
        feedback(reader, slot);
    }
    let uses_clusters = applications.iter().flat_map(|app| &app.pins).any(|pin| pin.within.contains("{cluster}"));
    if !uses_clusters && let Some(items) = map.get("environments").and_then(|slot| slot.node.items()) {
        unused_clusters(reader, items);
    }
    Some(Settings { origin: Origin::File, git, environments, applications, people, signers_file, notices: Vec::new() })
}

/// `version: 1`, the version of the file's format.
fn format_version(reader: &mut Reader<'_>, root: &Slot<'_>, map: &Map<'_>) {
    const HINT: &str = "write `version: 1`";
    let Some(slot) = map.get("version") else {
        let place = (root.node.line, root.node.column);
        reader.fault_at(place, "version", "the key `version` is missing", Some(HINT.into()));
        return;
    };
    match &slot.node.value {
        Value::Scalar { text, style: Style::Plain } if text == "1" => {}
        Value::Scalar { text, .. } if text == "1" => {
            reader.fault_with_hint(slot, "must be the number 1, not a text", HINT);
        }
        Value::Scalar { text, style: Style::Plain } if text.parse::<u32>().is_ok() => {
            reader.fault_with_hint(slot, format!("this stageline reads version 1 of the file, not {text}"), HINT);
        }
        _ => reader.wrong_shape(slot, "the number 1"),
    }
}

fn git(reader: &mut Reader<'_>, slot: &Slot<'_>) -> GitSettings {
    let Some(map) = reader.map(slot, keys::GIT) else { return GitSettings::default() };
    let words = [("required", Signing::Required), ("optional", Signing::Optional)];
    GitSettings {
        branch: map.get("branch").and_then(|slot| reader.parsed(slot, BranchName::new)),
        remote: map.get("remote").and_then(|slot| reader.parsed(slot, RemoteName::new)),
        signing: map.get("signing").and_then(|slot| reader.word(slot, &words)).unwrap_or_default(),
    }
}

/// `feedback:`: where messages go is a secret, so it is the name of a variable, and a fault never shows what was written.
fn feedback(reader: &mut Reader<'_>, slot: &Slot<'_>) {
    let events: Vec<(&str, ())> = keys::EVENTS.iter().map(|event| (*event, ())).collect();
    for item in reader.items(slot).unwrap_or_default() {
        let Some(map) = reader.map(&item, keys::FEEDBACK) else { continue };
        match keys::SINKS.iter().filter(|sink| map.get(sink).is_some()).count() {
            1 => {}
            0 => reader.fault(&item, format!("says not where to: {}", reader::listed(keys::SINKS))),
            _ => reader.fault(&item, "goes to more than one place; write one item for each"),
        }
        for slot in keys::SINKS.iter().chain(&["secret"]).filter_map(|key| map.get(key)) {
            match &slot.node.value {
                Value::Scalar { text, .. } if is_variable(text) => {}
                Value::Scalar { .. } if !slot.node.is_null() => reader.fault_with_hint(
                    slot,
                    "must be the name of an environment variable; an address or secret never stands in this file",
                    format!("write `{}: $STAGELINE_{}`", slot.name(), slot.name().to_uppercase()),
                ),
                _ => reader.wrong_shape(slot, "the name of an environment variable (`$NAME`)"),
            }
        }
        if let Some(slot) = map.get("events") {
            for (slot, _) in reader.texts(slot) {
                reader.word(&slot, &events);
            }
        }
    }
    reader.notice(slot, "is read but this version sends no messages");
}

fn is_variable(text: &str) -> bool {
    text.strip_prefix('$').is_some_and(|name| {
        name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    })
}

/// Notes `clusters:` that no pin uses: most likely somebody forgot `{cluster}` in `in:`.
fn unused_clusters(reader: &mut Reader<'_>, items: &[Node]) {
    for (index, item) in items.iter().enumerate() {
        for (key, _) in item.entries().unwrap_or_default() {
            if key.as_str() == Some("clusters") {
                reader.note_at(
                    (key.line, key.column),
                    &format!("environments[{index}].clusters"),
                    "is used by no pin: `{cluster}` is in no `in:`",
                );
            }
        }
    }
}

#[cfg(test)]
pub mod tests;
