//! What is told of a move: its ends, and the application commits that come and go.

use crate::domain::names::EnvName;
use crate::domain::relation::Relation;
use crate::domain::report::MoveReport;
use crate::domain::settings::Application;
use crate::domain::version::Version;

/// The move as it is told, without its sites.
pub fn story(
    app: &Application,
    env: &EnvName,
    from: Option<Version>,
    to: Option<&Version>,
    relation: Relation,
    origin: String,
) -> MoveReport {
    MoveReport {
        application: app.name.to_string(),
        members: app.member_names(),
        environment: env.to_string(),
        from: from.map(|v| v.to_string()),
        to: to.map(ToString::to_string),
        from_commit: relation.from.map(|id| id.to_string()),
        to_commit: relation.to.map(|id| id.to_string()),
        direction: relation.direction,
        origin,
        commits: relation.gained,
        commits_total: relation.gained_total,
        lost: relation.lost,
        lost_total: relation.lost_total,
        sites: Vec::new(),
    }
}
