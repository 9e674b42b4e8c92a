//! A version in a scalar, whatever the kind of pin: read from its form, and written back into the same form.

use std::ops::Range;

use crate::domain::image;
use crate::domain::names::ClusterName;
use crate::domain::path::RepoPath;
use crate::domain::pin::{PinSite, Reading, SiteKey};
use crate::domain::refusal::{Code, Error, Refusal};
use crate::domain::scalar::SiteEdit;
use crate::domain::settings::{DigestRule, Form};
use crate::domain::version::{Version, is_digest, is_tag};
use crate::lines;
use crate::lines::edit::Place;
use crate::lines::language::Language;
use crate::yaml::edit::{Action, Edit};
use crate::yaml::route::{Document, Route, Step};
use crate::yaml::tree::{Fault, Node, Tree};

use super::change::{SiteChange, digest_needed};
use super::encrypted::{encrypted, is_encrypted};
use super::reader::at;

/// One scalar that holds a version, or the digest that belongs to it.
#[derive(Debug, Clone)]
pub struct Slot {
    pub document: usize,
    pub route: Route,
    /// The route inside the text, where that is YAML itself.
    pub inside: Option<Route>,
    pub form: Form,
    pub line: u32,
    pub column: u32,
    /// Where it is in the lines of a file that is no YAML.
    pub lines: Option<InLines>,
    /// What stands there now.
    pub text: String,
    /// Whether some readers take it for something else than a text.
    pub is_loose: bool,
}

/// A value in the lines of a file that is no YAML.
#[derive(Debug, Clone)]
pub struct InLines {
    pub language: &'static Language,
    pub place: Place,
}

/// The one or two scalars of a pin site.
#[derive(Debug, Clone)]
pub struct Spot {
    pub file: RepoPath,
    pub version: Slot,
    pub digest: Option<Slot>,
    /// Other places of the file that say the same and move with it.
    pub also: Vec<Spot>,
}

impl Spot {
    /// The place of one scalar, or of one with its digest's.
    pub fn new(file: &RepoPath, version: Slot, digest: Option<Slot>) -> Self {
        Self { file: file.clone(), version, digest, also: Vec::new() }
    }

    /// What stands there: a tag, a digest, or both.
    pub fn said(&self) -> (Option<String>, Option<String>) {
        match &self.digest {
            Some(own) => (text_of(&self.version), Some(own.text.clone()).filter(|text| !text.is_empty())),
            None => parts(&self.version),
        }
    }

    /// File, line, column and route on one line, as errors list candidates.
    pub fn described(&self) -> String {
        format!("{}:{}:{}: {}", self.file, self.version.line, self.version.column, self.version.path())
    }
}

impl Slot {
    /// Whether only a digest may stand here: there is no tag to fall back to.
    fn is_digest_field(&self) -> bool {
        matches!(self.inside.as_ref().unwrap_or(&self.route).0.last(), Some(Step::Key(key)) if key == "digest")
    }

    /// The route, and the one inside the text, as reports show them.
    fn path(&self) -> String {
        self.inside.as_ref().map_or(self.route.to_string(), |inside| format!("{} > {inside}", self.route))
    }
}

/// The slot at a node that was found by `route`.
pub fn slot(file: &RepoPath, document: usize, route: Route, node: &Node, form: Form) -> Result<Slot, Error> {
    let text = match node.as_str() {
        Some(text) => text.to_string(),
        None if node.is_null() => String::new(),
        None if is_bare_template(node) => {
            return Err(template(file, node.line, node.column, "this value", "{{"));
        }
        None => {
            return Err(Refusal::new(
                Code::NotAScalar,
                format!(
                    "{file}:{}:{}: `{route}` is not a plain text (an alias, a list or a mapping)",
                    node.line, node.column
                ),
            )
            .hint("point the pin at the text itself")
            .invalid());
        }
    };
    let is_loose = form == Form::Whole && !text.is_empty() && !node.is_string();
    let (line, column) = (node.line, node.column);
    checked(file, Slot { document, route, inside: None, form, line, column, lines: None, text, is_loose })
}

/// The slot, if what stands in it may be a version.
pub fn checked(file: &RepoPath, slot: Slot) -> Result<Slot, Error> {
    refuse_template(file, (slot.line, slot.column), &slot.text)?;
    refuse_several_words(file, &slot)?;
    refuse_several_images(file, &slot)?;
    refuse_another_form(file, &slot)?;
    Ok(slot)
}

