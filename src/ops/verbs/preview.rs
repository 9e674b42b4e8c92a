//! `preview create`: an instance of an ephemeral environment, born with a merge request or to reproduce what ran somewhere.

use std::collections::BTreeMap;

use crate::domain::commit::CommitId;
use crate::domain::names::{AppName, EnvName, slug};
use crate::domain::pin::{Assignment, Pin};
use crate::domain::preview::{Preview, Previewed, Slug};
use crate::domain::refusal::{Code, Error, Refusal};
use crate::domain::report::ChangeReport;
use crate::domain::settings::{Application, Environment, Forks};
use crate::domain::testimony::Who;
use crate::overlay::Reader;
use crate::policy::{are_of, people_of};
use crate::records::preview as records;

use super::carry;
use super::copying::{Copying, Taken};
use super::preview_request;
use super::promote::by_revision;
use crate::domain::verb::Verb;
use crate::ops::context::{Context, Writing};
use crate::ops::landing::forks;
use crate::ops::landing::intent::{Intent, Meant, Scope, Skipped};
use crate::ops::previews::asked::{Asked, Making, What};
use crate::ops::previews::edits;
use crate::ops::previews::made::{Ground, Wanted};
use crate::ops::previews::newer;
use crate::ops::previews::pages;
use crate::ops::reading::origins::{self, Origins};
use crate::ops::reading::sources::Sources;
use crate::ops::reading::spelling::Spelling;
use crate::ops::reading::stack::Stack;
use crate::ops::reading::world::World;

/// What was asked for.
#[derive(Debug, Clone)]
pub struct Request {
    /// Each with the revision of its source that it is to run; empty: all that `from` runs and the template has.
    pub applications: Vec<(AppName, Option<String>)>,
    /// `None`: the only environment that has instances.
    pub env: Option<EnvName>,
    /// The page of a merge request of the source, or its number.
    pub request: Option<String>,
    pub slug: Option<Slug>,
    /// `--from ENV`, or `ENV@...` for a point of the past: what applications without a revision run there.
    pub from: Option<(EnvName, Option<String>)>,
    pub allow_older: bool,
    pub writing: Writing,
}

/// Makes an instance, or moves the one that is there.
///
/// # Errors
/// A name means nothing, the template lacks a pin, or the change may not land.
pub fn create(context: &mut Context<'_>, request: &Request) -> Result<ChangeReport, Error> {
    let point = request.from.as_ref().and_then(|(env, at)| Some((env, at.as_deref()?)));
    let stack = carry::begin_from(context, &request.writing, point)?;
    let names: Vec<&AppName> = request.applications.iter().map(|(app, _)| app).collect();
    let page = preview_request::page(&stack, request.request.as_deref(), &names)?;
    let request = with_heads(context, &stack, request, page.as_deref())?;
    let intent = resolve(context, &stack, &request, page)?;
    carry::carry_out(context, stack, &intent, &request.writing)
}

/// What was asked for, with the head of the request for each application of it that was named without a commit.
fn with_heads(context: &Context<'_>, stack: &Stack, request: &Request, page: Option<&str>) -> Result<Request, Error> {
    let mut out = request.clone();
    let Some(page) = page.filter(|_| request.from.is_none()) else { return Ok(out) };
    for (name, rev) in out.applications.iter_mut().filter(|(_, rev)| rev.is_none()) {
        let app = stack.main.settings.application(name);
        let head = app.map(|app| preview_request::head(context, stack, app, page)).transpose()?.flatten();
        *rev = head.map(|head| head.to_string());
    }
    Ok(out)
}

