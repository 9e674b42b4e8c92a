//! Whether each placeholder of `ephemeral:` has something to stand for.

use crate::domain::settings::{Entry, Ephemeral};

use super::placeholders::braced;
use super::reader::{Map, Reader, Slot};

/// Finds placeholders in `namespace`, `url` and `register.entry` that nothing stands for.
pub fn check(reader: &mut Reader<'_>, map: &Map<'_>, ephemeral: &Ephemeral) {
    let Ephemeral { namespace, url, register, .. } = ephemeral;
    let of_register = register.as_ref().map_or(Vec::new(), |register| match &register.entry {
        Entry::Text(text) => vec![text],
        Entry::Mapping(texts) => texts.iter().map(|(_, text)| text).collect(),
    });
    let all = [("namespace", namespace.iter().collect()), ("url", url.iter().collect()), ("register", of_register)];
    for (key, texts) in all {
        let Some(slot) = map.get(key) else { continue };
        let has = |name: &str| texts.iter().any(|text| text.0.contains(&braced(name)));
        if has("application") && !ephemeral.path.0.contains(&braced("application")) {
            reader.fault(slot, "has `{application}`, but all applications of an instance share one copy: `path` has no `{application}`");
        }
        without(reader, map, slot, "namespace", has("namespace"));
        without(reader, map, slot, "url", has("url"));
    }
}

/// A fault where a placeholder is there and the key that says what it stands for is not.
fn without(reader: &mut Reader<'_>, map: &Map<'_>, slot: &Slot<'_>, name: &str, is_there: bool) {
    if is_there && map.get(name).is_none() {
        let hint = format!("say what it is: `{name}:` of `ephemeral:`");
        reader.fault_with_hint(slot, format!("has `{{{name}}}`, but there is no `{name}`"), hint);
    }
}