/// A text that is YAML itself: a literal block, whose lines are lines of the file.
pub struct Block<'n> {
    document: usize,
    route: Route,
    node: &'n Node,
    tree: Tree,
}

impl<'n> Block<'n> {
    /// Reads the text at a node that was found by `route`. One that is a template may still be YAML.
    pub fn open(file: &RepoPath, document: usize, route: Route, node: &'n Node) -> Result<Self, Error> {
        let text = node.block().map_err(|fault| at(file, &fault))?;
        let tree = Tree::parse(text.as_bytes()).map_err(|fault| {
            let fault = fault.inside(node);
            match template_mark(text) {
                Some(mark) => template(file, fault.line, fault.column, "the text, which is not YAML,", mark),
                None => at(file, &fault),
            }
        })?;
        Ok(Self { document, route, node, tree })
    }

    /// Where the text stands.
    pub fn route(&self) -> &Route {
        &self.route
    }

    /// The only document in the text.
    pub fn root(&self) -> Result<&Node, Fault> {
        self.tree.document(None).map_err(|fault| fault.inside(self.node))
    }

    /// The slot at a route inside the text.
    pub fn find(&self, file: &RepoPath, inside: Route, form: Form) -> Result<Slot, Error> {
        let root = self.root().map_err(|fault| at(file, &fault))?;
        let node = inside.find(root).map_err(|fault| at(file, &fault.inside(self.node)))?;
        self.slot(file, inside, node, form)
    }

    /// The slot at a node inside the text that was found by `inside`.
    pub fn slot(&self, file: &RepoPath, inside: Route, node: &Node, form: Form) -> Result<Slot, Error> {
        let inner = slot(file, self.document, inside, &node.inside(self.node), form)?;
        Ok(Slot { route: self.route.clone(), inside: Some(inner.route.clone()), ..inner })
    }

    /// Where a node inside the text stands in the file.
    pub fn place(&self, node: &Node) -> (u32, u32) {
        let placed = node.inside(self.node);
        (placed.line, placed.column)
    }
}

/// `{{ .Values.tag }}` without quotes, which YAML reads as a mapping in a mapping.
fn is_bare_template(node: &Node) -> bool {
    matches!(node.entries(), Some([(key, _)]) if key.entries().is_some())
}

/// What shows that a text is a template: of Helm, of envsubst, or of Kubernetes.
fn template_mark(text: &str) -> Option<&'static str> {
    ["{{", "${", "$("].into_iter().find(|mark| text.contains(mark))
}

/// A template is not a value: what it becomes is decided elsewhere.
pub fn refuse_template(file: &RepoPath, (line, column): (u32, u32), text: &str) -> Result<(), Error> {
    if is_encrypted(text) {
        return Err(encrypted(file, line, column));
    }
    let Some(mark) = template_mark(text) else { return Ok(()) };
    let is_short = text.lines().count() == 1 && text.chars().count() <= 80;
    let what = if is_short { format!("`{}`", text.trim_end()) } else { "this text".into() };
    Err(template(file, line, column, &what, mark))
}

/// A version is one word.
fn refuse_several_words(file: &RepoPath, slot: &Slot) -> Result<(), Error> {
    let is_more = slot.text.contains(|c: char| c.is_whitespace() || c.is_control());
    if slot.form != Form::Whole || !is_more {
        return Ok(());
    }
    let place = format!("{file}:{}:{}", slot.line, slot.column);
    Err(Refusal::new(
        Code::BadVersion,
        format!("{place}: `{}` is a text of several words or lines, no version", slot.path()),
    )
    .hint("write the version alone, once by hand: `key: VERSION`, without a block (`|`)")
    .hint("where the text is YAML itself, name the place in it: `inside: PATH`")
    .invalid())
}

/// Of a text with several images one would move, and nobody said which.
fn refuse_several_images(file: &RepoPath, slot: &Slot) -> Result<(), Error> {
    let is_one = !slot.text.contains(|c: char| c.is_whitespace() || ",;".contains(c));
    if slot.form != Form::Image || is_one {
        return Ok(());
    }
    let place = format!("{file}:{}:{}", slot.line, slot.column);
    Err(Refusal::new(Code::MoreThanAVersion, format!("{place}: `{}` is more than one image", slot.text))
        .hint("in YAML name the one that is meant: `{ image: NAME, in: FILE }`; elsewhere give it a line of its own")
        .invalid())
}

