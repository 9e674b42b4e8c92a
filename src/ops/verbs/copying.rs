//! What a promotion takes from the environment that it copies: what runs there or, by `same: tree`, another build of the same
//! content from the target's branches.

use crate::domain::commit::{CommitId, Known};
use crate::domain::names::EnvName;
use crate::domain::pin::{Assignment, Pin, SiteKey};
use crate::domain::refusal::{Code, Error, Refusal};
use crate::domain::settings::{BranchPattern, DigestRule, Environment};
use crate::git::source::Source;

use crate::ops::reading::sources::{Named, Sources};
use crate::ops::reading::spelling::{Build, Spelling};

/// What is taken.
pub enum Taken {
    Copy(Copy),
    /// The target's branches have neither what runs there nor another build of it.
    Nothing(Refusal),
}

/// What comes.
pub struct Copy {
    /// As it is written at the pins of the target.
    pub wanted: Assignment,
    /// The commit that runs there, where another build of its content comes; `None`: the same bits travel.
    pub counterpart_of: Option<CommitId>,
}

/// What a promotion copies, and to where.
pub struct Copying<'c> {
    pub spelling: &'c Spelling<'c>,
    pub from: &'c EnvName,
    /// What runs there.
    pub there: &'c Pin,
    pub env: &'c Environment,
    /// `--digest`: that of the image that comes.
    pub digest: Option<&'c str>,
}

