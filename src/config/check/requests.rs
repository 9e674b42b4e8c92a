//! `forges:`, `requests:` and `issues:`.

use std::collections::BTreeMap;

use crate::domain::names::BadName;
use crate::domain::path::RepoPath;
use crate::domain::settings::{Forge, ForgeKind, Host, IssuePattern, Issues, Party, Requests};

use crate::yaml::locate;
use crate::yaml::tree::{Node, Tree};

use super::known::Known;
use super::placeholders::address;
use super::reader::{Reader, Slot, shown};
use super::{keys, source};

/// `forges:`, by host.
pub fn forges(reader: &mut Reader<'_>, slot: &Slot<'_>) -> Vec<Forge> {
    let mut out = Vec::new();
    let mut seen: BTreeMap<String, String> = BTreeMap::new();
    for (name, slot) in reader.entries(slot).unwrap_or_default() {
        let host = match Host::new(&name) {
            Ok(host) => Some(host),
            Err(why) => {
                reader.fault_of_key(&slot, why.to_string(), None);
                None
            }
        };
        if let Some(other) = seen.insert(name.to_lowercase(), name.clone()) {
            let message = format!("`{}` and `{}` are one host", shown(&name), shown(&other));
            reader.fault_of_key(&slot, message, Some("keep one of the two".into()));
        }
        let Some(map) = reader.map(&slot, keys::FORGE) else { continue };
        let kind = map.get("kind").and_then(|slot| reader.word(slot, ForgeKind::WORDS));
        let api = map.get("api").and_then(|slot| reader.parsed(slot, interface));
        out.extend(host.map(|host| Forge { host, kind, api }));
    }
    out
}

/// The address of a forge's interface. A token goes there, so it is https, but on this machine.
fn interface(text: &str) -> Result<String, BadName> {
    let rest = text.strip_prefix("https://").or_else(|| {
        let rest = text.strip_prefix("http://")?;
        let host = rest.split('/').next().unwrap_or_default();
        let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
        ["localhost", "127.0.0.1"].contains(&name).then_some(rest)
    });
    let Some(rest) = rest else {
        return Err(BadName("the address of an interface begins with `https://`".into()));
    };
    if let Some(why) = source::secret(text) {
        return Err(BadName(why.into()));
    }
    let host = rest.split('/').next().unwrap_or_default();
    if Host::new(host).is_err() || rest.contains(char::is_whitespace) {
        return Err(BadName(format!("`{}` is not the address of an interface", shown(text))));
    }
    Ok(text.trim_end_matches('/').to_string())
}

/// `requests:` of the whole file or of an environment.
pub fn requests(reader: &mut Reader<'_>, slot: &Slot<'_>, known: &Known) -> Requests {
    let Some(map) = reader.map(slot, keys::REQUESTS) else { return Requests::default() };
    Requests {
        template: map.get("template").and_then(|slot| reader.file(slot)),
        labels: map.get("labels").map(|slot| labels(reader, slot)),
        reviewers: map.get("reviewers").map(|slot| asked(reader, slot, known)),
        assignees: map.get("assignees").map(|slot| asked(reader, slot, known)),
        draft: map.get("draft").and_then(|slot| reader.boolean(slot)),
        auto_merge: map.get("auto-merge").and_then(|slot| reader.boolean(slot)),
    }
}

/// A file that requests are made from, with the place of the key that names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    pub path: RepoPath,
    /// `environments[1].requests.template`
    pub key: String,
    pub line: u32,
    pub column: u32,
}

/// The files that requests are made from, of a file that passes `check`.
pub fn templates(text: &[u8]) -> Vec<Template> {
    let Ok(tree) = Tree::parse(text) else { return Vec::new() };
    let Some(root) = tree.documents.first() else { return Vec::new() };
    let named = |within: &Node, above: &str| {
        let node = locate::get(within, &["requests", "template"])?;
        let path = RepoPath::new(node.as_str()?).ok()?;
        Some(Template { path, key: format!("{above}requests.template"), line: node.line, column: node.column })
    };
    let environments = locate::items(root, &["environments"]);
    let own = environments.iter().enumerate().filter_map(|(at, one)| named(one, &format!("environments[{at}].")));
    named(root, "").into_iter().chain(own).collect()
}

/// People and groups; an empty list says that nobody is asked, whatever the whole file says.
fn asked(reader: &mut Reader<'_>, slot: &Slot<'_>, known: &Known) -> Vec<Party> {
    if slot.is_empty_list() { Vec::new() } else { known.parties.all(reader, slot) }
}

/// Labels; a comma would make two of one at some forges.
fn labels(reader: &mut Reader<'_>, slot: &Slot<'_>) -> Vec<String> {
    let mut out = Vec::new();
    for (slot, text) in reader.texts(slot) {
        if text.contains(',') {
            reader.fault_with_hint(&slot, "has a comma, which forges take for two labels", "write a list: `[a, b]`");
        } else {
            out.push(text.to_string());
        }
    }
    out
}

/// `issues:`, how they are recognised and where they are.
pub fn issues(reader: &mut Reader<'_>, slot: &Slot<'_>) -> Option<Issues> {
    let map = reader.map(slot, keys::ISSUES)?;
    let url = map.get("url").and_then(|slot| {
        let url = address(reader, slot, &["issue"])?;
        if !url.has("issue") {
            reader.fault(slot, "has no `{issue}`, so all issues would be one page");
        }
        Some(url.keep())
    });
    let pattern = reader.needed(slot, &map, "pattern", "how an issue is recognised")?;
    Some(Issues { pattern: reader.parsed(pattern, IssuePattern::new)?, url })
}
