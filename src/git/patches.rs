//! Whether a commit of a source has what another one changed: by containing it, or by commits with the same patches.

use crate::domain::commit::{CommitId, Known};
use crate::domain::refusal::Error;

use super::source::{Network, Source};

/// At most so many commits are compared on either side.
const MOST: usize = 2000;

/// What a commit has of another one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Carried {
    /// It contains it.
    It,
    /// It has the same patch as each of these, which are all that it lacks.
    Patches(Vec<CommitId>),
    /// It lacks these, newest first, and has no patch of theirs.
    Not(Vec<CommitId>),
}

impl Source {
    /// What `commit` has of `wanted`, and of all that this one has and `commit` lacks; only what concerns the application counts, and
    /// of that a merge has no patch.
    ///
    /// # Errors
    /// The source cannot be read.
    pub fn carries(&self, commit: CommitId, wanted: CommitId) -> Result<Known<Carried>, Error> {
        match self.is_ancestor(wanted, commit)? {
            Known::Is(true) => return Ok(Known::Is(Carried::It)),
            Known::Is(false) => {}
            Known::CannotTell(why) => return Ok(Known::CannotTell(why)),
        }
        match self.distance(commit, wanted)? {
            Known::CannotTell(why) => return Ok(Known::CannotTell(why)),
            Known::Is(apart) if apart.ahead > MOST || apart.behind > MOST => {
                return Ok(Known::CannotTell(format!(
                    "{} and {} are more than {MOST} commits apart",
                    commit.short(),
                    wanted.short()
                )));
            }
            Known::Is(_) => {}
        }
        let lacks: Vec<CommitId> = self.between(commit, wanted, MOST)?.into_iter().map(|info| info.id).collect();
        let same = match self.same_patches(commit, wanted)? {
            Known::Is(same) => same,
            Known::CannotTell(why) => return Ok(Known::CannotTell(why)),
        };
        let missing: Vec<CommitId> = lacks.iter().copied().filter(|one| !same.contains(one)).collect();
        Ok(Known::Is(if missing.is_empty() { Carried::Patches(lacks) } else { Carried::Not(missing) }))
    }

    /// The commits that `wanted` has and `commit` lacks, and of whose patches `commit` has the same.
    fn same_patches(&self, commit: CommitId, wanted: CommitId) -> Result<Known<Vec<CommitId>>, Error> {
        let range = format!("{commit}...{wanted}");
        let args = self.selecting(&["rev-list", "--cherry-mark", "--right-only", "--no-merges", &range]);
        let opened = self.opened()?;
        let out = match &self.mirror {
            None => opened.repo.selected_history(&args)?,
            Some(mirror) if self.network == Network::Allowed => match mirror.reading_what_was_left_out(&args)? {
                Some(out) => out,
                None => return Ok(Known::CannotTell(self.without_content())),
            },
            Some(_) => return Ok(Known::CannotTell(self.without_content())),
        };
        let lines = String::from_utf8_lossy(&out).into_owned();
        Ok(Known::Is(lines.lines().filter_map(|line| CommitId::from_hex(line.strip_prefix('=')?)).collect()))
    }

