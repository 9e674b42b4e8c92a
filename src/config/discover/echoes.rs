//! Texts in which files name their own environments: `host: web.staging.example.com` in what is of `staging`.

use std::collections::{BTreeMap, BTreeSet};

use crate::yaml::tree::{Node, Tree, Value};

/// How deep a file nests before nobody looks.
const DEEPEST: usize = 16;

/// For each environment the texts that name it, with `{environment}` in its place.
#[derive(Debug, Default)]
pub struct Echoes(BTreeMap<String, BTreeSet<String>>);

impl Echoes {
    /// Adds the texts of an environment's file.
    pub fn add(&mut self, env: Option<&str>, tree: &Tree) {
        let Some(env) = env else { return };
        let mut own = BTreeSet::new();
        tree.documents.iter().for_each(|document| gather(document, env, 0, &mut own));
        self.0.entry(env.to_string()).or_default().extend(own);
    }

    /// Whether all of several environments that are known name themselves in one and the same text.
    pub fn is_usual(&self, siblings: &BTreeSet<&str>) -> bool {
        let mut known = self.0.iter().filter(|(env, _)| !siblings.contains(env.as_str())).map(|(_, texts)| texts);
        let Some(first) = known.next() else { return false };
        let mut rest = known.peekable();
        rest.peek().is_some()
            && rest.try_fold(first.clone(), |all, own| Some(&all & own).filter(|all| !all.is_empty())).is_some()
    }

    /// Those of `siblings` that have a text of another environment with their own name in it.
    pub fn of_siblings<'s>(&self, siblings: &BTreeSet<&'s str>) -> BTreeSet<&'s str> {
        let others = self.0.iter().filter(|(env, _)| !siblings.contains(env.as_str()));
        let known: BTreeSet<&String> = others.flat_map(|(_, texts)| texts).collect();
        let echoes = |env: &&&str| self.0.get(**env).is_some_and(|own| own.iter().any(|text| known.contains(text)));
        siblings.iter().filter(echoes).copied().collect()
    }
}

fn gather(node: &Node, env: &str, depth: usize, out: &mut BTreeSet<String>) {
    match &node.value {
        _ if depth > DEEPEST => {}
        Value::Mapping(entries) => entries.iter().for_each(|(_, value)| gather(value, env, depth + 1, out)),
        Value::Sequence(items) => items.iter().for_each(|item| gather(item, env, depth + 1, out)),
        Value::Scalar { text, .. } => out.extend(shape(text, env)),
        Value::Alias => {}
    }
}

/// A text with `{environment}` where it names that as a word of several.
fn shape(text: &str, env: &str) -> Option<String> {
    let is_end = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric());
    let at = text
        .match_indices(env)
        .map(|(at, _)| at)
        .find(|at| is_end(text[..*at].chars().next_back()) && is_end(text[at + env.len()..].chars().next()))?;
    (text.len() > env.len()).then(|| format!("{}{{environment}}{}", &text[..at], &text[at + env.len()..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_names_itself_as_a_known_one_does_is_an_environments() {
        let mut echoes = Echoes::default();
        for (env, host) in [("prod", "web.prod.example.com"), ("aat", "web.aat.example.com"), ("worker", "web.x.y")] {
            echoes.add(Some(env), &Tree::parse(format!("a: [{{host: {host}}}, {env}]\n").as_bytes()).unwrap());
        }
        let siblings = BTreeSet::from(["aat", "worker"]);
        assert!(!echoes.is_usual(&siblings) && echoes.is_usual(&BTreeSet::from(["worker"])));
        assert_eq!(echoes.of_siblings(&BTreeSet::from(["aat", "worker"])), BTreeSet::from(["aat"]));
    }
}
