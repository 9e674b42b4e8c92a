//! The names that sections of the file may take from one another, each reference checked once.

use crate::domain::names::{EnvName, nearest};
use crate::domain::settings::NamePattern;
use crate::yaml::tree::Node;

use super::keys;
use super::people::Parties;
use super::reader::{Reader, Slot, listed, shown};

/// Every name that is written in the file, right or wrong, so that a wrong one is one fault and not also its references'.
pub struct Known {
    pub parties: Parties,
    /// The environments, in order.
    pub environments: Vec<String>,
    pub applications: Applications,
}

/// The names of applications and members.
#[derive(Default)]
pub struct Applications {
    names: Vec<String>,
    /// A family makes names that only the repository tells.
    has_families: bool,
}

impl Known {
    /// A reference to an environment; an unknown one is a fault.
    pub fn environment(&self, reader: &mut Reader<'_>, slot: &Slot<'_>) -> Option<EnvName> {
        let text = reader.text(slot)?;
        self.environment_named(reader, slot, text)
    }

    /// One environment, or a list of them; an empty list is a fault.
    pub fn all_environments(&self, reader: &mut Reader<'_>, slot: &Slot<'_>) -> Vec<EnvName> {
        reader.not_empty(slot, "leave the key out: it is then for all environments");
        let texts = reader.texts(slot);
        texts.into_iter().filter_map(|(slot, text)| self.environment_named(reader, &slot, text)).collect()
    }

    /// As `environment`, for a text already read.
    pub fn environment_named(&self, reader: &mut Reader<'_>, slot: &Slot<'_>, text: &str) -> Option<EnvName> {
        let names = &self.environments;
        if names.iter().any(|name| name == text) {
            return EnvName::new(text).ok();
        }
        let message = format!("there is no environment `{}`", shown(text));
        match nearest(text, names.iter().map(String::as_str)) {
            Some(near) => reader.fault_with_hint(slot, message, format!("did you mean `{near}`?")),
            None if names.is_empty() => reader.fault(slot, message),
            None => reader.fault_with_hint(slot, message, format!("the environments are {}", listed(names))),
        }
        None
    }

    /// One application or glob, or a list of them. A plain name that is no application is a fault, where no family could make it.
    pub fn application_patterns(&self, reader: &mut Reader<'_>, slot: &Slot<'_>) -> Vec<NamePattern> {
        reader.not_empty(slot, "leave the key out: it is then for all applications");
        let patterns = name_patterns(reader, slot);
        for (slot, pattern) in &patterns {
            let Some(name) = pattern.one().filter(|name| !self.applications.may_be(name)) else { continue };
            let message = format!("there is no application `{}`", shown(name));
            match nearest(name, self.applications.names.iter().map(String::as_str)) {
                Some(near) => reader.fault_with_hint(slot, message, format!("did you mean `{near}`?")),
                None => reader.fault(slot, message),
            }
        }
        patterns.into_iter().map(|(_, pattern)| pattern).collect()
    }
}

/// Names of applications and globs of them, not looked up, each with its place.
pub fn name_patterns<'n>(reader: &mut Reader<'_>, slot: &Slot<'n>) -> Vec<(Slot<'n>, NamePattern)> {
    let mut out = Vec::new();
    for (slot, _) in reader.texts(slot) {
        let pattern = reader.parsed(&slot, NamePattern::new);
        out.extend(pattern.map(|pattern| (slot, pattern)));
    }
    out
}

impl Applications {
    /// The names in the section, and whether a family stands in it.
    pub fn written(section: Option<&Slot<'_>>) -> Self {
        let items = section.and_then(|slot| slot.node.items()).unwrap_or_default();
        let member = |item: &Node| -> Vec<String> {
            let entries = item.entries().unwrap_or_default();
            let members = entries.iter().filter(|(key, _)| key.as_str() == Some("members"));
            members
                .flat_map(|(_, list)| list.items().unwrap_or_default())
                .filter_map(|member| member.as_str().map(str::to_string))
                .collect()
        };
        let is_family = |item: &Node| {
            item.entries().is_some_and(|entries| entries.iter().any(|(key, _)| key.as_str() == Some("each")))
        };
        let mut names = names(section, keys::APPLICATION);
        names.extend(items.iter().flat_map(member));
        Self { names, has_families: items.iter().any(is_family) }
    }

    fn may_be(&self, name: &str) -> bool {
        self.has_families || self.names.iter().any(|known| known == name)
    }
}

/// What the items of a section write as their `name`, also where that key has a slip.
pub fn names(section: Option<&Slot<'_>>, keys: &[&str]) -> Vec<String> {
    let items = section.and_then(|slot| slot.node.items()).unwrap_or_default();
    let name_of = |item: &Node| -> Option<String> {
        let entries = item.entries()?;
        let value = |wanted: &dyn Fn(&str) -> bool| {
            entries.iter().find(|(key, _)| key.as_str().is_some_and(wanted)).and_then(|(_, value)| value.as_str())
        };
        let near = |key: &str| !keys.contains(&key) && nearest(key, ["name"]).is_some();
        value(&|key| key == "name").or_else(|| value(&near)).map(str::to_string)
    };
    items.iter().filter_map(name_of).collect()
}
