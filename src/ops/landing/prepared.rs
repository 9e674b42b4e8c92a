//! A plan as `prepare` leaves it: judged, with all that is to be told of it, and nothing written.

use crate::domain::hold::HoldFile;
use crate::domain::names::AppName;
use crate::domain::plan::{Plan, Proposal};
use crate::domain::preview::Place;
use crate::domain::refusal::{Error, Objection, together};
use crate::domain::scalar::SiteEdit;
use crate::policy::review::{Approved, Reviewed};

use super::story::Story;
use super::sync::Synced;

/// A plan with what the gates said of it: a dry run shows this and stops.
pub struct Prepared {
    pub reviewed: Reviewed,
    /// What moves, in the order that it was asked in.
    pub moved: Vec<Moved>,
    /// Why it may not land, gates and all.
    pub objections: Vec<Objection>,
    /// Whether all that it moves had no version before.
    pub is_birth: bool,
    /// The holds that stay on what goes back by it: on again it goes only when they are lifted.
    pub stay: Vec<HoldFile>,
    /// Why a way back is a request though the rules let one land directly.
    pub waits: Option<String>,
    /// What its request says; empty where it lands directly.
    pub words: Words,
    /// What its request says of others, in Markdown: which pins it takes from them, and which it leaves to them.
    pub beside: Vec<String>,
    /// What it brings to an environment's own rules, where that is what it does.
    pub synced: Option<Synced>,
    /// What the user should know.
    pub notes: Vec<String>,
}

/// What a request says, without the marks that it is found by.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Words {
    pub title: String,
    pub body: String,
}

/// A pin that the plan moves, as it is told.
pub struct Moved {
    pub app: AppName,
    pub place: Place,
    /// What moves with it, where it is a group.
    pub members: Vec<String>,
    /// What its sites say and are to say, each version once.
    pub from: Option<String>,
    pub to: Option<String>,
    pub story: Story,
    pub sites: Vec<SiteEdit>,
}

impl Moved {
    /// Those of instances.
    pub fn of_instances(proposal: &Proposal) -> impl Iterator<Item = Self> {
        let of_instance = proposal.moves.iter().filter(|moved| moved.instance.is_some());
        of_instance.map(|moved| Self {
            app: moved.app.clone(),
            place: Place { env: moved.env.clone(), instance: moved.instance.clone() },
            members: Vec::new(),
            from: moved.from.as_ref().map(ToString::to_string),
            to: moved.to.as_ref().map(ToString::to_string),
            story: Story::untold(),
            sites: Vec::new(),
        })
    }
}

impl Prepared {
    /// The plan, which may not land as it is.
    pub fn plan(&self) -> &Plan {
        self.reviewed.plan()
    }

    /// The plan that may land, or every objection to it in one error.
    pub fn approved(&self) -> Result<Approved, Error> {
        if let Some(error) = together(self.objections.iter().cloned().map(Error::from).collect()) {
            return Err(error);
        }
        let unsaid = |_| anyhow::anyhow!("a gate does not let the plan pass, and does not say why").into();
        self.reviewed.clone().approve().map_err(unsaid)
    }
}
