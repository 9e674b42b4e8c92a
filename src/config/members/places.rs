//! The places of a tree that the pattern of a pin's place fits, with what each placeholder stands for there.

use crate::domain::files::{EntryKind, Files, is_yaml};
use crate::domain::path::RepoPath;
use crate::domain::refusal::Error;
use crate::domain::settings::{Environment, Holes, NoMember, PinKind, PinRule, holes_in};

/// A place, and what the placeholders stand for there.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Found {
    pub holes: Holes,
    pub place: RepoPath,
}

/// A walk through a tree along a pattern.
pub struct Find<'a> {
    rule: &'a PinRule,
    /// The environments whose places are looked for.
    environments: Vec<&'a Environment>,
    segments: Vec<&'a str>,
    pub found: Vec<Found>,
    /// Names that can be read in more than one way.
    pub unclear: Vec<NoMember>,
}

impl<'a> Find<'a> {
    /// A walk that has not begun.
    pub fn new(rule: &'a PinRule, environments: Vec<&'a Environment>) -> Self {
        let segments = rule.within.split('/').filter(|part| !matches!(*part, "" | ".")).collect();
        Self { rule, environments, segments, found: Vec::new(), unclear: Vec::new() }
    }

    /// Looks at the whole tree, as far as placeholders are not known.
    ///
    /// # Errors
    /// A folder cannot be read.
    pub fn walk(&mut self, files: &dyn Files, known: &Holes) -> Result<(), Error> {
        self.step(files, &RepoPath::root(), 0, known)
    }

    /// What the placeholders stand for where a path is a place, or lies below one; `None` where it does not.
    pub fn at(&mut self, path: &RepoPath) -> Option<Found> {
        let parts: Vec<&str> = path.parts().collect();
        let (mut place, mut holes) = (RepoPath::root(), Holes::default());
        if parts.len() < self.segments.len() {
            return None;
        }
        for (segment, part) in self.segments.clone().into_iter().zip(parts) {
            place = place.child(part)?;
            holes = self.reading(&place, segment, &holes)?;
        }
        Some(Found { holes, place })
    }

    /// The folder that all places are in, as far as the pattern tells without placeholders.
    pub fn root(&self) -> RepoPath {
        let plain = self.segments.iter().take_while(|segment| holes_in(segment).is_empty());
        plain.fold(RepoPath::root(), |folder, part| folder.join(part).unwrap_or(folder))
    }

    fn step(&mut self, files: &dyn Files, folder: &RepoPath, nth: usize, known: &Holes) -> Result<(), Error> {
        let Some(segment) = self.segments.get(nth).copied() else { return Ok(()) };
        let is_last = nth + 1 == self.segments.len();
        let text = known.fill(segment);
        if holes_in(&text).is_empty() {
            let Ok(path) = folder.join(&text) else { return Ok(()) };
            if !is_last {
                return self.step(files, &path, nth + 1, known);
            }
            if let Some(entry) = files.entry(&path)? {
                self.end(path, entry.kind, known);
            }
            return Ok(());
        }
        for entry in files.list(folder)? {
            if !is_last && entry.kind != EntryKind::Folder || is_last && !self.may_be(&entry.path, entry.kind, segment)
            {
                continue;
            }
            let Some(holes) = self.reading(&entry.path, segment, known) else { continue };
            if is_last {
                self.end(entry.path, entry.kind, &holes);
            } else {
                self.step(files, &entry.path, nth + 1, &holes)?;
            }
        }
        Ok(())
    }

    /// The one way in which a name fits a segment; `None` where there is none, or several, which are noted.
    fn reading(&mut self, path: &RepoPath, segment: &str, known: &Holes) -> Option<Holes> {
        let env = |holes: &Holes| holes.get("environment").map(str::len);
        let mut all = known.fits(segment, path.name());
        all.retain(|holes| self.may_be_there(holes));
        // `web-pre-production` is web's of `pre-production`, also where there is a `production`.
        let longest = all.iter().filter_map(env).max();
        all.retain(|holes| env(holes) == longest);
        let mut ways = all.into_iter();
        match (ways.next(), ways.next()) {
            (Some(one), None) => Some(one),
            (Some(_), Some(_)) => {
                let why = format!("it fits `{segment}` in more than one way");
                self.unclear.push(NoMember { name: path.name().into(), places: vec![path.to_string()], why });
                None
            }
            (None, _) => None,
        }
    }

    /// Whether what stands for the environment and the cluster is one of theirs, as far as they are known.
    pub fn may_be_there(&self, holes: &Holes) -> bool {
        let is_env = |name: &str| self.environments.iter().any(|env| env.name.as_str() == name);
        holes.get("environment").is_none_or(is_env) && self.has_cluster(holes)
    }

    /// Whether what stands for the cluster is one of the environment's, as far as both are known.
    fn has_cluster(&self, holes: &Holes) -> bool {
        let (Some(cluster), Some(name)) = (holes.get("cluster"), holes.get("environment")) else { return true };
        let env = self.environments.iter().find(|env| env.name.as_str() == name);
        env.is_some_and(|env| env.has_cluster(cluster))
    }

    /// Whether something may be the place at the end of the pattern: a hidden file never is, and any file only by its whole
    /// name, or as YAML.
    fn may_be(&self, path: &RepoPath, kind: EntryKind, segment: &str) -> bool {
        let name = path.name();
        match kind {
            EntryKind::Folder => !matches!(self.rule.kind, PinKind::Field(_)),
            EntryKind::File | EntryKind::Executable => {
                let says_ending = segment.rsplit_once('}').is_some_and(|(_, rest)| rest.contains('.'));
                let is_bare = !name.contains('.') && matches!(self.rule.kind, PinKind::Field(_));
                !name.starts_with('.') && (says_ending || is_yaml(name) || is_bare)
            }
            EntryKind::Symlink | EntryKind::Submodule => false,
        }
    }

    fn end(&mut self, place: RepoPath, kind: EntryKind, holes: &Holes) {
        let is_plain = !matches!(kind, EntryKind::Symlink | EntryKind::Submodule);
        if is_plain && self.may_be_there(holes) {
            self.found.push(Found { holes: holes.clone(), place });
        }
    }
}
