//! Commits that verbs of holds are about: which one is meant, and what is recorded of it.

use std::rc::Rc;

use crate::domain::commit::{CommitId, Known};
use crate::domain::hold::{Cover, HeldCommit, Hold, HoldFile};
use crate::domain::names::{AppName, EnvName};
use crate::domain::refusal::{Code, Error, Refusal};
use crate::domain::settings::Application;
use crate::git::source::Source;

use crate::ops::context::Context;
use crate::ops::reading::contained;
use crate::ops::reading::sources::Sources;
use crate::ops::reading::stack::Stack;
use crate::ops::reading::world::World;

/// What commits are looked up in.
pub struct Commits<'a> {
    pub context: &'a Context<'a>,
    pub stack: &'a Stack,
    pub world: &'a World,
    pub env: Option<&'a EnvName>,
    pub sources: Sources<'a>,
}

impl Commits<'_> {
    /// The commit that a revision names in the application's source.
    pub fn resolved(&self, app: &AppName, rev: &str) -> Result<CommitId, Error> {
        let app = self.world.application(app)?;
        let source = self.source(app)?;
        self.sources.resolve(app, &source, rev)
    }

    fn source(&self, app: &Application) -> Result<Rc<Source>, Error> {
        self.sources.needed(app, "a hold of a commit")
    }

    /// The held commit that a revision means: the one of that beginning, so that a hold is lifted also where the source cannot be
    /// asked; else what the source says.
    pub fn meant(&self, app: &AppName, rev: &str) -> Result<CommitId, Error> {
        let digits = rev.to_ascii_lowercase();
        let is_id = digits.len() >= 4 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        let own = self.world.holds.iter().filter(|file| self.is_of(file, app));
        let mut found: Vec<CommitId> = own.filter_map(|file| file.cover.commit).collect();
        found.retain(|commit| is_id && commit.to_string().starts_with(&digits));
        match found.as_slice() {
            [one] => Ok(*one),
            [] => self.resolved(app, rev),
            several => {
                Err(Refusal::new(Code::AmbiguousRevision, format!("`{rev}` is the beginning of several held commits"))
                    .details(several.iter().map(ToString::to_string))
                    .hint("write more of it")
                    .invalid())
            }
        }
    }

    /// Whether a hold is one of this application in the place that is asked for, under today's name or its own.
    fn is_of(&self, file: &HoldFile, app: &AppName) -> bool {
        let now = self.world.settings.called_now(app);
        let name = file.cover.app.as_ref();
        file.cover.env.as_ref() == self.env
            && name.is_some_and(|name| name == app || self.world.settings.called_now(name) == now)
    }

    /// What is recorded of the commit that a hold is to cover; `None`: it covers none. What mends it goes on doing so.
    pub fn held(&self, cover: &Cover) -> Result<Option<HeldCommit>, Error> {
        let (Some(app), Some(commit)) = (&cover.app, cover.commit) else { return Ok(None) };
        let app = self.world.application(app)?;
        let there = self.world.holds.iter().filter(|file| file.cover == *cover).find_map(HoldFile::held);
        let fixed = there.map(|held| held.fixed.clone()).unwrap_or_default();
        self.context.face.step("reading the history");
        contained::held(self.context, self.stack, &self.sources, (app, self.env), commit, fixed).map(Some)
    }

    /// The hold of a commit as it is with one more that mends it; `None`: it says so already.
    ///
    /// # Errors
    /// There is no such hold, or the commit does not come after what is held.
    pub fn mended(&self, cover: &Cover, fix: &str) -> Result<Option<Hold>, Error> {
        let (Some(app), Some(commit)) = (&cover.app, cover.commit) else {
            return Err(Refusal::new(Code::Usage, "only a held commit is mended by another one")
                .hint("name it: `stageline hold fixed APP@COMMIT --env ENV --by FIX`")
                .invalid());
        };
        let is_it = |file: &&HoldFile| file.cover.commit == Some(commit) && self.is_of(file, app);
        let there = self.world.holds.iter().filter(is_it).find_map(|file| file.hold.clone().ok());
        let Some(Hold { held: Some(held), .. }) = &there else {
            let what = format!("`{app}@{}` is not held there", commit.short());
            return Err(Refusal::new(Code::NoSuchHold, what).hint("see `stageline hold list`").invalid());
        };
        let application = self.world.application(app)?;
        let fix = self.resolved(app, fix)?;
        let source = self.source(application)?;
        match contained::is_mended(&source, commit, fix, fix)? {
            Known::Is(true) => {}
            Known::Is(false) => {
                let what = format!("{} does not contain {}, so it cannot mend it", fix.short(), commit.short());
                return Err(Refusal::new(Code::NotAFix, what)
                    .detail("what mends a commit comes after it in the history of the source")
                    .hint(format!("to let everything pass again: `stageline {}`", cover.lift()))
                    .refused());
            }
            Known::CannotTell(why) => {
                let what = format!("cannot tell whether {} comes after {}: {why}", fix.short(), commit.short());
                return Err(Refusal::new(Code::HoldUnknown, what).cannot_tell());
            }
        }
        if held.fixed.contains(&fix) {
            return Ok(None);
        }
        let mut held = held.clone();
        held.fixed.push(fix);
        let mut listed = Vec::new();
        for one in held.landed {
            if contained::is_mended(&source, commit, fix, one)? != Known::Is(true) {
                listed.push(one);
            }
        }
        held.landed = listed;
        Ok(there.map(|hold| Hold { held: Some(held), ..hold }))
    }
}
