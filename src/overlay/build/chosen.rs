//! Selectors by labels and annotations, as Kubernetes reads them.

use super::piece::Piece;

/// Whether a selector chooses an object by its labels or annotations (`key`); `None`: that cannot be told.
pub fn chooses(selector: &str, root: &Piece, key: &str) -> Option<bool> {
    let own = root.get(&["metadata", key]);
    if root.get(&["metadata"]).or(own).is_some_and(Piece::is_opaque) {
        return None;
    }
    let value = |name: &str| own.and_then(|own| own.str(&[name]));
    let all: Option<Vec<bool>> = requirements(selector)?.iter().map(|one| requirement(one, &value)).collect();
    all.map(|all| all.iter().all(|one| *one))
}

/// The parts of a selector, which are separated by commas outside of parentheses.
fn requirements(selector: &str) -> Option<Vec<String>> {
    let (mut out, mut one, mut is_inside) = (Vec::new(), String::new(), false);
    for c in selector.chars() {
        match c {
            '(' if is_inside => return None,
            ')' if !is_inside => return None,
            ',' if !is_inside => out.push(std::mem::take(&mut one)),
            c => {
                is_inside = c == '(' || is_inside && c != ')';
                one.push(c);
            }
        }
    }
    out.push(one);
    (!is_inside).then_some(out)
}

/// Whether one part of a selector holds: `a`, `!a`, `a=b`, `a==b`, `a!=b`, `a in (b, c)`, `a notin (b, c)`.
fn requirement<'v>(one: &str, value: &dyn Fn(&str) -> Option<&'v str>) -> Option<bool> {
    let one = one.trim();
    if let Some((left, list)) = one.strip_suffix(')').and_then(|one| one.split_once('(')) {
        let (name, word) = left.trim().rsplit_once(char::is_whitespace)?;
        let is_in = value(name.trim()).is_some_and(|own| list.split(',').any(|wanted| wanted.trim() == own));
        return match word {
            "in" => Some(is_in),
            "notin" => Some(!is_in),
            _ => None,
        };
    }
    if let Some((name, wanted)) = one.split_once("!=") {
        return Some(value(plain(name)?) != Some(wanted.trim()));
    }
    if let Some((name, wanted)) = one.split_once("==").or_else(|| one.split_once('=')) {
        return Some(value(plain(name)?) == Some(wanted.trim()));
    }
    match one.strip_prefix('!') {
        Some(name) => Some(value(plain(name)?).is_none()),
        None => Some(value(plain(one)?).is_some()),
    }
}

/// The name in a part of a selector.
fn plain(name: &str) -> Option<&str> {
    Some(name.trim()).filter(|name| !name.is_empty() && !name.contains([' ', '!', '<', '>']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn selectors_choose_as_those_of_kubernetes_and_what_is_strange_is_not_told() {
        let value = |name: &str| (name == "app").then_some("web");
        for (selector, wanted) in [
            ("app", Some(true)),
            ("!app", Some(false)),
            ("app=web", Some(true)),
            ("app==web", Some(true)),
            ("app!=web", Some(false)),
            ("tier!=web", Some(true)),
            ("app in (api, web)", Some(true)),
            ("app notin (api,web)", Some(false)),
            ("app=web,tier", Some(false)),
            ("app in (web),!tier", Some(true)),
            ("app>1", None),
            ("app in (web", None),
            ("", None),
        ] {
            let all = requirements(selector)
                .and_then(|all| all.iter().map(|one| requirement(one, &value)).collect::<Option<Vec<_>>>());
            assert_eq!(all.map(|all| all.iter().all(|one| *one)), wanted, "{selector}");
        }
    }
}
