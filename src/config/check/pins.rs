//! One entry of `pins:`: which kind it is, and what that kind takes.

use crate::domain::secrets::says_which;
use crate::domain::settings::{Aliases, DigestRule, DocumentRule, Field, Form, PinExtras, PinKind};
use crate::domain::template::VersionTemplate;
use crate::yaml::route::Route;

use super::placeholders::filled;
use super::reader::{Map, Reader, Slot, listed, shown};

/// Each kind by the key that names it, the key that says where it stands, and the other keys that it takes.
const KINDS: &[(&str, &str, &[&str])] = &[
    ("image", "in", &["digest", "was"]),
    ("base", "in", &["was"]),
    ("chart", "in", &["was"]),
    ("revision", "in", &["was"]),
    ("literal", "in", &["name"]),
    ("label", "in", &[]),
    ("annotation", "in", &[]),
    ("imagepolicy", "in", &["digest"]),
    ("marker", "in", &[]),
    (
        "file",
        "file",
        &[
            "path",
            "inside",
            "as",
            "digest-path",
            "kind",
            "name",
            "namespace",
            "apiVersion",
            "has",
            "document",
            "digest",
        ],
    ),
];

/// The kind of a pin and the slot of its place; `None` where that is not told, with a fault. `fields` are the placeholders
/// that its name and route may have: those of a family.
pub fn kind<'m, 'n>(
    reader: &mut Reader<'_>,
    slot: &Slot<'_>,
    map: &'m Map<'n>,
    fields: &[&str],
) -> Option<(PinKind, &'m Slot<'n>)> {
    let (key, place) = one_kind(reader, slot, map)?;
    let Some(place) = map.get(place) else {
        let example = if matches!(key, "image" | "base" | "literal" | "label" | "annotation") {
            "apps/NAME/overlays/{environment}"
        } else {
            "apps/NAME/{environment}.yaml"
        };
        reader.fault_with_hint(slot, "has no `in`", format!("say where it stands: `in: \"{example}\"`"));
        return None;
    };
    let digest = map
        .get("digest")
        .and_then(|slot| reader.word(slot, &[("ask", DigestRule::Ask), ("drop", DigestRule::Drop)]))
        .unwrap_or_default();
    if key == "file" {
        return Some((PinKind::Field(field(reader, slot, map, fields, digest)?), place));
    }
    let own = name(reader, map.get(key)?, fields, name_check(key))?;
    let kind = match key {
        "image" => PinKind::Image { image: own, digest },
        "base" => PinKind::KustomizeBase { repository: own },
        "revision" => PinKind::Revision { repository: own },
        "chart" => PinKind::Chart { chart: own },
        "literal" => PinKind::Literal {
            key: own,
            generator: match map.get("name") {
                Some(slot) => Some(name(reader, slot, fields, one_word)?),
                None => None,
            },
        },
        "label" => PinKind::Label { key: own },
        "annotation" => PinKind::Annotation { key: own },
        "imagepolicy" => PinKind::ImagePolicy { policy: own, digest },
        _ => PinKind::Marker { name: own },
    };
    Some((kind, place))
}

/// The one key that names a kind, and the key of its place; `None` and a fault where there is not one, or another key is not its.
fn one_kind(reader: &mut Reader<'_>, slot: &Slot<'_>, map: &Map<'_>) -> Option<(&'static str, &'static str)> {
    let named: Vec<_> = KINDS.iter().filter(|(key, ..)| map.get(key).is_some()).collect();
    let (key, place, takes) = match named.as_slice() {
        [one] => **one,
        [] => {
            reader.fault_with_hint(
                slot,
                "names no kind of pin",
                format!("a kind is one of {}", listed(&KINDS.iter().map(|(key, ..)| *key).collect::<Vec<_>>())),
            );
            return None;
        }
        [(first, ..), (second, ..), ..] => {
            if let Some(slot) = map.get(second) {
                reader.fault_of_key(slot, format!("a pin has one kind; this has `{first}` and `{second}`"), None);
            }
            return None;
        }
    };
    for (_, place, others) in KINDS {
        for other in others.iter().chain([place]).filter(|other| **other != place_of(key) && !takes.contains(other)) {
            if let Some(slot) = map.get(other).filter(|_| *other != key) {
                reader.fault_of_key(slot, format!("a pin by `{key}` takes no `{other}`"), None);
                return None;
            }
        }
    }
    Some((key, place))
}

/// What a pin is found by, and how its text is checked.
type NameCheck = fn(&str) -> Result<String, String>;

/// The check of the name of a kind.
fn name_check(key: &str) -> NameCheck {
    match key {
        "image" => image_name,
        "base" | "revision" => repository,
        "literal" => literal_key,
        "imagepolicy" => policy,
        _ => one_word,
    }
}

/// A name; in a family it is checked with its placeholders filled in, and kept with them.
fn name(reader: &mut Reader<'_>, slot: &Slot<'_>, fields: &[&str], check: NameCheck) -> Option<String> {
    if fields.is_empty() {
        return reader.parsed(slot, check);
    }
    let text = filled(reader, slot, fields)?;
    match check(&text.example) {
        Ok(_) => Some(text.text.to_string()),
        Err(why) => {
            reader.fault(slot, why);
            None
        }
    }
}

/// What the file says of a pin beyond its kind.
pub fn extras(reader: &mut Reader<'_>, map: &Map<'_>, fields: &[&str]) -> PinExtras {
    let version = map.get("version").and_then(|slot| reader.parsed(slot, VersionTemplate::new));
    let mut more = PinExtras { version, ..PinExtras::default() };
    if let Some(slot) = map.get("was") {
        let key = KINDS.iter().find(|(key, ..)| map.get(key).is_some()).map_or("", |(key, ..)| *key);
        reader.not_empty(slot, "leave the key out where it had no other name");
        for (slot, _) in reader.texts(slot) {
            more.was.extend(name(reader, &slot, fields, name_check(key)));
        }
    }
    more.aliases = map.get("aliases").and_then(|slot| reader.word(slot, Aliases::WORDS));
    more.optional = map.get("optional").and_then(|slot| reader.boolean(slot));
    more
}

