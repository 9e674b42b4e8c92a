//! The versions in files of variables, one a line: `WEB_IMAGE_TAG=1.2.3`.

use crate::domain::path::RepoPath;
use crate::domain::settings::{DigestRule, Field, Form, PinKind};
use crate::overlay::survey::{self, Keyed};

use super::listed::variable_of;
use super::objects::Owned;
use super::sites::{Site, is_fixed, tag};
use super::versions::is_telling;

/// What such a file says; `None` of any other file.
pub fn read(file: &RepoPath, bytes: &[u8]) -> Option<Owned> {
    let sites = survey::keyed(file, bytes)?.into_iter().filter_map(site).collect();
    Some(Owned { sites, splits: true, apart: true, ..Owned::default() })
}

/// A variable that is called as the tag of an image, and says what can hardly be anything but a version.
fn site(Keyed { name, route, text, line }: Keyed) -> Option<Site> {
    let component = variable_of(&name)?;
    let says = tag(&text).filter(|_| is_fixed(&text) && is_telling(&text))?;
    let field = Field {
        document: Box::default(),
        route,
        inside: None,
        digest: None,
        form: Form::Whole,
        digests: DigestRule::Ask,
    };
    Some(Site { component, ..Site::of(PinKind::Field(field), says, line) })
}
