//! A move as reports show it: its ends, the application commits that come and go, and the scalars that change.

use crate::domain::commit::CommitId;
use crate::domain::names::AppName;
use crate::domain::preview::Place;
use crate::domain::relation::Relation;
use crate::domain::report::MoveReport;
use crate::domain::scalar::SiteEdit;
use crate::ops::landing::prepared::Moved;

/// A pin that a plan moves, as reports show it.
pub fn moved(one: &Moved) -> MoveReport {
    Told {
        app: &one.app,
        place: one.place.clone(),
        members: one.members.clone(),
        from: one.from.clone(),
        to: one.to.clone(),
        origin: one.story.origin.clone(),
        counterpart_of: one.story.counterpart_of,
        relation: one.story.relation.clone(),
        sites: one.sites.clone(),
    }
    .report()
}

/// What is to be told of one move.
pub struct Told<'m> {
    pub app: &'m AppName,
    pub place: Place,
    /// What moves with it, where it is a group.
    pub members: Vec<String>,
    /// What the sites say before and after, each version once.
    pub from: Option<String>,
    pub to: Option<String>,
    pub origin: String,
    /// The commit that runs there, where this is another build of the same content.
    pub counterpart_of: Option<CommitId>,
    pub relation: Relation,
    pub sites: Vec<SiteEdit>,
}

impl Told<'_> {
    /// As reports show it.
    pub fn report(self) -> MoveReport {
        let Self { app, place, members, from, to, origin, counterpart_of, relation, sites } = self;
        MoveReport {
            application: app.to_string(),
            members,
            environment: place.env.to_string(),
            instance: place.instance.map(|slug| slug.to_string()),
            from,
            to,
            from_commit: relation.from.map(|id| id.to_string()),
            to_commit: relation.to.map(|id| id.to_string()),
            direction: relation.direction,
            origin,
            counterpart_of: counterpart_of.map(|id| id.to_string()),
            commits: relation.gained,
            commits_total: relation.gained_total,
            commits_page: relation.gained_page,
            lost: relation.lost,
            lost_total: relation.lost_total,
            lost_page: relation.lost_page,
            sites,
        }
    }
}
