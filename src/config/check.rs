//! Text of `stageline.yaml` -> settings, or every fault with its place, key and "did you mean".

mod apart;
mod applications;
mod common;
mod environments;
mod families;
mod feedback;
mod freeze;
mod gates;
pub mod keys;
mod known;
mod people;
mod pins;
mod placeholders;
mod previews;
mod reader;
mod requests;
mod source;
mod standing;
mod was;

use crate::domain::commit::CommitId;
use crate::domain::fault::Fault;
use crate::domain::names::{BranchName, RemoteName};
use crate::domain::settings::{GitSettings, Origin, RepositoryId, Settings, Signing};
use crate::overlay::fill::kind_has;
use crate::yaml::tree::{Node, Style, Tree, Value};

use known::{Applications, Known};
use reader::{Map, Reader, Slot};

pub use pins::secret_of_a_repository;
pub use requests::templates;
pub use source::{of_its_own, secret as secret_of_an_address, source as source_address};

/// Checks the whole text. `file` is the name that faults carry. Later keys become `settings.notices`.
pub fn check(text: &[u8], file: &str) -> Result<Settings, Vec<Fault>> {
    let mut reader = Reader::new(file);
    let settings = match Tree::parse(text) {
        Ok(tree) => document(&mut reader, &tree.documents),
        Err(fault) => {
            reader.fault_at((fault.line, fault.column), "", fault.told(), None);
            None
        }
    };
    let notices = reader.notices();
    let mut faults = reader.faults;
    match settings {
        Some(settings) if faults.is_empty() => Ok(Settings { notices, ..settings }),
        _ => {
            faults.sort_by_key(|fault| (fault.line, fault.column));
            Err(faults)
        }
    }
}

/// The lines of the entries of a configuration that are families, in order.
pub fn lines_of_families(text: &[u8]) -> Vec<u32> {
    let Ok(tree) = Tree::parse(text) else { return Vec::new() };
    let entry = |node: &Node, name: &str| -> Option<Node> {
        let found = node.entries()?.iter().find(|(key, _)| key.as_str() == Some(name));
        found.map(|(_, value)| value.clone())
    };
    let applications = tree.documents.first().and_then(|root| entry(root, "applications"));
    let items = applications.as_ref().and_then(Node::items).unwrap_or_default();
    items.iter().filter(|item| entry(item, "each").is_some()).map(|item| item.line).collect()
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
    Some(sections(reader, root, &map))
}

/// Every section; what other sections name is read first.
fn sections(reader: &mut Reader<'_>, root: &Node, map: &Map<'_>) -> Settings {
    let git = map.get("git").map(|slot| git(reader, slot)).unwrap_or_default();
    let people::Read { people, groups, parties } = people::read(reader, map.get("people"), map.get("groups"));
    let known = Known {
        parties,
        environments: known::names(map.get("environments"), keys::ENVIRONMENT),
        applications: Applications::written(map.get("applications")),
    };
    let environments = match map.get("environments") {
        Some(slot) => environments::read(reader, slot, &known),
        None => {
            let hint =
                Some("write the stack in order: `environments: [{ name: staging }, { name: production }]`".into());
            reader.fault_at((root.line, root.column), "environments", "the key `environments` is missing", hint);
            Vec::new()
        }
    };
    let stack = common::Stack { environments: &environments, known: &known };
    let (applications, families) =
        map.get("applications").map(|slot| applications::read(reader, slot, &stack)).unwrap_or_default();
    let pins = applications.iter().flat_map(|app| &app.pins).chain(families.iter().flat_map(|family| &family.pins));
    let uses_clusters = pins.into_iter().any(|pin| pin.within.contains("{cluster}") || kind_has(&pin.kind, "cluster"));
    if !uses_clusters && let Some(items) = map.get("environments").and_then(|slot| slot.node.items()) {
        unused_clusters(reader, items);
    }
    let settings = Settings {
        origin: Origin::File,
        git,
        environments,
        applications,
        families,
        people,
        groups,
        signers_file: map.get("signers-file").and_then(|slot| reader.file(slot)),
        ..Settings::default()
    };
    of_the_whole_file(reader, map, &known, settings)
}

/// The sections that nothing else in the file refers to.
fn of_the_whole_file(reader: &mut Reader<'_>, map: &Map<'_>, known: &Known, settings: Settings) -> Settings {
    let id = map.get("id").and_then(|slot| reader.parsed(slot, RepositoryId::new));
    let freezes = map.get("freeze").map(|slot| freeze::all(reader, slot, keys::TOP_FREEZE, known));
    let trust_before = map.get("trust-before").and_then(|slot| {
        reader.parsed(slot, |text| {
            CommitId::from_hex(text)
                .ok_or_else(|| format!("`{}` is not a commit ID of 40 hex digits", reader::shown(text)))
        })
    });
    Settings {
        id,
        owners: map.get("owners").and_then(|slot| people::owners(reader, slot, &known.parties)),
        freezes: freezes.unwrap_or_default(),
        receipts: map.get("receipts").map(|slot| known.parties.all(reader, slot)).unwrap_or_default(),
        trust_before,
        forges: map.get("forges").map(|slot| requests::forges(reader, slot)).unwrap_or_default(),
        requests: map.get("requests").map(|slot| requests::requests(reader, slot, known)).unwrap_or_default(),
        issues: map.get("issues").and_then(|slot| requests::issues(reader, slot)),
        feedback: map.get("feedback").map(|slot| feedback::read(reader, slot, known)).unwrap_or_default(),
        ..settings
    }
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