fn template(file: &RepoPath, line: u32, column: u32, what: &str, mark: &str) -> Error {
    Refusal::new(
        Code::Template,
        format!("{file}:{line}:{column}: {what} is a template (`{mark}`), so no version stands there"),
    )
    .hint("pin the value that the template is filled with")
    .invalid()
}

/// A text that is plainly more than a version, where all of it was taken for one: it would be overwritten.
fn refuse_more(spot: &Spot) -> Result<(), Error> {
    let slot = &spot.version;
    let (name, tag, _) = image::parts(&slot.text);
    let form = match slot.form {
        Form::Whole if reference(&slot.text).is_some() => "ref",
        Form::Whole if is_address(&slot.text) => "\"https://h/web/{version}/web.tgz\"",
        Form::Whole if name.contains('/') && tag.is_some() => "image",
        _ => return Ok(()),
    };
    let place = format!("{}:{}:{}", spot.file, slot.line, slot.column);
    Err(Refusal::new(Code::MoreThanAVersion, format!("{place}: `{}` is more than a version", slot.text))
        .hint(format!("say how the version stands in it: `as: {form}` beside the pin in `stageline.yaml`"))
        .invalid())
}

/// Whether a text is an address or the path of a file, and not a version as a whole.
fn is_address(text: &str) -> bool {
    // `git@host:owner/repository`, as SSH has it.
    let is_of_ssh = text.split_once('@').is_some_and(|(_, rest)| rest.contains(':') && rest.contains('/'));
    is_of_ssh || text.contains("://") || ["/", "./", "../"].iter().any(|start| text.starts_with(start))
}

/// What the spot says, which stays what it is.
pub fn read(spot: &Spot, pin: &str, cluster: Option<&ClusterName>) -> Result<Reading, Error> {
    fixed(read_any(spot, pin, cluster)?)
}

/// A reading of a version that does not move.
pub fn fixed(reading: Reading) -> Result<Reading, Error> {
    let Some(moving) = reading.version.as_ref().filter(|version| version.moves()) else { return Ok(reading) };
    let site = &reading.site;
    Err(Refusal::new(Code::MovingRef, format!("{site}: `{moving}` is a moving ref or a range, not a pin"))
        .hint("write the version that runs there now, once by hand: a tag, a commit or a digest")
        .invalid())
}

/// What the spot says, also where that moves.
pub fn read_any(spot: &Spot, pin: &str, cluster: Option<&ClusterName>) -> Result<Reading, Error> {
    refuse_more(spot)?;
    let slot = &spot.version;
    let site = PinSite {
        file: spot.file.clone(),
        document: slot.document,
        route: slot.path(),
        line: slot.line,
        column: slot.column,
    };
    for other in &spot.also {
        refuse_more(other)?;
    }
    let (tag, digest) = spot.said();
    let version = Version::from_parts(tag.as_deref(), digest.as_deref())
        .transpose()
        .map_err(|why| Refusal::new(Code::BadVersion, format!("{site}: {why}")).invalid())?;
    let slots =
        std::iter::once(spot).chain(&spot.also).flat_map(|one| std::iter::once(&one.version).chain(&one.digest));
    let is_loose = slots.into_iter().any(|slot| slot.is_loose);
    Ok(Reading {
        key: SiteKey { pin: pin.to_string(), nth: 0, cluster: cluster.cloned() },
        site,
        version,
        says: None,
        is_loose,
    })
}

/// The version part of a text that has no digest of its own.
fn text_of(slot: &Slot) -> Option<String> {
    parts(slot).0
}

