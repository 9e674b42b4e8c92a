//! Merge requests at a forge: one trait, one file for each kind; how they are opened by hand where there is no token.

pub mod address;
mod calls;
mod gitea;
mod gitea_merging;
mod gitea_talking;
mod github;
mod github_merging;
mod github_talking;
mod gitlab;
mod gitlab_merging;
mod gitlab_talking;
mod guard;
pub mod job;
mod limit;
pub mod merging;
pub mod own_request;
mod pace;
mod request;
#[cfg(test)]
mod sample;
pub mod site;
pub mod status;
mod talking;
pub mod token;
pub mod whom;

use crate::domain::settings::ForgeKind;

pub use calls::Door;
pub use guard::{Guard, Guarding, Poster};
pub use merging::{Merging, Needs};
pub use request::{Checks, DRAFT, Dress, Forge, Found, Opinion, Pushes, State, Text, WIP, Wanted};
pub use status::{Outcome, Status};
pub use talking::{Comment, Said, Talking, Writer};

/// How the forge behind a door merges by itself.
pub fn merging(door: &Door) -> Box<dyn Merging + '_> {
    match door.site.kind {
        ForgeKind::Gitlab => Box::new(gitlab::Gitlab(door)),
        ForgeKind::Gitea => Box::new(gitea::Gitea(door)),
        ForgeKind::Github | ForgeKind::Bitbucket | ForgeKind::Azure => Box::new(github::Github(door)),
    }
}

/// How the forge behind a door guards branches.
pub fn guarding(door: &Door) -> Box<dyn Guarding + '_> {
    match door.site.kind {
        ForgeKind::Gitlab => Box::new(gitlab::Gitlab(door)),
        ForgeKind::Gitea => Box::new(gitea::Gitea(door)),
        ForgeKind::Github | ForgeKind::Bitbucket | ForgeKind::Azure => Box::new(github::Github(door)),
    }
}

/// How one talks to people at the forge behind a door.
pub fn talking(door: &Door) -> Box<dyn Talking + '_> {
    match door.site.kind {
        ForgeKind::Gitlab => Box::new(gitlab::Gitlab(door)),
        ForgeKind::Gitea => Box::new(gitea::Gitea(door)),
        ForgeKind::Github | ForgeKind::Bitbucket | ForgeKind::Azure => Box::new(github::Github(door)),
    }
}

/// The forge behind a door.
pub fn of(door: &Door) -> Box<dyn Forge + '_> {
    match door.site.kind {
        ForgeKind::Gitlab => Box::new(gitlab::Gitlab(door)),
        ForgeKind::Gitea => Box::new(gitea::Gitea(door)),
        ForgeKind::Github | ForgeKind::Bitbucket | ForgeKind::Azure => Box::new(github::Github(door)),
    }
}
