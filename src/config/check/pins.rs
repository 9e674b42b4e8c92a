//! One entry of `pins:`: which kind it is, and what that kind takes.

use crate::domain::secrets::says_which;
use crate::domain::settings::{DigestRule, DocumentRule, Field, Form, PinKind};
use crate::yaml::route::Route;

use super::reader::{Map, Reader, Slot, listed, shown};

/// Each kind by the key that names it, the key that says where it stands, and the other keys that it takes.
const KINDS: &[(&str, &str, &[&str])] = &[
    ("image", "in", &["digest"]),
    ("base", "in", &[]),
    ("chart", "in", &[]),
    ("revision", "in", &[]),
    ("literal", "in", &["name"]),
    ("label", "in", &[]),
    ("annotation", "in", &[]),
    ("imagepolicy", "in", &["digest"]),
    ("marker", "in", &[]),
    ("file", "file", &["path", "inside", "as", "digest-path", "kind", "name", "namespace", "apiVersion", "digest"]),
];

/// The kind of a pin and the slot of its place; `None` where that is not told, with a fault.
pub fn kind<'m, 'n>(reader: &mut Reader<'_>, slot: &Slot<'_>, map: &'m Map<'n>) -> Option<(PinKind, &'m Slot<'n>)> {
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
    let place = match map.get(place) {
        Some(place) => place,
        None => {
            let example = if matches!(key, "image" | "base" | "literal" | "label" | "annotation") {
                "apps/NAME/overlays/{environment}"
            } else {
                "apps/NAME/{environment}.yaml"
            };
            reader.fault_with_hint(slot, "has no `in`", format!("say where it stands: `in: \"{example}\"`"));
            return None;
        }
    };
    let digest = map
        .get("digest")
        .and_then(|slot| reader.word(slot, &[("ask", DigestRule::Ask), ("drop", DigestRule::Drop)]))
        .unwrap_or_default();
    let what = map.get(key)?;
    let kind = match key {
        "image" => PinKind::Image { image: reader.parsed(what, image_name)?, digest },
        "base" => PinKind::KustomizeBase { repository: reader.parsed(what, repository)? },
        "revision" => PinKind::Revision { repository: reader.parsed(what, repository)? },
        "chart" => PinKind::Chart { chart: reader.parsed(what, one_word)? },
        "literal" => PinKind::Literal {
            key: reader.parsed(what, literal_key)?,
            generator: match map.get("name") {
                Some(slot) => Some(reader.parsed(slot, one_word)?),
                None => None,
            },
        },
        "label" => PinKind::Label { key: reader.parsed(what, one_word)? },
        "annotation" => PinKind::Annotation { key: reader.parsed(what, one_word)? },
        "imagepolicy" => PinKind::ImagePolicy { policy: reader.parsed(what, policy)?, digest },
        "marker" => PinKind::Marker { name: reader.parsed(what, one_word)? },
        _ => PinKind::Field(field(reader, slot, map, digest)?),
    };
    Some((kind, place))
}

/// The key that says where a kind stands.
fn place_of(key: &str) -> &'static str {
    if key == "file" { "file" } else { "in" }
}

fn field(reader: &mut Reader<'_>, slot: &Slot<'_>, map: &Map<'_>, digests: DigestRule) -> Option<Field> {
    let Some(path) = map.get("path") else {
        reader.fault_with_hint(
            slot,
            "has no `path`",
            "say which field it is: `path: image.tag`, `path: spec.template.spec.containers[name=web].image`",
        );
        return None;
    };
    let mut route = |key: &str| -> Result<Option<String>, ()> {
        match map.get(key) {
            None => Ok(None),
            Some(slot) => reader.parsed(slot, a_route).map(Some).ok_or(()),
        }
    };
    let (inside, digest) = (route("inside").ok()?, route("digest-path").ok()?);
    let text = |reader: &mut Reader<'_>, key: &str| match map.get(key) {
        None => Some(None),
        Some(slot) => reader.text(slot).map(|text| Some(text.to_string())),
    };
    let document = DocumentRule {
        kind: text(reader, "kind")?,
        name: text(reader, "name")?,
        namespace: text(reader, "namespace")?,
        api_version: text(reader, "apiVersion")?,
    };
    let form = match map.get("as") {
        None => Form::Whole,
        Some(slot) => reader.parsed(slot, form)?,
    };
    Some(Field { document, route: reader.parsed(path, a_route)?, inside, digest, form, digests })
}

/// How a version stands in the text: `version`, `image`, `ref`, or what stands before it.
fn form(text: &str) -> Result<Form, String> {
    match text {
        "version" => Ok(Form::Whole),
        "image" => Ok(Form::Image),
        "ref" => Ok(Form::Ref),
        head if head.ends_with('=') && head.len() > 1 && !head.contains(char::is_whitespace) => {
            Ok(Form::After(head.into()))
        }
        other => {
            Err(format!("`{}` is none of `version`, `image`, `ref` and a beginning such as `VERSION=`", shown(other)))
        }
    }
}

/// A route, kept as it was written.
fn a_route(text: &str) -> Result<String, String> {
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