/// The tag and the digest that stand in the text.
fn parts(slot: &Slot) -> (Option<String>, Option<String>) {
    let whole = |text: &str| if text.is_empty() { (None, None) } else { (Some(text.to_string()), None) };
    match &slot.form {
        Form::Whole => match slot.text.split_once('@') {
            Some((tag, digest)) if is_digest(digest) => (Some(tag.to_string()), Some(digest.to_string())),
            _ if is_digest(&slot.text) => (None, Some(slot.text.clone())),
            _ => whole(&slot.text),
        },
        Form::Image | Form::Among(_) => {
            let (_, tag, digest) = image::parts(&slot.text[reference_in(slot)]);
            (tag.map(str::to_string), digest.map(str::to_string))
        }
        Form::Ref => whole(reference(&slot.text).map_or("", |(start, end)| &slot.text[start..end])),
        Form::Around { head, tail } => whole(unquoted(between(&slot.text, head, tail).unwrap_or_default())),
    }
}

/// Where the image reference stands in the text.
fn reference_in(slot: &Slot) -> Range<usize> {
    let among = match &slot.form {
        Form::Among(name) => image::listed(&slot.text, name).into_iter().next(),
        _ => None,
    };
    among.unwrap_or(0..slot.text.len())
}

/// What stands between a beginning and an end.
fn between<'t>(text: &'t str, head: &str, tail: &str) -> Option<&'t str> {
    text.strip_prefix(head)?.strip_suffix(tail)
}

/// A text that has not what is to stand around its version would lose what it has.
fn refuse_another_form(file: &RepoPath, slot: &Slot) -> Result<(), Error> {
    let Form::Around { head, tail } = &slot.form else { return Ok(()) };
    if slot.text.is_empty() || between(&slot.text, head, tail).is_some() {
        return Ok(());
    }
    let place = format!("{file}:{}:{}", slot.line, slot.column);
    let what = format!("{place}: `{}` is not of the form `{head}{{version}}{tail}`", slot.text);
    Err(Refusal::new(Code::BadVersion, what)
        .hint("correct `as:` of the pin in `stageline.yaml`, or the text there")
        .invalid())
}

/// Where the value of `ref` stands in an address' query; of `version`, which kustomize takes where `ref` says nothing.
pub fn reference(address: &str) -> Option<(usize, usize)> {
    let query = address.find('?')? + 1;
    let value = |key: &str| {
        let mut start = query;
        address[query..].split('&').find_map(|part| {
            let at = start;
            start += part.len() + 1;
            let value = part.strip_prefix(key)?.split('#').next().unwrap_or_default();
            Some((at + key.len(), at + key.len() + value.len()))
        })
    };
    let named = value("ref=");
    named.filter(|(start, end)| start < end).or_else(|| value("version=")).or(named)
}

/// A value without the quotes around it, which kustomize takes off a literal.
pub fn unquoted(text: &str) -> &str {
    ['"', '\''].iter().find_map(|quote| text.strip_prefix(*quote)?.strip_suffix(*quote)).unwrap_or(text)
}

/// The edits that make the spot say `version`.
pub fn change(spot: &Spot, reading: &Reading, version: &Version, digests: DigestRule) -> Result<SiteChange, Error> {
    let has_digest = reading.version.as_ref().and_then(Version::digest);
    let rule = if spot.version.is_digest_field() { DigestRule::Ask } else { digests };
    if let (Some(old), None, DigestRule::Ask) = (has_digest, version.digest(), rule) {
        return Err(digest_needed(&reading.key.pin, &reading.site, old, version));
    }
    let mut change = SiteChange {
        file: spot.file.clone(),
        edits: Vec::new(),
        lines: Vec::new(),
        shown: Vec::new(),
        notes: Vec::new(),
    };
    for one in std::iter::once(spot).chain(&spot.also) {
        write(&mut change, one, reading, version)?;
    }
    if !spot.also.is_empty() {
        let places = spot.also.len() + 1;
        change.notes.push(format!("{}: {places} places pin `{}`, and move as one", spot.file, reading.key.pin));
    }
    Ok(change)
}

/// Adds the edits of one place.
fn write(change: &mut SiteChange, spot: &Spot, reading: &Reading, version: &Version) -> Result<(), Error> {
    let has_digest = reading.version.as_ref().and_then(Version::digest);
    match &spot.digest {
        None => {
            set(change, &spot.version, written(spot, &spot.version, version)?);
            let slot = &spot.version;
            if slot.form == Form::Whole && has_digest.is_none() && version.digest().is_some() && version.tag().is_some()
            {
                change.notes.push(format!(
                    "{}:{}:{}: `{}` gets a tag with its digest: a chart that makes a label of the tag fails, and a \
                     `digest:` key beside it would not",
                    spot.file,
                    slot.line,
                    slot.column,
                    slot.path()
                ));
            }
        }
        Some(own) => {
            let tag = version.tag().ok_or_else(|| no_tag(&reading.site, version))?;
            let plain = Version::new(tag).map_err(anyhow::Error::from)?;
            set(change, &spot.version, written(spot, &spot.version, &plain)?);
            set(change, own, version.digest().unwrap_or_default().to_string());
        }
    }
    Ok(())
}

