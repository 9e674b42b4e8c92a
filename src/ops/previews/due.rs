//! Whether an instance is still needed: its end, its request at the forge of the source, the branches that have its commits.

use std::sync::Arc;

use jiff::Timestamp;

use crate::domain::commit::{CommitId, Known};
use crate::domain::preview::Preview;
use crate::domain::refusal::Error;
use crate::domain::settings::{Application, BranchPattern, Forks};
use crate::forge::{self, Door, State};

use crate::ops::context::Context;
use crate::ops::landing::door;
use crate::ops::reading::sources::Sources;
use crate::ops::reading::stack::Stack;

use super::pages;

/// Whether an instance has come to its end, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Due {
    /// It lives.
    Not,
    Now(String),
    /// What would tell cannot be asked.
    Unknown(String),
}

impl Due {
    /// What its record alone tells: that its end has passed.
    pub fn by_its_end(preview: &Preview, now: Timestamp) -> Option<Self> {
        let until = preview.until.filter(|until| *until <= now)?;
        Some(Due::Now(format!("its end was {until}")))
    }
}

/// Who asks sources and their forges, each once.
pub struct Ends<'e> {
    context: &'e Context<'e>,
    stack: &'e Stack,
    sources: Sources<'e>,
}

impl<'e> Ends<'e> {
    /// As this run may reach them.
    pub fn new(context: &'e Context<'_>, stack: &'e Stack) -> Self {
        Self { context, stack, sources: Sources::new(context) }
    }

    /// Whether an instance has come to its end.
    ///
    /// # Errors
    /// Something failed that is no answer.
    pub fn of(&self, preview: &Preview) -> Result<Due, Error> {
        if let Some(over) = Due::by_its_end(preview, self.context.now) {
            return Ok(over);
        }
        let by_request = match &preview.request {
            Some(page) => match self.by_request(preview, page) {
                Err(no) => Due::Unknown(no.answer()?.on_one_line()),
                due => due?,
            },
            None => Due::Not,
        };
        if let Due::Now(_) = by_request {
            return Ok(by_request);
        }
        Ok(match (self.by_branches(preview)?, by_request) {
            (Due::Now(why), _) => Due::Now(why),
            (_, Due::Unknown(why)) | (Due::Unknown(why), _) => Due::Unknown(why),
            _ => Due::Not,
        })
    }

    /// What has become of its request; the forge of the source says.
    fn by_request(&self, preview: &Preview, page: &str) -> Result<Due, Error> {
        let settings = &self.stack.main.settings;
        let apps = preview.applications.keys().filter_map(|name| settings.application(name));
        for app in apps {
            let Some(number) = pages::number(settings, app, page) else { continue };
            let Some(door) = self.door(app)? else { continue };
            return Ok(match forge::of(&door).one(number)?.state {
                State::Open => Due::Not,
                State::Merged => Due::Now("its request was merged".to_string()),
                State::Closed => Due::Now("its request was closed".to_string()),
            });
        }
        Ok(Due::Unknown(format!("no forge is known that could tell what became of {page}")))
    }

    fn door(&self, app: &Application) -> Result<Option<Arc<Door>>, Error> {
        let Some(source) = &app.source else { return Ok(None) };
        door::to_source(self.context, &self.stack.main.settings.forges, &source.0)
    }

    /// Whether any branch of the source still has a commit that was asked for: one that was merged and squashed, or thrown away, is
    /// on none once its branch is gone.
    fn by_branches(&self, preview: &Preview) -> Result<Due, Error> {
        let all = [BranchPattern::new("*").map_err(anyhow::Error::from)?];
        let (mut lives, mut unknown, mut gone) = (false, None, None);
        for (name, one) in preview.applications.iter().filter(|(_, one)| one.origin.is_none()) {
            let app = self.stack.main.settings.application(name);
            let (Some(app), Some(commit)) = (app, one.commit) else { continue };
            let reached = self.sources.of(app).and_then(|source| match source {
                Some(source) => source.reached(commit, &all),
                None => Ok(Known::CannotTell(format!("no source is configured for `{name}`"))),
            });
            match reached {
                Ok(Known::Is(Some(_))) => lives = true,
                Ok(Known::Is(None)) if self.is_of_request(app, preview, commit)? => lives = true,
                Ok(Known::Is(None)) => gone = Some(format!("no branch of `{name}` has {} any more", commit.short())),
                Ok(Known::CannotTell(why)) => unknown = Some(why),
                Err(no) => unknown = Some(no.answer()?.on_one_line()),
            }
        }
        Ok(match (lives, unknown, gone) {
            (true, _, _) | (_, None, None) => Due::Not,
            (false, Some(why), _) => Due::Unknown(why),
            (false, None, Some(why)) => Due::Now(why),
        })
    }

    /// Whether the request of an instance still has a commit, where forks may have instances: no branch of the source has it.
    fn is_of_request(&self, app: &Application, preview: &Preview, commit: CommitId) -> Result<bool, Error> {
        let settings = &self.stack.main.settings;
        let rules = settings.environment(&preview.env).and_then(|env| env.ephemeral.as_ref());
        let of_forks = rules.is_some_and(|rules| rules.forks == Forks::Approved);
        let page = preview.request.as_deref().filter(|_| of_forks);
        let number = page.and_then(|page| pages::number(settings, app, page));
        let (Some(number), Some(source)) = (number, self.sources.of(app)?) else { return Ok(false) };
        let Known::Is(Some(head)) = source.head_of_request(number)? else { return Ok(false) };
        Ok(source.is_ancestor(commit, head)? == Known::Is(true))
    }
}
