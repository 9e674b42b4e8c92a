//! Merge requests at a forge: one trait, one file for each kind; how they are opened by hand where there is no token.

pub mod address;
mod calls;
mod gitea;
mod github;
mod gitlab;
mod limit;
mod pace;
mod patience;
mod request;
#[cfg(test)]
mod sample;
pub mod site;
pub mod token;

use crate::domain::settings::ForgeKind;

pub use calls::Door;
pub use request::{Checks, DRAFT, Dress, Forge, Found, Opinion, Pushes, State, Text, WIP, Wanted};

/// The forge behind a door.
pub fn of(door: &Door) -> Box<dyn Forge + '_> {
    match door.site.kind {
        ForgeKind::Gitlab => Box::new(gitlab::Gitlab(door)),
        ForgeKind::Gitea => Box::new(gitea::Gitea(door)),
        ForgeKind::Github | ForgeKind::Bitbucket | ForgeKind::Azure => Box::new(github::Github(door)),
    }
}