/// The key that says where a kind stands.
fn place_of(key: &str) -> &'static str {
    if key == "file" { "file" } else { "in" }
}

fn field(
    reader: &mut Reader<'_>,
    slot: &Slot<'_>,
    map: &Map<'_>,
    fields: &[&str],
    digests: DigestRule,
) -> Option<Field> {
    let Some(path) = map.get("path") else {
        reader.fault_with_hint(
            slot,
            "has no `path`",
            "say which field it is: `path: image.tag`, `path: spec.template.spec.containers[name=web].image`",
        );
        return None;
    };
    let index = match map.get("document") {
        None => None,
        Some(slot) => Some(reader.place(slot)?),
    };
    let mut text = |key: &str, check: NameCheck| match map.get(key) {
        None => Some(None),
        Some(slot) => name(reader, slot, fields, check).map(Some),
    };
    let (inside, digest) = (text("inside", a_route)?, text("digest-path", a_route)?);
    let document = DocumentRule {
        kind: text("kind", any)?,
        name: text("name", any)?,
        namespace: text("namespace", any)?,
        api_version: text("apiVersion", any)?,
        has: text("has", a_route)?,
        index,
    };
    let form = match map.get("as") {
        None => Form::Whole,
        Some(slot) => reader.parsed(slot, form)?,
    };
    Some(Field {
        document: Box::new(document),
        route: name(reader, path, fields, a_route)?,
        inside,
        digest,
        form,
        digests,
    })
}

/// How a version stands in the text: `version`, `image`, `ref`, or what stands around it.
fn form(text: &str) -> Result<Form, String> {
    match text {
        "version" => Ok(Form::Whole),
        "image" => Ok(Form::Image),
        "ref" => Ok(Form::Ref),
        text if text.matches("{version}").count() == 1
            && !text.contains(char::is_whitespace)
            && text != "{version}" =>
        {
            let (head, tail) = text.split_once("{version}").unwrap_or_default();
            Ok(Form::Around { head: head.into(), tail: tail.into() })
        }
        // As of old: what stands before it.
        head if head.ends_with('=')
            && head.len() > 1
            && !head.contains(|c: char| c.is_whitespace() || "{}".contains(c)) =>
        {
            Ok(Form::after(head))
        }
        other => Err(format!(
            "`{}` is none of `version`, `image`, `ref` and a text with `{{version}}` in it, such as `web-{{version}}`",
            shown(other)
        )),
    }
}

/// Any text.
fn any(text: &str) -> Result<String, String> {
    Ok(text.to_string())
}

/// A route, kept as it was written.
pub fn a_route(text: &str) -> Result<String, String> {
    match Route::parse(text) {
        Ok(route) if route.0.is_empty() => Err("the path is empty".into()),
        Ok(_) => Ok(text.to_string()),
        Err(fault) => Err(format!("`{}` is not a path: {} (column {})", shown(text), fault.message, fault.column)),
    }
}

/// The address of a repository: never with a password, and without the ref that moves.
fn repository(text: &str) -> Result<String, String> {
    if text.contains(|c: char| c.is_whitespace()) || text.is_empty() {
        return Err(format!("`{}` is not the address of a repository", shown(text)));
    }
    if text.contains("?ref=") {
        return Err("write the address without `?ref=`: the ref is what moves".into());
    }
    if let Some(why) = secret_of_a_repository(text) {
        return Err(why.into());
    }
    Ok(text.to_string())
}

/// What may be a secret in the address of a repository as manifests have it, with a query that says which part is meant.
pub fn secret_of_a_repository(text: &str) -> Option<&'static str> {
    let query = text.find('?').filter(|at| says_which(&text[*at..])).unwrap_or(text.len());
    super::source::secret(&text[..query])
}

fn one_word(text: &str) -> Result<String, String> {
    if text.is_empty() || text.contains(|c: char| c.is_whitespace() || "{}".contains(c)) {
        return Err(format!("`{}` is not a name", shown(text)));
    }
    Ok(text.to_string())
}

/// The key of a literal, without the `=` behind it.
fn literal_key(text: &str) -> Result<String, String> {
    match one_word(text)? {
        key if key.contains('=') => Err(format!("`{}`: write the key alone, without `=`", shown(text))),
        key => Ok(key),
    }
}

/// An image policy of Flux: `NAMESPACE:NAME`, as the comment says it without `:tag` and the like.
fn policy(text: &str) -> Result<String, String> {
    match one_word(text)?.split(':').collect::<Vec<_>>().as_slice() {
        [namespace, name] if !namespace.is_empty() && !name.is_empty() => Ok(text.to_string()),
        _ => Err(format!("`{}` is not a policy: write `NAMESPACE:NAME`, as in its comment", shown(text))),
    }
}

/// The name of an image as `images:` has it, without tag and digest.
fn image_name(text: &str) -> Result<String, String> {
    if text.contains(|c: char| c.is_whitespace() || "{}".contains(c)) {
        return Err(format!("`{}` is not the name of an image", shown(text)));
    }
    let last = text.rsplit('/').next().unwrap_or_default();
    if text.contains('@') || last.contains(':') {
        return Err(format!("`{}` has a tag or digest; write the name alone, the version is what moves", shown(text)));
    }
    if last.is_empty() {
        return Err(format!("`{}` does not end with a name", shown(text)));
    }
    Ok(text.to_string())
}
