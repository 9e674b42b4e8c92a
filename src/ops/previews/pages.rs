//! The pages of merge requests at the forges of sources: what a preview may be of.

use crate::domain::settings::{Application, Settings};
use crate::forge::address::repository;

/// The page of a request of an application's source by its number; `None`: no forge is known there.
pub fn page(settings: &Settings, app: &Application, number: u64) -> Option<String> {
    repository(&app.source.as_ref()?.0, &settings.forges)?.request(number)
}

/// The number of a request whose page that is, where it is at the source of an application.
pub fn number(settings: &Settings, app: &Application, of: &str) -> Option<u64> {
    let number: u64 = of.rsplit('/').next()?.parse().ok()?;
    (page(settings, app, number)? == of).then_some(number)
}

/// Whether a page is that of a request at the source of one of these applications.
pub fn is_of_any<'a>(settings: &Settings, mut apps: impl Iterator<Item = &'a Application>, page: &str) -> bool {
    apps.any(|app| number(settings, app, page).is_some())
}