/// The environment that is meant: the named one, else the only one that has instances.
///
/// # Errors
/// There is none, or there are several; the named one lasts.
pub fn environment(stack: &Stack, named: Option<&EnvName>) -> Result<EnvName, Error> {
    let all: Vec<&Environment> = stack.main.settings.ephemeral().collect();
    let known = || all.iter().map(|env| format!("`{}`", env.name)).collect::<Vec<_>>().join(", ");
    match (named, all.as_slice()) {
        (_, []) => Err(Refusal::new(Code::Ephemeral, "no environment of `stageline.yaml` has previews")
            .hint("give one `ephemeral: { template: FOLDER, path: \"FOLDER/{slug}\" }`")
            .invalid()),
        (Some(name), all) => {
            stack.any_environment(name)?;
            match all.iter().any(|env| env.name == *name) {
                true => Ok(name.clone()),
                false => Err(Refusal::new(Code::Ephemeral, format!("`{name}` lasts, and has no previews"))
                    .hint(format!("name one that has: {}", known()))
                    .invalid()),
            }
        }
        (None, [one]) => Ok(one.name.clone()),
        (None, _) => Err(Refusal::new(Code::Ephemeral, "several environments have previews")
            .hint(format!("name one of {}: `--env ENV`", known()))
            .invalid()),
    }
}

fn resolve(context: &Context<'_>, stack: &Stack, request: &Request, page: Option<String>) -> Result<Intent, Error> {
    let name = environment(stack, request.env.as_ref())?;
    let (world, _) = stack.any_environment(&name)?;
    let ground = edits::ground(stack, &world, &name)?;
    let slug = named(request)?;
    let sources = Sources::new(context).with_pages(&stack.main.settings);
    bring_heads(&sources, &ground, request, page.as_deref())?;
    let from = request.from.clone().or_else(|| Some((ground.grounds.rules.from.clone()?, None)));
    let from = from.map(|(env, at)| origins::named(context, stack, &env, at.as_deref(), &chosen(request)));
    let seen = records::one(world.files.as_ref(), &name, &slug)?.and_then(|file| file.preview.ok());
    let resolver = Resolver { request, ground, sources: &sources, from: from.transpose()?, slug: &slug, seen };
    let parts = resolver.parts(&world)?;
    let now = context.now;
    let until = ground.grounds.rules.ttl.and_then(|ttl| ttl.after(now));
    let urls = resolver.urls(&parts);
    let by = maker(context, stack)?;
    // Whoever reproduces what ran then means exactly that.
    let allow_older = request.allow_older || request.from.is_some();
    let unknown = request.request.as_deref().filter(|_| page.is_none()).map(|given| {
        format!("no forge is known at the source, so request {given} is not recorded, and nobody can tell when it ends: `forges:`")
    });
    let making = Making { applications: parts, request: page, by, now, until, allow_older, urls };
    let mut asked = Asked { env: name.clone(), slug: slug.clone(), what: What::Made(Box::new(making)) };
    let left = newer::leave_out(&sources, &world, &mut asked)?;
    Ok(Intent {
        reason: request.writing.reason.clone(),
        set: slug.to_string(),
        origin: resolver.from.as_ref().filter(|_| request.from.is_some()).map(|from| from.name.clone()),
        instances: vec![asked],
        notes: unknown.into_iter().collect(),
        superseded: left.iter().map(|(app, _)| app.clone()).collect(),
        skipped: left.into_iter().map(|(app, reason)| Skipped { app, reason }).collect(),
        ..Intent::nothing(Verb::Preview, Scope::Environment(name), Meant::Exactly)
    })
}

/// Who makes it: whom git names as the author, if that is an address of whoever signs; else whoever signs, by the key's own.
fn maker(context: &Context<'_>, stack: &Stack) -> Result<String, Error> {
    let author = context.repo.author()?;
    let Some(signers) = stack.main.signers()? else { return Ok(author) };
    let own = context.repo.own_principals(&signers)?.unwrap_or_default();
    let settings = &stack.main.settings;
    let is_plain = |one: &&String| !one.contains(['*', '?', '!', '<', '>']);
    let Some(first) = own.iter().find(is_plain).filter(|_| !are_of(settings, &own, &author)) else { return Ok(author) };
    let people = people_of(settings, &Who::Key(own.clone()));
    let name = people.first().map_or(first.as_str(), |name| name.as_str());
    Ok(format!("{name} <{first}>"))
}