    fn without_content(&self) -> String {
        format!(
            "the content of its commits cannot be got from the source `{}`, so their patches cannot be compared",
            self.shown
        )
    }
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};

    use super::super::repo::Repo;
    use super::super::sample::Sample;
    use super::*;
    use crate::domain::settings::{PathPattern, SourceAddress};

    /// A source whose `main` went on from where `fix` began, which has two commits.
    struct World {
        sample: Sample,
        work: PathBuf,
        fixes: [CommitId; 2],
    }

    impl World {
        fn new() -> Self {
            let sample = Sample::new();
            let work = sample.init("web");
            sample.commit(&work, "services/web/a", Some("1"));
            sample.git(&work, &["checkout", "-q", "-b", "fix"]);
            let fixes =
                [sample.commit(&work, "services/web/b", Some("1")), sample.commit(&work, "services/api/c", Some("1"))];
            sample.git(&work, &["checkout", "-q", "main"]);
            sample.commit(&work, "services/web/a", Some("2"));
            sample.init("config");
            Self { sample, work, fixes }
        }

        /// Picks commits to `main`; where that is then.
        fn pick(&self, all: &[CommitId]) -> CommitId {
            for one in all {
                self.sample.git(&self.work, &["cherry-pick", &one.to_string()]);
            }
            CommitId::from_hex(&self.sample.git(&self.work, &["rev-parse", "main"])).unwrap()
        }

        fn source(&self, address: &str, concerns: Option<&str>, network: Network) -> Source {
            let surroundings = &self.sample.surroundings;
            let own = Repo::open(&self.sample.path("config"), surroundings).unwrap().own().unwrap();
            let concerns: Vec<PathPattern> = concerns.into_iter().map(|one| PathPattern::new(one).unwrap()).collect();
            Source::open(&SourceAddress(address.into()), &concerns, &own, surroundings, network).unwrap()
        }

        fn here(&self, concerns: Option<&str>) -> Source {
            self.source("../web", concerns, Network::Allowed)
        }
    }

    fn url(path: &Path) -> String {
        format!("file://{}", path.display())
    }

    #[test]
    fn what_contains_it_has_it_and_what_picked_each_of_its_commits_has_it_too() {
        let world = World::new();
        let [one, two] = world.fixes;
        let main = world.pick(&[]);
        assert_eq!(world.here(None).carries(two, one).unwrap(), Known::Is(Carried::It));
        assert_eq!(world.here(None).carries(main, two).unwrap(), Known::Is(Carried::Not(vec![two, one])));
        let half = world.pick(&[one]);
        assert_eq!(world.here(None).carries(half, two).unwrap(), Known::Is(Carried::Not(vec![two])));
        let both = world.pick(&[two]);
        assert_eq!(world.here(None).carries(both, two).unwrap(), Known::Is(Carried::Patches(vec![two, one])));
    }

    #[test]
    fn of_a_monorepo_what_concerns_the_application_counts() {
        let world = World::new();
        let [one, two] = world.fixes;
        let half = world.pick(&[one]);
        assert_eq!(
            world.here(Some("services/web")).carries(half, two).unwrap(),
            Known::Is(Carried::Patches(vec![one]))
        );
    }

    #[test]
    fn a_change_with_other_content_by_the_same_words_is_no_pick() {
        let world = World::new();
        std::fs::create_dir_all(world.work.join("services/web")).unwrap();
        let other = world.sample.commit(&world.work, "services/web/b", Some("other"));
        assert_eq!(
            world.here(None).carries(other, world.fixes[0]).unwrap(),
            Known::Is(Carried::Not(vec![world.fixes[0]]))
        );
    }

    #[test]
    fn a_merge_of_the_fix_has_no_patch_and_is_missing() {
        let world = World::new();
        world.sample.git(&world.work, &["checkout", "-q", "fix"]);
        world.sample.git(&world.work, &["merge", "-q", "--no-ff", "-m", "merged", "main"]);
        let merge = CommitId::from_hex(&world.sample.git(&world.work, &["rev-parse", "fix"])).unwrap();
        world.sample.git(&world.work, &["checkout", "-q", "main"]);
        let both = world.pick(&world.fixes);
        assert_eq!(world.here(None).carries(both, merge).unwrap(), Known::Is(Carried::Not(vec![merge])));
    }

    #[test]
    fn a_mirror_gets_the_content_that_it_left_out_and_offline_cannot_tell() {
        let world = World::new();
        let [one, two] = world.fixes;
        let both = world.pick(&[one, two]);
        let bare = world.sample.path("web.git");
        world.sample.git(&world.sample.path("."), &["clone", "-q", "--bare", "web", "web.git"]);
        for key in ["uploadpack.allowFilter", "uploadpack.allowAnySHA1InWant"] {
            world.sample.git(&bare, &["config", key, "true"]);
        }
        let mirrored = world.source(&url(&bare), None, Network::Allowed);
        assert_eq!(mirrored.carries(both, two).unwrap(), Known::Is(Carried::Patches(vec![two, one])));
        let away = world.sample.path("away.git");
        std::fs::rename(&bare, &away).unwrap();
        let offline = world.source(&url(&bare), None, Network::Offline);
        assert_eq!(offline.carries(two, one).unwrap(), Known::Is(Carried::It), "ancestors are in it");
        assert!(matches!(offline.carries(both, two).unwrap(), Known::CannotTell(_)));
    }
}
