//! How a build is written at each pin of an application: by the pin's own form, in as many digits as stand there.

use std::cell::OnceCell;

use crate::domain::commit::CommitId;
use crate::domain::pin::{Assignment, Pin, Reading, SiteKey};
use crate::domain::refusal::{Code, Error, Refusal};
use crate::domain::settings::{Application, PinKind, PinRule};
use crate::domain::template::{Fields, Reading as Says, VersionTemplate};
use crate::domain::version::{Version, is_tag, moves};

use crate::ops::reading::sources::Sources;
use crate::ops::reading::tags::in_order;

/// What is to be written: a commit, with what is known of it.
#[derive(Debug, Clone)]
pub struct Build {
    pub commit: CommitId,
    pub branch: Option<String>,
    /// The tag of the source that was asked for.
    pub tag: Option<String>,
    /// What a person asked for, as errors name it.
    pub asked: String,
}

/// An application of which a build is written at its pins.
pub struct Spelling<'a> {
    pub sources: &'a Sources<'a>,
    pub app: &'a Application,
    pub pin: &'a Pin,
}

impl Spelling<'_> {
    /// The build at every pin, each in its own form.
    pub fn of_build(&self, build: &Build) -> Result<Assignment, Error> {
        let each = self.pin.readings.iter().map(|reading| Ok((reading.key.clone(), self.written(reading, build)?)));
        Ok(Assignment::new(each.collect::<Result<Vec<_>, Error>>()?))
    }

    /// A text that a person gave: as it is, but at pins that have another form than the first that it fits.
    pub fn of_text(&self, version: &Version) -> Result<Assignment, Error> {
        let mut forms: Vec<(&VersionTemplate, Option<usize>)> = Vec::new();
        for reading in &self.pin.readings {
            let form = (self.form(&reading.key)?, digits(reading));
            if !forms.contains(&form) {
                forms.push(form);
            }
        }
        if forms.len() < 2 {
            return Ok(Assignment::every(version.clone()));
        }
        let build = OnceCell::new();
        let each = self.pin.readings.iter().map(|reading| {
            let form = self.form(&reading.key)?;
            let said = version.tag().and_then(|tag| form.read(tag));
            let length = said.as_ref().and_then(length);
            let fits = said.is_some()
                && !is_strange(form, length)
                && (!form.keeps_digits() || digits(reading).is_none_or(|own| Some(own) == length));
            let own = if fits { version.clone() } else { self.own(reading, version, &build)? };
            Ok((reading.key.clone(), own))
        });
        Ok(Assignment::new(each.collect::<Result<Vec<_>, Error>>()?))
    }

    /// What another environment runs (`there`, as it reaches the pins here): the same text at the same pin; at others of
    /// another form the same commit. What is of the same build already stays.
    pub fn of_copy(&self, wanted: &Assignment, there: &Pin) -> Result<Assignment, Error> {
        let build = OnceCell::new();
        let mut out = Vec::new();
        for reading in &self.pin.readings {
            let form = self.form(&reading.key)?;
            // A digest is of one image: no other pin takes it over.
            let shared = || there.version().filter(|version| version.digest().is_none());
            let Some(version) = wanted.version_for(&reading.key).or_else(shared) else { continue };
            let said = version.tag().and_then(|tag| form.read(tag));
            let is_same_pin = there
                .readings
                .iter()
                .any(|other| (&other.key.pin, other.key.nth) == (&reading.key.pin, reading.key.nth));
            let fits =
                said.is_some() && !is_strange(form, there.readings.iter().find_map(|one| length(one.says.as_ref()?)));
            let own = match is_same_pin || fits || version.tag().is_none() || self.is_of_one_form() {
                // What names no artifact is as good in the length that stands there.
                true if self.has_another_length(reading, said.as_ref())? => {
                    self.own(reading, &version, &build).unwrap_or(version)
                }
                true => version,
                false => self.own(reading, &version, &build)?,
            };
            let says = own.tag().and_then(|tag| form.read(tag));
            let stays = reading.version.as_ref().filter(|_| reading.is_already(&own, says.as_ref()));
            out.push((reading.key.clone(), stays.cloned().unwrap_or(own)));
        }
        Ok(Assignment::new(out))
    }

    /// Whether a label or an annotation would get its commit in another length than stands there.
    fn has_another_length(&self, reading: &Reading, said: Option<&Says>) -> Result<bool, Error> {
        let is_name = self
            .app
            .rule(&reading.key)
            .is_some_and(|rule| matches!(rule.kind, PinKind::Label { .. } | PinKind::Annotation { .. }));
        let (there, wanted) = (reading.says.as_ref().and_then(length), said.and_then(length));
        Ok(is_name && self.form(&reading.key)?.keeps_digits() && there.is_some() && wanted.is_some() && there != wanted)
    }

    /// Whether a build can only be written with its branch.
    pub fn needs_branch(&self) -> bool {
        self.app.pins.iter().any(|rule| self.app.form(rule).needs_branch())
    }

    /// Whether all pins of the application have its form: then a text is never written anew.
    fn is_of_one_form(&self) -> bool {
        self.app.pins.iter().all(|rule| rule.more.version.is_none())
    }

    /// The commit of a version as the form of this pin writes it.
    fn own(&self, reading: &Reading, version: &Version, known: &OnceCell<Option<Build>>) -> Result<Version, Error> {
        if known.get().is_none() {
            let commit = self.sources.commit_of(self.app, Some(version))?;
            let tag = version.tag().and_then(|tag| {
                self.app.readings(tag).find_map(|says| match says {
                    Says::Tag(tag) => Some(self.app.tag_of(&tag)),
                    Says::Commit(_) => None,
                })
            });
            drop(known.set(commit.map(|commit| Build { commit, branch: None, tag, asked: version.to_string() })));
        }
        match known.get().and_then(Option::as_ref) {
            Some(build) => self.written(reading, build),
            None => Err(self.unknown_commit(reading, version)),
        }
    }

    fn unknown_commit(&self, reading: &Reading, version: &Version) -> Error {
        let form = self.form(&reading.key).map(VersionTemplate::as_str).unwrap_or_default();
        let what = format!(
            "cannot tell which commit `{version}` of `{}` is, so it cannot be written as `{form}` at `{}`",
            self.app.name, reading.key.pin
        );
        Refusal::new(Code::NoVersionForSite, what)
            .detail(reading.site.to_string())
            .hint("name the commit or tag: `--commit REV`")
            .cannot_tell()
    }

    /// A build as the form of a pin writes it.
    fn written(&self, reading: &Reading, build: &Build) -> Result<Version, Error> {
        let form = self.form(&reading.key)?;
        let source = self.sources.of(self.app)?;
        let digits = match (digits(reading).filter(|_| form.keeps_digits()), &source) {
            (Some(least), Some(source)) => Some(source.digits(build.commit, least)?.len()),
            (known, _) => known,
        };
        let tag = match (form.needs_tag(), &source) {
            (true, Some(source)) => self.tag(&source.tags_at(build.commit)?, build),
            _ => None,
        };
        let fields = Fields { branch: build.branch.as_deref(), tag: tag.as_deref(), digits };
        let text = form.render(build.commit, &fields).map_err(|why| self.unwritable(form, build, &why.to_string()))?;
        Ok(Version::new(text).map_err(anyhow::Error::from)?)
    }

    /// What stands for a tag of the commit: the one that was asked for, else the newest.
    fn tag(&self, at: &[String], build: &Build) -> Option<String> {
        // Where no tag was asked for, what was asked for (`--latest`) is the name of none.
        let named = build.tag.as_deref().and_then(|asked| {
            at.iter().find(|tag| *tag == asked || self.app.version_of(tag) == Some(build.asked.as_str()))
        });
        // Of `latest`, `stable`, `web@2.0.0`, `v2` and `v2.0.0` it is the last one that says which release it is, everywhere.
        let tells = |own: &str| (is_tag(own) && !moves(own), own.contains(|c: char| c.is_ascii_digit()));
        let order = |a: &&str, b: &&str| tells(a).cmp(&tells(b)).then_with(|| in_order(a, b));
        let newest = || at.iter().filter_map(|tag| self.app.version_of(tag)).rev().max_by(order);
        named.and_then(|tag| self.app.version_of(tag)).or_else(newest).map(str::to_string)
    }

    fn unwritable(&self, form: &VersionTemplate, build: &Build, why: &str) -> Error {
        let (app, asked) = (self.app, &build.asked);
        let tag = app.tag.as_ref().filter(|_| form.needs_tag());
        let of_form = tag.map_or(String::new(), |tag| format!(" of the form `{}`", tag.as_str()));
        Refusal::new(
            Code::NoSuchVersion,
            format!("cannot write `{asked}` as a version of `{}` (`{}`): {why}{of_form}", app.name, form.as_str()),
        )
        .hint("give the version itself: `--version TEXT`")
        .invalid()
    }

    fn form(&self, key: &SiteKey) -> Result<&VersionTemplate, Error> {
        let rule: Option<&PinRule> = self.app.rule(key);
        Ok(self.app.form(rule.ok_or_else(|| anyhow::anyhow!("the rule of `{}` is gone", key.pin))?))
    }
}

/// How many digits of its commit a site has, where it has not all 40.
fn digits(reading: &Reading) -> Option<usize> {
    reading.says.as_ref().and_then(length).filter(|digits| *digits < 40)
}

fn length(says: &Says) -> Option<usize> {
    match says {
        Says::Commit(digits) => Some(digits.len()),
        Says::Tag(_) => None,
    }
}

/// Whether a form of tags would take the text of a commit for one.
fn is_strange(form: &VersionTemplate, digits: Option<usize>) -> bool {
    form.needs_tag() && digits.is_some()
}