/// Brings what the request is at, where the rules let forks have instances: no branch of the source has it.
fn bring_heads(sources: &Sources<'_>, ground: &Ground<'_>, request: &Request, page: Option<&str>) -> Result<(), Error> {
    let settings = &ground.world.settings;
    for (name, _) in request.applications.iter().filter(|_| ground.grounds.rules.forks == Forks::Approved) {
        let number = settings.application(name).zip(page).and_then(|(app, page)| pages::number(settings, app, page));
        if let Some(number) = number {
            forks::bring_one(sources, settings, name, number)?;
        }
    }
    Ok(())
}

/// The applications that were named without a revision.
fn chosen(request: &Request) -> Vec<&AppName> {
    request.applications.iter().filter(|(_, rev)| rev.is_none()).map(|(app, _)| app).collect()
}

/// The name of the instance: as it was given, by the request's number, or by the one revision that was named.
fn named(request: &Request) -> Result<Slug, Error> {
    if let Some(slug) = &request.slug {
        return Ok(slug.clone());
    }
    let number = request.request.as_deref().and_then(preview_request::number);
    let by_revision = match request.applications.as_slice() {
        [(_, Some(rev))] if CommitId::from_hex(rev).is_none() => Some(slug(rev)),
        _ => None,
    };
    let text = number.map(|number| format!("pr-{number}")).or(by_revision);
    let found = text.and_then(|text| Slug::new(&text).ok());
    found.ok_or_else(|| {
        Refusal::new(Code::BadPlace, "the preview has no name yet")
            .hint("name it: `--slug NAME`; of a merge request: `--request NUMBER-OR-ADDRESS` makes it `pr-NUMBER`")
            .invalid()
    })
}

/// What every application's part is resolved from.
struct Resolver<'r> {
    request: &'r Request,
    ground: Ground<'r>,
    sources: &'r Sources<'r>,
    from: Option<Origins>,
    slug: &'r Slug,
    /// What its record says now.
    seen: Option<Preview>,
}

