//! What a push brings to a branch: the commits on its first-parent chain, and whether the old tip stays on that chain.

use crate::domain::commit::{CommitId, Known};
use crate::domain::refusal::Error;

use super::graph;
use super::repo::Repo;
use super::store::Store;

/// From one tip of a branch to the next one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Advance {
    /// The first-parent commits of the new tip that the old one lacks, oldest first.
    pub landings: Vec<CommitId>,
    pub past: Past,
}

/// What becomes of a branch's past.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Past {
    /// The old tip stays on the first-parent chain.
    Kept,
    /// The new tip contains the old one, but by another parent than the first: a merge the wrong way round.
    Turned,
    /// The new tip does not contain the old one.
    Rewound,
}

impl Repo {
    /// What a push from `old` to `new` brings. Looks only at what the two do not share; `CannotTell` where a shallow clone
    /// hides a part of that.
    pub fn pushed(&self, old: CommitId, new: CommitId) -> Result<Known<Advance>, Error> {
        self.told(|store| advance(store, old, new))
    }
}

fn advance(store: &Store, old: CommitId, new: CommitId) -> Result<Known<Advance>, Error> {
    if store.is_shallow() && !store.has(old) {
        return Ok(Known::CannotTell(graph::SHALLOW.into()));
    }
    let painted = graph::paint(store, old, new)?;
    let (mut landings, mut at) = (Vec::new(), Some(new));
    while let Some(commit) = at.filter(|commit| painted.is_right_alone(*commit)) {
        landings.push(commit);
        at = store.link(commit)?.parents.first().copied();
    }
    landings.reverse();
    // What the chain passed before it came to the old tip descends from it, whatever else is hidden.
    let past = match at == Some(old) {
        true => Past::Kept,
        false if painted.is_cut() => return Ok(Known::CannotTell(graph::SHALLOW.into())),
        false if painted.is_shared(old) => Past::Turned,
        false => Past::Rewound,
    };
    Ok(Known::Is(Advance { landings, past }))
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::time::Instant;

    use super::super::sample::{BEGIN, Sample};
    use super::*;

    fn pushed(sample: &Sample, dir: &Path, old: &str, new: &str) -> Advance {
        let repo = Repo::open(dir, &sample.surroundings).unwrap();
        let known = repo.pushed(sample.id(dir, old), sample.id(dir, new)).unwrap();
        let Known::Is(advance) = known else { panic!("{known:?}") };
        let list = ["rev-list", "--first-parent", "--reverse", new, "--not", old];
        let wanted = sample.git(dir, &list);
        let wanted: Vec<_> = wanted.lines().filter_map(CommitId::from_hex).collect();
        assert_eq!(advance.landings, wanted, "{old}..{new}");
        advance
    }

    /// `main` with a merge of `topic`, `turned` with `main` merged into `topic`, and `away` beside both.
    fn branches(sample: &Sample) -> std::path::PathBuf {
        let dir = sample.init("config");
        sample.commit(&dir, "a", Some("1"));
        sample.git(&dir, &["checkout", "-q", "-b", "topic"]);
        sample.commit(&dir, "b", Some("1"));
        sample.commit(&dir, "b", Some("2"));
        sample.git(&dir, &["checkout", "-q", "main"]);
        sample.commit(&dir, "a", Some("2"));
        sample.git(&dir, &["tag", "old"]);
        sample.git(&dir, &["checkout", "-q", "-b", "turned", "topic"]);
        sample.git_at(&dir, BEGIN - 900, &["merge", "-q", "--no-ff", "-m", "the wrong way round", "main"]);
        sample.git(&dir, &["checkout", "-q", "-b", "away", "old~1"]);
        sample.commit(&dir, "c", Some("1"));
        sample.git(&dir, &["checkout", "-q", "main"]);
        sample.git_at(&dir, BEGIN - 800, &["merge", "-q", "--no-ff", "-m", "merge", "topic"]);
        sample.commit(&dir, "a", Some("3"));
        dir
    }

    #[test]
    fn the_landings_are_those_of_rev_list_and_the_past_is_told() {
        let sample = Sample::new();
        let dir = branches(&sample);
        for (old, new, count, past) in [
            ("old", "main", 2, Past::Kept),
            ("old", "old", 0, Past::Kept),
            ("old~1", "main", 3, Past::Kept),
            ("old", "turned", 3, Past::Turned),
            ("topic", "main", 3, Past::Turned),
            ("topic", "turned", 1, Past::Kept),
            ("main", "old", 0, Past::Rewound),
            ("main", "away", 1, Past::Rewound),
            ("away", "topic", 2, Past::Rewound),
        ] {
            let advance = pushed(&sample, &dir, old, new);
            assert_eq!((advance.landings.len(), advance.past), (count, past), "{old}..{new}");
        }
    }

    #[test]
    fn another_root_is_a_rewound_past() {
        let sample = Sample::new();
        let dir = branches(&sample);
        sample.git(&dir, &["checkout", "-q", "--orphan", "root"]);
        sample.commit(&dir, "a", Some("9"));
        assert_eq!(pushed(&sample, &dir, "main", "root").past, Past::Rewound);
    }

    #[test]
    fn a_shallow_clone_says_only_what_it_sees() {
        let sample = Sample::new();
        let dir = branches(&sample);
        let address = format!("file://{}", dir.display());
        let clone = ["clone", "-q", "--depth", "2", "--no-single-branch", &address, "shallow"];
        sample.git(&sample.path(""), &clone);
        let shallow = sample.path("shallow");
        let repo = Repo::open(&shallow, &sample.surroundings).unwrap();
        let id = |name: &str| sample.id(&dir, name);
        let past = |old: &str, new: &str| match repo.pushed(id(old), id(new)).unwrap() {
            Known::Is(advance) => Some(advance.past),
            Known::CannotTell(_) => None,
        };
        assert_eq!(past("main~1", "main"), Some(Past::Kept));
        assert_eq!(past("main", "away"), None);
        assert_eq!(past("topic~1", "main"), None);
        assert_eq!(past("turned", "main"), None);
    }

    #[test]
    fn a_hundred_thousand_new_commits_are_walked_once() {
        let sample = Sample::new();
        let dir = sample.init("config");
        let old = sample.commit(&dir, "a", Some("1"));
        let mut stream = String::new();
        for number in 0..100_000 {
            let from = if number == 0 { format!("from {old}\n") } else { String::new() };
            let time = BEGIN + 100 + number;
            stream += &format!("commit refs/heads/long\ncommitter M <m@x> {time} +0000\ndata 1\nx\n{from}\n");
        }
        let git = super::super::program::Git::new(
            &sample.surroundings,
            &dir,
            crate::process::Kind::Plumbing,
            super::super::program::Hooks::Off,
            ["fast-import", "--quiet"],
        );
        git.stdin(stream.into_bytes()).stdout().unwrap();
        let repo = Repo::open(&dir, &sample.surroundings).unwrap();
        let begun = Instant::now();
        let Known::Is(advance) = repo.pushed(old, sample.id(&dir, "long")).unwrap() else { panic!("cannot tell") };
        let took = begun.elapsed();
        assert_eq!((advance.landings.len(), advance.past), (100_000, Past::Kept));
        assert!(took.as_secs() < 30, "{took:?}");
    }
}