/// The text that stands in the slot when it says `version`; an error where that would not be read as this version.
fn written(spot: &Spot, slot: &Slot, version: &Version) -> Result<String, Error> {
    let text = composed(spot, slot, version)?;
    let after = Slot { text, ..slot.clone() };
    let same = parts(&after) == (version.tag().map(str::to_string), version.digest().map(str::to_string));
    let spot = Spot { version: after, ..spot.clone() };
    let Slot { text, line, column, .. } = &spot.version;
    if same && refuse_template(&spot.file, (*line, *column), text).is_ok() && refuse_more(&spot).is_ok() {
        return Ok(spot.version.text);
    }
    let what = format!("{}:{line}:{column}: `{version}` would not be read as a version there", spot.file);
    Err(Refusal::new(Code::BadVersion, what)
        .hint("give the tag alone, without the image's name, an address or a template: `--version TAG`")
        .invalid())
}

fn composed(spot: &Spot, slot: &Slot, version: &Version) -> Result<String, Error> {
    let place = || format!("{}:{}:{}", spot.file, slot.line, slot.column);
    match &slot.form {
        Form::Whole => Ok(version.to_string()),
        Form::Around { head, tail } => {
            let value = between(&slot.text, head, tail).unwrap_or_default();
            let quote = &value[..(value.len() - unquoted(value).len()) / 2];
            Ok(format!("{head}{quote}{}{quote}{tail}", bare(spot, slot, version)?))
        }
        Form::Ref => {
            let (start, end) = reference(&slot.text).ok_or_else(|| {
                Refusal::new(Code::NoRef, format!("{}: `{}` has no `?ref=`", place(), slot.text))
                    .hint("write `?ref=` there once by hand")
                    .invalid()
            })?;
            let version = bare(spot, slot, version)?;
            let safe = |c: char| c.is_ascii_alphanumeric() || "-._~/+:@".contains(c);
            if !version.chars().all(safe) {
                return Err(Refusal::new(Code::BadRef, format!("`{version}` cannot stand in an address")).invalid());
            }
            Ok(format!("{}{version}{}", &slot.text[..start], &slot.text[end..]))
        }
        Form::Image | Form::Among(_) => {
            if version.tag().is_some_and(|tag| !is_tag(tag))
                || version.digest().is_some_and(|digest| !is_digest(digest))
            {
                return Err(Refusal::new(Code::BadTag, format!("`{version}` cannot be the tag or digest of an image"))
                    .hint("a tag has letters, digits, `_`, `.` and `-`, and at most 128 of them; a digest is `sha256:` and 64 hex digits")
                    .invalid());
            }
            let own = reference_in(slot);
            if !is_image(&slot.text[own.clone()]) {
                return Err(no_image(&place(), &slot.text));
            }
            let (name, _, _) = image::parts(&slot.text[own.clone()]);
            let tag = version.tag().map_or(String::new(), |tag| format!(":{tag}"));
            let digest = version.digest().map_or(String::new(), |digest| format!("@{digest}"));
            Ok(format!("{}{name}{tag}{digest}{}", &slot.text[..own.start], &slot.text[own.end..]))
        }
    }
}

/// Whether what stands before the tag and the digest of a text is the name of an image: of one that has neither, it must be
/// told from a word, an address and a path; else a first tag would be put behind anything.
pub fn is_image(text: &str) -> bool {
    let (name, tag, digest) = image::parts(text);
    match (tag, digest) {
        (None, None) => name.contains('/') && image::is_repository(name),
        // What is no digest behind an `@` is a host or a version of something else; a number behind the host alone is its port.
        _ => digest.is_none_or(is_digest) && name.split_once("://").is_none_or(|(_, rest)| rest.contains('/')),
    }
}

