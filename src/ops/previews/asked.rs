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

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use super::*;
    use crate::domain::version::Version;

    const NOW: &str = "2026-11-27T12:00:00Z";

    fn at(hours: i64) -> Option<Timestamp> {
        NOW.parse::<Timestamp>().unwrap().checked_add(SignedDuration::from_hours(hours)).ok()
    }

    fn runs(app: &str, version: &str) -> (AppName, Previewed) {
        let pins = [((app.to_string(), 0), Version::new(version).unwrap())].into();
        (AppName::new(app).unwrap(), Previewed { commit: None, origin: None, pins })
    }

    fn asked(applications: &[(&str, &str)], hours: i64) -> Asked {
        let making = Making {
            applications: applications.iter().map(|(app, version)| runs(app, version)).collect(),
            request: None,
            by: "Bob".into(),
            now: NOW.parse().unwrap(),
            until: at(hours),
            allow_older: false,
            urls: Vec::new(),
        };
        let (env, slug) = (EnvName::new("preview").unwrap(), Slug::new("pr-1").unwrap());
        Asked { env, slug, what: What::Made(Box::new(making)) }
    }

    #[test]
    fn what_comes_joins_what_stands_there_and_whose_it_is_stays() {
        let first = asked(&[("web", "a")], 100).leaves(None).unwrap();
        let there = Preview { by: "Mei".into(), request: Some("page".into()), since: at(-50).unwrap(), ..first };
        let then = asked(&[("api", "b"), ("web", "c")], 100).leaves(Some(&there)).unwrap();
        let all: BTreeMap<_, _> = [runs("api", "b"), runs("web", "c")].into();
        assert_eq!((then.applications, then.by.as_str()), (all, "Mei"));
        assert_eq!((then.request.as_deref(), then.since), (Some("page"), at(-50).unwrap()));
    }

    #[test]
    fn the_same_again_prolongs_only_what_has_lived_a_tenth_of_its_time() {
        let first = asked(&[("web", "a")], 100).leaves(None).unwrap();
        let with = |hours: i64| Preview { until: at(hours), ..first.clone() };
        let until = |version: &str, there: &Preview| asked(&[("web", version)], 100).leaves(Some(there)).unwrap().until;
        assert_eq!(until("a", &with(95)), at(95));
        assert_eq!(until("a", &with(80)), at(100));
        assert_eq!(until("b", &with(95)), at(100), "what moves is prolonged as well");
        assert_eq!(until("a", &with(200)), at(100), "the rules let it live no longer by now");
    }

    #[test]
    fn what_is_destroyed_leaves_no_record() {
        let gone = Asked { what: What::Gone, ..asked(&[("web", "a")], 1) };
        assert_eq!(gone.leaves(asked(&[("web", "a")], 1).leaves(None).as_ref()), None);
    }
}
