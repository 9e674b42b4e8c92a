//! What is asked of an instance, every name resolved: it stays the same however often it is rebuilt on a new tip.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::domain::names::{AppName, EnvName};
use crate::domain::preview::{Place, Preview, Previewed, Slug};

/// What is asked of one instance, every name resolved.
#[derive(Debug, Clone)]
pub struct Asked {
    pub env: EnvName,
    pub slug: Slug,
    pub what: What,
}

/// What it is to become.
#[derive(Debug, Clone)]
pub enum What {
    Made(Box<Making>),
    Gone,
}

/// What is set in an instance, on top of what stands in it.
#[derive(Debug, Clone)]
pub struct Making {
    pub applications: BTreeMap<AppName, Previewed>,
    pub request: Option<String>,
    /// Who makes it, where nobody did yet.
    pub by: String,
    pub now: Timestamp,
    pub until: Option<Timestamp>,
    /// Whether it may go back from something newer.
    pub allow_older: bool,
    /// Where it will be.
    pub urls: Vec<String>,
}

impl Asked {
    /// The instance, as it is told.
    pub fn place(&self) -> Place {
        Place { env: self.env.clone(), instance: Some(self.slug.clone()) }
    }

    /// The record that it leaves on top of what stands there; `None`: none.
    pub fn leaves(&self, there: Option<&Preview>) -> Option<Preview> {
        let What::Made(making) = &self.what else { return None };
        let mut applications = there.map(|there| there.applications.clone()).unwrap_or_default();
        applications.extend(making.applications.clone());
        let known = |of: fn(&Preview) -> Option<String>| there.and_then(of);
        let until = later(there, making, &applications);
        Some(Preview {
            env: self.env.clone(),
            slug: self.slug.clone(),
            applications,
            request: making.request.clone().or_else(|| known(|there| there.request.clone())),
            by: known(|there| Some(there.by.clone())).unwrap_or_else(|| making.by.clone()),
            since: there.map_or(making.now, |there| there.since),
            until,
        })
    }
}

/// Until when an instance lives: as long as is asked, but what changes nothing else prolongs it only when a tenth is over.
fn later(there: Option<&Preview>, making: &Making, applications: &BTreeMap<AppName, Previewed>) -> Option<Timestamp> {
    let Some((there, (old, new))) = there.and_then(|there| Some((there, (there.until?, making.until?)))) else {
        return making.until;
    };
    let is_same = there.applications == *applications && (making.request.is_none() || there.request == making.request);
    let (life, left) = (new.duration_since(making.now), old.duration_since(making.now));
    if is_same && old <= new && left.as_secs() * 10 >= life.as_secs() * 9 { Some(old) } else { Some(new) }
}