impl Resolver<'_> {
    /// What each application is to run: those that were named, and where the template is shared what else it has.
    fn parts(&self, world: &World) -> Result<BTreeMap<AppName, Previewed>, Error> {
        let named = self.named_applications(world)?;
        // What the commit is changes no pin: any one stands for it until it is known.
        let any = Some(CommitId::from_bytes([0; 20]));
        let wanted = Wanted {
            slug: self.slug,
            applications: named.iter().map(|(app, _)| (app.clone(), any)).collect(),
            shared: any,
        };
        let (copied, _) = self.ground.copied(&wanted)?;
        let mut out = BTreeMap::new();
        for (name, rev) in &named {
            let pin = self.ground.pin(&copied, self.slug, name)?.ok_or_else(|| self.no_pin(name))?;
            out.insert(name.clone(), self.part(world.application(name)?, &pin, rev.as_deref())?);
        }
        if !self.ground.grounds.is_of_each() && self.from.is_some() {
            for app in &world.settings.applications {
                // What somebody asked for stays what it is.
                if out.contains_key(&app.name) || self.is_asked_for(&app.name) {
                    continue;
                }
                if let Some(pin) = self.ground.pin(&copied, self.slug, &app.name)? {
                    out.insert(app.name.clone(), self.part(app, &pin, None)?);
                }
            }
        }
        Ok(out)
    }

    /// Whether the instance runs a commit of an application that somebody asked for.
    fn is_asked_for(&self, name: &AppName) -> bool {
        self.seen.as_ref().and_then(|seen| seen.applications.get(name)).is_some_and(|one| one.origin.is_none())
    }

    /// The applications that were named, each with its revision; where none was, all that the origin runs and templates have.
    fn named_applications(&self, world: &World) -> Result<Vec<(AppName, Option<String>)>, Error> {
        if !self.request.applications.is_empty() {
            for (nth, (app, _)) in self.request.applications.iter().enumerate() {
                world.application(app)?;
                if self.request.applications[..nth].iter().any(|(other, _)| other == app) {
                    return Err(Refusal::new(Code::NamedTwice, format!("`{app}` is named twice"))
                        .hint("name each application once")
                        .invalid());
                }
            }
            return Ok(self.request.applications.clone());
        }
        let Some(from) = self.from.as_ref().filter(|_| self.request.from.is_some()) else {
            return Err(Refusal::new(Code::NoApplications, "no application is named")
                .hint("name them with what they are to run: `APP@REV`; or take all that an environment runs: `--from ENV`")
                .invalid());
        };
        if !self.ground.grounds.is_of_each() {
            return Ok(Vec::new());
        }
        let reader = Reader::new(from.world.files.as_ref());
        let mut out = Vec::new();
        for app in &world.settings.applications {
            let template = self.ground.grounds.template(Some(&app.name))?;
            if self.ground.templates.entry(&template)?.is_some() && origins::copied(from, &reader, app)?.is_some() {
                out.push((app.name.clone(), None));
            }
        }
        Ok(out)
    }

    fn part(&self, app: &Application, pin: &Pin, rev: Option<&str>) -> Result<Previewed, Error> {
        let spelling = Spelling { sources: self.sources, app, pin };
        let (wanted, origin) = match (rev, &self.from) {
            (Some(rev), _) => (by_revision(&spelling, rev)?.0, None),
            (None, Some(from)) => (self.copied(&spelling, from)?, Some(from.name.clone())),
            (None, None) => {
                let what = format!("nothing says which commit of `{}` the preview is to run", app.name);
                return Err(Refusal::new(Code::NoVersion, what)
                    .hint(format!("name it: `{}@REV`; or take what an environment runs: `--from ENV`", app.name))
                    .invalid());
            }
        };
        let mut pins = BTreeMap::new();
        for reading in &pin.readings {
            let version = wanted.version_for(&reading.key).ok_or_else(|| {
                let what = format!("cannot tell which version `{}` of `{}` is to have", reading.key.pin, app.name);
                Refusal::new(Code::NoVersion, what).cannot_tell()
            })?;
            pins.insert((reading.key.pin.clone(), reading.key.nth), version);
        }
        let first = pins.values().next().cloned();
        let commit = match rev.and_then(CommitId::from_hex) {
            Some(commit) => Some(commit),
            None => self.sources.commit_of(app, first.as_ref())?,
        };
        Ok(Previewed { commit, origin, pins })
    }

    /// What the origin runs, as it is written in the template.
    fn copied(&self, spelling: &Spelling<'_>, from: &Origins) -> Result<Assignment, Error> {
        let reader = Reader::new(from.world.files.as_ref());
        let app = spelling.app;
        let Some(there) = origins::copied(from, &reader, app)? else {
            let what = format!("`{}` has no version of `{}` to copy", from.env.name, app.name);
            return Err(Refusal::new(Code::NoVersion, what).hint(format!("name one: `{}@REV`", app.name)).invalid());
        };
        let copying = Copying { spelling, from: &from.env.name, there: &there, env: self.ground.env, digest: None };
        match copying.taken()? {
            Taken::Copy(copy) => Ok(copy.wanted),
            Taken::Nothing(why) => Err(why.refused()),
        }
    }

    /// Where the instance will be.
    fn urls(&self, parts: &BTreeMap<AppName, Previewed>) -> Vec<String> {
        let applications = parts.keys().map(|app| (app.clone(), None)).collect();
        let wanted = Wanted { slug: self.slug, applications, shared: None };
        let own = self.ground.grounds.is_of_each();
        let each = parts.keys().map(|app| self.ground.url(&wanted, own.then_some(app)));
        let mut out: Vec<String> = each.flatten().collect();
        out.dedup();
        out
    }

    fn no_pin(&self, app: &AppName) -> Error {
        let own = self.ground.grounds.is_of_each().then_some(app);
        let place = self.ground.grounds.template(own).map_or(String::new(), |place| place.to_string());
        let what = format!("`{place}`, from which previews of `{app}` are made, has none of its pins");
        Refusal::new(Code::NoSuchPin, what)
            .hint("write its image, chart or ref there, as the overlays of other environments do")
            .hint(format!(
                "or say where it stands: a pin of `{app}` with `in:` and `environments: [{}]`",
                self.ground.env.name
            ))
            .invalid()
    }
}
