//! Which environment of which repository is asked about: what belongs to another one is not above its overlays.

use crate::domain::address::Whose;
use crate::domain::names::EnvName;
use crate::domain::path::RepoPath;
use crate::yaml::locate::text;
use crate::yaml::tree::Node;

/// Where an object of Argo CD or Flux says what it is for, beside its path.
const SAID: [&[&str]; 5] = [
    &["metadata", "name"],
    &["metadata", "namespace"],
    &["spec", "project"],
    &["spec", "destination", "name"],
    &["spec", "destination", "namespace"],
];

/// Tells whose repository an address leads to.
pub type Tells<'a> = &'a (dyn Fn(&str) -> Whose + Sync);

/// An environment among the others of its repository.
pub struct Here<'a> {
    env: &'a EnvName,
    others: Vec<&'a EnvName>,
    whose: Option<Tells<'a>>,
}

impl<'a> Here<'a> {
    /// One of these environments.
    pub fn of(env: &'a EnvName, all: impl IntoIterator<Item = &'a EnvName>) -> Self {
        Self { env, others: all.into_iter().filter(|other| *other != env).collect(), whose: None }
    }

    /// The same where it is known which addresses are the repository's own.
    pub fn by(self, whose: Tells<'a>) -> Self {
        Self { whose: Some(whose), ..self }
    }

    /// Whether a path names the environment.
    pub fn tells(&self, path: &RepoPath) -> bool {
        path.parts().any(|part| names(part, self.env.as_str()))
    }

    /// Whose the repository at an address is; an object without one is of this.
    pub fn whose(&self, address: Option<&str>) -> Whose {
        match (self.whose, address) {
            (Some(whose), Some(address)) => whose(address),
            _ => Whose::Ours,
        }
    }

    /// Whether an object that deploys a place is another environment's: where the place itself names none.
    pub fn is_anothers(&self, file: &RepoPath, object: &Node, place: &RepoPath) -> bool {
        let said: Vec<&str> = SAID.iter().filter_map(|keys| text(object, keys)).collect();
        let is_said = |env: &EnvName| {
            file.parts().any(|part| names(part, env.as_str())) || said.iter().any(|text| names(text, env.as_str()))
        };
        let names_one = |env: &EnvName| place.parts().any(|part| names(part, env.as_str()));
        !self.tells(place)
            && !self.others.iter().any(|other| names_one(other))
            && !is_said(self.env)
            && self.others.iter().any(|other| is_said(other))
    }
}

/// Whether a part of a path says a word: alone, or between `-`, `_` and `.`.
pub fn names(part: &str, word: &str) -> bool {
    let is_edge = |c: Option<char>| c.is_none_or(|c| matches!(c, '-' | '_' | '.'));
    part.match_indices(word)
        .any(|(at, _)| is_edge(part[..at].chars().next_back()) && is_edge(part[at + word.len()..].chars().next()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::yaml::tree::Tree;

    #[test]
    fn an_environment_is_a_whole_word_of_a_path() {
        for (part, wanted) in [("prod", true), ("web-prod.yaml", true), ("prod_eu", true), ("product", false)] {
            assert_eq!(names(part, "prod"), wanted, "{part}");
        }
    }

    #[test]
    fn an_object_of_another_environment_is_told_by_its_path_or_name_where_what_it_deploys_names_none() {
        let [prod, qa] = ["prod", "qa"].map(|name| EnvName::new(name).unwrap());
        let here = Here::of(&prod, [&prod, &qa]);
        let is = |file: &str, object: &str, place: &str| {
            let tree = Tree::parse(object.as_bytes()).unwrap();
            here.is_anothers(&RepoPath::new(file).unwrap(), &tree.documents[0], &RepoPath::new(place).unwrap())
        };
        let plain = "kind: Application\n";
        assert!(is("argocd/qa/web.yaml", plain, "apps/web/base"));
        assert!(is("argocd/web.yaml", "metadata: {name: web-qa}\n", "apps/web/base"));
        assert!(is("argocd/web.yaml", "spec: {destination: {namespace: qa}}\n", "apps/web/base"));
        assert!(!is("argocd/web.yaml", plain, "apps/web/base"));
        assert!(!is("argocd/qa/web.yaml", plain, "apps/web/prod"));
        assert!(!is("argocd/qa/web.yaml", "metadata: {name: web-prod}\n", "apps/web/base"));
    }
}