/// What is said of a text that was to be an image with a version.
pub fn no_image(place: &str, text: &str) -> Error {
    Refusal::new(Code::NoImage, format!("{place}: `{text}` is no image with a version"))
        .hint("where it is to be one, write it with its tag once by hand: `NAME:TAG`")
        .hint("where the version stands in a longer text, give it a line of its own (`VERSION=v1`), or pin its key and say what is around it: `as: \"https://h/web/{version}/web.tgz\"`")
        .invalid()
}

/// The version where a digest cannot stand.
fn bare<'v>(spot: &Spot, slot: &Slot, version: &'v Version) -> Result<&'v str, Error> {
    match (version.tag(), version.digest()) {
        (Some(tag), None) => Ok(tag),
        _ => {
            let place = format!("{}:{}:{}", spot.file, slot.line, slot.column);
            Err(Refusal::new(
                Code::NoPlaceForADigest,
                format!("{place}: the digest of `{}` cannot stand there", version.short()),
            )
            .hint("name the version by its tag alone: `--version TAG`")
            .invalid())
        }
    }
}

fn set(change: &mut SiteChange, slot: &Slot, to: String) {
    if slot.text == to && !slot.is_loose {
        return;
    }
    if let Some(InLines { language, place }) = &slot.lines {
        change.lines.push(lines::edit::Edit { language, place: place.clone(), to: to.clone() });
    } else {
        let action = match &slot.inside {
            None => Action::Set(to.clone()),
            Some(inside) => Action::SetInside(inside.clone(), to.clone()),
        };
        change.edits.push(Edit { document: Some(Document::Index(slot.document)), route: slot.route.clone(), action });
    }
    change.shown.push(SiteEdit {
        file: change.file.to_string(),
        line: slot.line,
        column: slot.column,
        key: slot.inside.as_ref().unwrap_or(&slot.route).to_string(),
        from: Some(slot.text.clone()).filter(|text| !text.is_empty()),
        to: Some(to),
    });
}