impl Copying<'_> {
    /// What is taken.
    ///
    /// # Errors
    /// That cannot be told, or the other build cannot be written at the pins.
    pub fn taken(&self) -> Result<Taken, Error> {
        let Spelling { sources, app, pin } = self.spelling;
        let (env, before) = (self.env, self.from);
        if !env.rules.same_tree.contains(before) || env.branches.is_empty() {
            return self.itself();
        }
        let Some(source) = sources.of(app)? else { return self.itself() };
        let runs = match self.commit_of(sources, self.there)? {
            Named::Commit(commit) => commit,
            Named::Missing(why) => return Err(self.untold(&why)),
            // What names no commit can only be copied; the gates say what they make of it.
            Named::HandMade => return self.itself(),
        };
        match source.counterpart(runs, &env.branches)? {
            Known::Is(Some(commit)) if commit == runs => self.itself(),
            Known::Is(Some(commit)) => self.another(&source, runs, commit),
            Known::Is(None) if self.commit_of(sources, pin)? == Named::Commit(runs) => self.itself(),
            Known::Is(None) => Ok(Taken::Nothing(self.none(runs))),
            Known::CannotTell(why) => Err(self.untold(&why)),
        }
    }

    /// The commit that a pin says, by the first of its sites that names one.
    fn commit_of(&self, sources: &Sources<'_>, pin: &Pin) -> Result<Named, Error> {
        let mut missing = None;
        for version in pin.readings.iter().filter_map(|reading| reading.version.as_ref()) {
            match sources.named(self.spelling.app, version)? {
                Named::HandMade => {}
                Named::Missing(why) => drop(missing.get_or_insert(why)),
                named @ Named::Commit(_) => return Ok(named),
            }
        }
        Ok(missing.map_or(Named::HandMade, Named::Missing))
    }

    fn another(&self, source: &Source, of: CommitId, commit: CommitId) -> Result<Taken, Error> {
        if self.digest.is_none() && self.a_digest_stays_behind() {
            return Err(self.own_digest(of, commit));
        }
        let branch = match self.spelling.needs_branch() {
            true => match source.reached(commit, &self.env.branches)? {
                Known::Is(branch) => branch.map(|name| name.as_str().to_string()),
                Known::CannotTell(why) => return Err(self.untold(&why)),
            },
            false => None,
        };
        let build = Build { commit, branch, tag: None, asked: commit.short() };
        Ok(Taken::Copy(Copy { wanted: self.spelling.of_build(&build)?, counterpart_of: Some(of) }))
    }

    /// The sites of the target that may have a digest.
    fn keys(&self) -> Vec<&SiteKey> {
        let Spelling { app, pin, .. } = self.spelling;
        let drops = |key: &SiteKey| app.rule(key).is_some_and(|rule| rule.kind.digests() == DigestRule::Drop);
        pin.readings.iter().map(|reading| &reading.key).filter(|key| !drops(key)).collect()
    }

    /// What runs there as it stands: no digest is lost because a pin of the target is found by something else.
    fn itself(&self) -> Result<Taken, Error> {
        let (app, from, to) = (&self.spelling.app.name, self.from, &self.env.name);
        let keys = self.keys();
        let reaching = self.there.assignment().carried_to(&keys).map_err(|lost| {
            Refusal::new(
                Code::DigestWouldVanish,
                format!("`{app}` has a digest in `{from}` that no pin of `{to}` is known to take"),
            )
            .details(lost.iter().map(|(pin, digest)| format!("`{pin}` in `{from}`: {digest}")))
            .details(keys.iter().map(|key| format!("`{}` in `{to}`: which image is it?", key.pin)))
            .hint("write one pin for each image, found by the same in both: `image: NAME`, or the same `path:`")
            .hint("or say that the tag alone is meant: `--version TAG`, or `digest: drop` beside the pin")
            .refused()
        })?;
        Ok(Taken::Copy(Copy { wanted: self.spelling.of_copy(&reaching, self.there)?, counterpart_of: None }))
    }

    /// Whether a copy would carry a digest to a pin of the target.
    fn a_digest_stays_behind(&self) -> bool {
        let keys = self.keys();
        match self.there.assignment().carried_to(&keys) {
            Ok(copy) => keys.iter().any(|key| copy.version_for(key).is_some_and(|version| version.digest().is_some())),
            Err(_) => true,
        }
    }

    /// A digest is of one build: that of the other one is another.
    fn own_digest(&self, of: CommitId, commit: CommitId) -> Error {
        let (app, before) = (&self.spelling.app.name, self.from);
        let what = format!(
            "{} of {} is another build of the same content as {} of `{app}` in `{before}`, which is pinned there by the digest of \
             its own image",
            commit.short(),
            told(&self.env.branches),
            of.short(),
        );
        let digests = self.there.readings.iter().filter_map(|reading| {
            let digest = reading.version.as_ref()?.digest()?;
            Some(format!("{}: {digest}", reading.site))
        });
        Refusal::new(Code::DigestNeeded, what)
            .details(digests)
            .hint(format!(
                "give the digest of its own: `stageline promote {app} --to {} --digest sha256:...`",
                self.env.name
            ))
            .hint("or let the tool drop digests: `digest: drop` beside the pin in `stageline.yaml`")
            .refused()
    }

    fn none(&self, runs: CommitId) -> Refusal {
        let (app, before, branches) = (&self.spelling.app.name, self.from, told(&self.env.branches));
        let what = format!(
            "`{}` deploys only what is in {branches} of the source, and neither {} of `{app}`, which `{before}` runs, nor another \
             commit with the same content is",
            self.env.name,
            runs.short(),
        );
        Refusal::new(Code::NoCounterpart, what)
            .hint(format!("bring it to {branches} as it is (merge, squash or rebase), then promote again"))
            .hint(format!("or promote what {branches} has to `{before}` first: `stageline promote {app} --to {before} --commit REV`"))
    }

    fn untold(&self, why: &str) -> Error {
        let (app, before) = (&self.spelling.app.name, self.from);
        let branches = told(&self.env.branches);
        let what = format!("cannot tell which commit of {branches} has the content of `{app}` in `{before}`: {why}");
        Refusal::new(Code::BaselineUnknown, what).hint("or name the commit: `--commit REV`").cannot_tell()
    }
}

/// The branches as the file has them.
fn told(branches: &[BranchPattern]) -> String {
    let each: Vec<String> = branches.iter().map(|branch| format!("`{}`", branch.as_str())).collect();
    each.join(", ")
}
