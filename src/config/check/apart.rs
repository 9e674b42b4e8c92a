//! Whether an instance, its template and the list of instances are always different places.

use crate::domain::names::AppName;
use crate::domain::preview::Slug;
use crate::domain::settings::Ephemeral;

use super::reader::{Map, Reader};

const SLUG: &str = "{slug}";
const APPLICATION: &str = "{application}";
const ELSEWHERE: &str = "put it where no instance could be";

/// Finds places of `ephemeral:` that could be one.
pub fn check(reader: &mut Reader<'_>, map: &Map<'_>, ephemeral: &Ephemeral) {
    let path = parts(&ephemeral.path.0);
    if let Some(slot) = map.get("path") {
        if path.iter().any(|part| part.contains(SLUG) && part.contains(APPLICATION)) {
            let what = "has `{slug}` and `{application}` in one name of a folder, so two instances could have one: `1-2` of `web` and `1` of `2-web`";
            reader.fault_with_hint(slot, what, "put a `/` between them: `envs/preview/{slug}/{application}`");
        }
        if ephemeral.path.0.split('/').any(|part| part == "..") {
            reader.fault_with_hint(slot, "goes back by `..`", "write the folder as it is: `envs/preview/{slug}`");
        }
        if path.first().is_some_and(|part| could_be(part, ".stageline")) {
            reader.fault_with_hint(
                slot,
                "lies under `.stageline`, where only records are",
                "put it elsewhere: `envs/preview/{slug}`",
            );
        }
        if let Some(template) = &ephemeral.template {
            let (has, template_has) = (ephemeral.path.0.contains(APPLICATION), template.0.contains(APPLICATION));
            let hint = "each application has its own template and its own copy, or all share one: `{application}` in both, or in none";
            if template_has && !has {
                reader.fault_with_hint(slot, "has no `{application}`, but `template` has", hint);
            }
            if has && !template_has {
                reader.fault_with_hint(slot, "has `{application}`, but `template` has none", hint);
            }
        }
    }
    let template = ephemeral.template.as_ref().map(|template| parts(&template.0));
    if let (Some(slot), Some(template)) = (map.get("template"), &template)
        && (could_hold(&path, template) || could_hold(template, &path))
    {
        let hint = format!(
            "{ELSEWHERE}, such as `apps/{{application}}/preview`, or in a folder whose name is no slug: `_base`"
        );
        reader.fault_with_hint(slot, "could be an instance, or hold one: `path` leads there too", hint);
    }
    if let (Some(slot), Some(register)) = (map.get("register"), &ephemeral.register) {
        let file = parts(register.file.as_str());
        if file.first().is_some_and(|part| could_be(part, ".stageline")) {
            reader.fault_with_hint(slot, "lists instances under `.stageline`, where only records are", ELSEWHERE);
        } else if could_hold(&path, &file) || template.as_ref().is_some_and(|template| could_hold(template, &file)) {
            reader.fault_with_hint(
                slot,
                "lists instances in a file that an instance or the template could have",
                ELSEWHERE,
            );
        }
    }
}

/// Whether the instances of two environments are always different folders.
pub fn are_apart(one: &Ephemeral, other: &Ephemeral) -> bool {
    let (one, other) = (parts(&one.path.0), parts(&other.path.0));
    !could_hold(&one, &other) && !could_hold(&other, &one)
}

/// The names on the way to a place.
fn parts(path: &str) -> Vec<&str> {
    path.split('/').filter(|part| !matches!(*part, "" | ".")).collect()
}

/// Whether what lies at `outer` could be `inner`, or hold it.
fn could_hold(outer: &[&str], inner: &[&str]) -> bool {
    outer.len() <= inner.len() && outer.iter().zip(inner).all(|(one, other)| could_be(one, other))
}

/// Whether two names, placeholders filled, could be one. In doubt yes.
fn could_be(one: &str, other: &str) -> bool {
    match (ends(one), ends(other)) {
        (None, None) => one == other,
        (Some(_), None) => fits(one, other),
        (None, Some(_)) => fits(other, one),
        (Some((start, end)), Some((begin, close))) => {
            (start.starts_with(begin) || begin.starts_with(start)) && (end.ends_with(close) || close.ends_with(end))
        }
    }
}

/// What stands before the first placeholder and behind the last; `None`: there is none.
fn ends(name: &str) -> Option<(&str, &str)> {
    Some((&name[..name.find('{')?], &name[name.rfind('}')? + 1..]))
}

/// Whether a name could come of one with placeholders.
fn fits(filled: &str, name: &str) -> bool {
    let Some((start, end)) = ends(filled) else { return filled == name };
    let Some(middle) = name.strip_prefix(start).and_then(|rest| rest.strip_suffix(end)) else { return false };
    match &filled[start.len()..filled.len() - end.len()] {
        SLUG => Slug::new(middle).is_ok(),
        APPLICATION => AppName::new(middle).is_ok(),
        _ => !middle.is_empty(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_could_be_one_where_something_fills_them_so() {
        for (one, other, wanted) in [
            ("base", "base", true),
            ("{slug}", "Kustomization", false),
            ("{slug}", "base", true),
            ("{slug}", "_base", false),
            ("{slug}", "a.b", false),
            ("{application}", "a.b", true),
            ("pr-{slug}", "base", false),
            ("pr-{slug}-x", "pr-1-x", true),
            (".{slug}", ".stageline", true),
            ("{slug}", ".stageline", false),
            ("p-{slug}", "q-{application}", false),
            ("p-{slug}", "{application}-q", true),
            ("{slug}{slug}", "aa", true),
        ] {
            assert_eq!((could_be(one, other), could_be(other, one)), (wanted, wanted), "{one} {other}");
        }
    }

    #[test]
    fn a_place_holds_what_lies_at_it_or_below() {
        let could_hold = |outer: &str, inner: &str| could_hold(&parts(outer), &parts(inner));
        assert!(could_hold("envs/{slug}", "envs/pr/base") && could_hold(".", "a") && could_hold("a/./b", "a//b"));
        assert!(!could_hold("envs/{slug}/{application}", "envs/pr") && !could_hold("a/{slug}", "b/c"));
    }
}