fn no_tag(site: &PinSite, version: &Version) -> Error {
    Refusal::new(Code::TagNeeded, format!("{site} has a tag and a digest; `{version}` comes without a tag"))
        .hint("name the version with its tag: `--version TAG@sha256:...`")
        .invalid()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spot(form: Form, text: &str) -> Spot {
        let version = Slot {
            document: 0,
            route: Route::default(),
            inside: None,
            form,
            line: 1,
            column: 1,
            lines: None,
            text: text.into(),
            is_loose: false,
        };
        Spot::new(&RepoPath::new("f.yaml").unwrap(), version, None)
    }

    /// What a spot reads, and its text once it says `to`.
    fn moved(form: Form, text: &str, to: &str) -> (Option<String>, String) {
        let spot = spot(form, text);
        let reading = read(&spot, "web", None).unwrap();
        let version = Version::new(to).unwrap();
        (reading.version.map(|v| v.to_string()), written(&spot, &spot.version, &version).unwrap())
    }

    #[test]
    fn an_image_reference_keeps_its_name_and_its_port() {
        let digest = format!("sha256:{}", "a".repeat(64));
        for (text, read, to, written) in [
            ("localhost:5000/web:v1", Some("v1"), "v2", "localhost:5000/web:v2".to_string()),
            ("localhost:5000/web", None, "v2", "localhost:5000/web:v2".to_string()),
            (&*format!("web:v1@{digest}"), Some(&*format!("v1@{digest}")), "v2", "web:v2".to_string()),
            ("web:v1", Some("v1"), &*format!("v2@{digest}"), format!("web:v2@{digest}")),
        ] {
            assert_eq!(moved(Form::Image, text, to), (read.map(str::to_string), written), "{text}");
        }
    }

    #[test]
    fn what_is_no_image_never_gets_a_first_tag() {
        let next = Version::new("v9").unwrap();
        for text in [
            "",
            "v1",
            "web",
            "https://x/y",
            "https://h:8080",
            "oci://r/web",
            "git::https://h/x.git",
            "./path/to/file",
            "/path/to",
            "git@h.example.com:o/r.git",
            "actions/checkout@v4",
            "shop/Web",
        ] {
            let spot = spot(Form::Image, text);
            let why = written(&spot, &spot.version, &next).unwrap_err().refusal();
            assert!(why.code == Code::NoImage && why.message.contains("is no image with a version"), "{text}: {why:?}");
        }
        for (text, after) in [("shop/web", "shop/web:v9"), ("oci://r/web:v1", "oci://r/web:v9"), ("web:v1", "web:v9")] {
            let spot = spot(Form::Image, text);
            assert_eq!(written(&spot, &spot.version, &next).unwrap(), after);
        }
    }

    #[test]
    fn a_ref_changes_alone_in_its_address() {
        for (text, read, written) in [
            ("https://h/o/r//deploy?ref=v1", "v1", "https://h/o/r//deploy?ref=v2"),
            ("https://h/o/r?timeout=90s&ref=v1&depth=1", "v1", "https://h/o/r?timeout=90s&ref=v2&depth=1"),
            ("git@h:o/r?ref=v1#frag", "v1", "git@h:o/r?ref=v2#frag"),
            ("ssh://git@h/o/r//sub/folder?ref=release/1", "release/1", "ssh://git@h/o/r//sub/folder?ref=v2"),
            ("https://h/o/r?version=v1&timeout=90s", "v1", "https://h/o/r?version=v2&timeout=90s"),
            ("https://h/o/r?version=v0&ref=v1", "v1", "https://h/o/r?version=v0&ref=v2"),
            ("https://h/o/r?ref=&version=v1", "v1", "https://h/o/r?ref=&version=v2"),
        ] {
            assert_eq!(moved(Form::Ref, text, "v2"), (Some(read.into()), written.into()), "{text}");
        }
    }

    #[test]
    fn a_literal_keeps_its_key_and_its_quotes() {
        for (text, written) in
            [("VERSION=v1", "VERSION=v2"), ("VERSION=\"v1\"", "VERSION=\"v2\""), ("VERSION='v1'", "VERSION='v2'")]
        {
            assert_eq!(moved(Form::after("VERSION="), text, "v2"), (Some("v1".into()), written.into()));
        }
        let half = moved(Form::after("VERSION="), "VERSION=\"v1", "v2");
        assert_eq!(half, (Some("\"v1".into()), "VERSION=v2".into()), "kustomize takes a single quote for the value's");
    }

    #[test]
    fn what_moves_by_itself_is_not_a_pin() {
        for text in ["latest", "main", "HEAD", "refs/heads/x", ">=1.0", "^1.2", "~1", "1.x", "*", "v1.*", "1||2"] {
            let error = read(&spot(Form::Whole, text), "web", None).unwrap_err();
            assert!(matches!(&error, Error::Invalid(why) if why.code == Code::MovingRef), "{text}: {error}");
        }
        assert!(read(&spot(Form::Image, "r/web:latest"), "web", None).is_err());
        assert!(read(&spot(Form::Ref, "https://h/r?ref=main"), "web", None).is_err());
        let digest = format!("sha256:{}", "a".repeat(64));
        for (form, text) in [
            (Form::Image, format!("r/web:latest@{digest}")),
            (Form::Whole, "main-9d3e7aa-1732000000".into()),
            (Form::Whole, "v1.8.2".into()),
            (Form::Whole, "x".repeat(7)),
            (Form::Whole, "1234567".into()),
        ] {
            assert!(read(&spot(form, &text), "web", None).is_ok(), "{text}");
        }
    }

    #[test]
    fn an_image_or_an_address_is_never_taken_for_a_version_as_a_whole() {
        for (text, form) in [("r.example.com/shop/web:v1", "image"), ("https://h/o/r//deploy?ref=v1", "ref")] {
            let Err(Error::Invalid(why)) = read(&spot(Form::Whole, text), "web", None) else { panic!("{text}") };
            assert!(why.hints.iter().any(|hint| hint.contains(&format!("as: {form}"))), "{why:?}");
        }
        for text in [
            "https://h/web/v1/web.tgz",
            "oci://r/web:v1",
            "git::https://h/x.git",
            "git@h.example.com:o/r.git",
            "./path/to/v1",
            "/v1",
            "../v1",
        ] {
            let Err(Error::Invalid(why)) = read(&spot(Form::Whole, text), "web", None) else { panic!("{text}") };
            assert!(why.code == Code::MoreThanAVersion && why.hints[0].contains("{version}"), "{why:?}");
        }
        for text in ["release/1", "v1", "main-9d3e7aa", "web-v1.2.3"] {
            assert!(read(&spot(Form::Whole, text), "web", None).is_ok(), "{text}");
        }
    }

    #[test]
    fn a_template_is_no_version() {
        let file = RepoPath::new("f.yaml").unwrap();
        for text in ["\"{{ .Values.tag }}\"", "${TAG}", "\"$(TAG)\"", "r/web:${TAG}"] {
            let tree = Tree::parse(format!("a: {text}\n").as_bytes()).unwrap();
            let route = Route::parse("a").unwrap();
            let node = route.find(&tree.documents[0]).unwrap();
            let error = slot(&file, 0, route, node, Form::Whole).unwrap_err();
            assert!(matches!(&error, Error::Invalid(why) if why.code == Code::Template), "{text}: {error}");
        }
    }

    #[test]
    fn a_block_of_lines_is_no_version_and_says_how_it_is_written() {
        let file = RepoPath::new("f.yaml").unwrap();
        for text in ["a: |\n  v1.0.0\n", "a: \"v1 v2\"\n"] {
            let tree = Tree::parse(text.as_bytes()).unwrap();
            let route = Route::parse("a").unwrap();
            let node = route.find(&tree.documents[0]).unwrap();
            let why = slot(&file, 0, route, node, Form::Whole).unwrap_err().refusal();
            assert_eq!(why.message, "f.yaml:1:4: `a` is a text of several words or lines, no version");
            assert!(why.hints[0].contains("`key: VERSION`"), "{why:?}");
        }
    }

    #[test]
    fn a_version_that_would_break_an_image_reference_or_an_address_is_refused() {
        let bad = Version::new("v1:x").unwrap();
        let image = spot(Form::Image, "web:v1");
        assert!(written(&image, &image.version, &bad).is_err());
        let address = spot(Form::Ref, "https://h/r?ref=v1");
        assert!(written(&address, &address.version, &Version::new("v1&x=y").unwrap()).is_err());
    }

    #[test]
    fn a_digest_goes_nowhere_but_where_an_image_stands() {
        let digest = format!("sha256:{}", "a".repeat(64));
        let both = Version::new(format!("v2@{digest}")).unwrap();
        let address = spot(Form::Ref, "https://h/r?ref=v1");
        let literal = spot(Form::after("V="), "V=v1");
        for one in [&address, &literal] {
            assert!(written(one, &one.version, &both).is_err());
            assert!(written(one, &one.version, &Version::new(&digest).unwrap()).is_err());
            assert!(written(one, &one.version, &Version::new("v2").unwrap()).is_ok());
        }
    }

    #[test]
    fn a_field_that_holds_a_digest_alone_never_gets_a_tag() {
        let mut spot = spot(Form::Whole, &format!("sha256:{}", "a".repeat(64)));
        spot.version.route = Route::parse("image.digest").unwrap();
        let reading = read(&spot, "web", None).unwrap();
        let next = Version::new("v2").unwrap();
        assert!(matches!(change(&spot, &reading, &next, DigestRule::Drop), Err(Error::Refused(_))));
    }

    #[test]
    fn a_digest_that_joins_a_tag_in_one_field_is_noted() {
        let mut spot = spot(Form::Whole, "v1");
        spot.version.route = Route::parse("image.tag").unwrap();
        let reading = read(&spot, "web", None).unwrap();
        let noted = |to: String| change(&spot, &reading, &Version::new(to).unwrap(), DigestRule::Ask).unwrap().notes;
        assert!(noted(format!("v2@sha256:{}", "a".repeat(64)))[0].starts_with("f.yaml:1:1: `image.tag` gets"));
        assert!(noted("v2".into()).is_empty());
    }

    #[test]
    fn a_digest_that_belongs_to_the_old_tag_does_not_survive_unasked() {
        let digest = format!("sha256:{}", "a".repeat(64));
        let spot = spot(Form::Image, &format!("web:v1@{digest}"));
        let reading = read(&spot, "web", None).unwrap();
        let next = Version::new("v2").unwrap();
        assert!(matches!(change(&spot, &reading, &next, DigestRule::Ask), Err(Error::Refused(_))));
        let dropped = change(&spot, &reading, &next, DigestRule::Drop).unwrap();
        assert_eq!(dropped.shown[0].to.as_deref(), Some("web:v2"));
    }
}
