//! `init`: writes `stageline.yaml` from what was found, and tells of a file that exists what it lacks.

use std::io::Write as _;
use std::path::PathBuf;
use std::sync::Arc;

use crate::config;
use crate::config::discover::Discovery;
use crate::domain::address::Whose;
use crate::domain::path::RepoPath;
use crate::domain::pin::Pin;
use crate::domain::refusal::{Code, Error, Refusal};
use crate::domain::report::{InitReport, Remark};
use crate::domain::settings::{Application, Environment, FILE, RepositoryId, Settings, Signing, SourceAddress};
use crate::domain::template::VersionTemplate;

use crate::ops::context::{Context, Run};
use crate::ops::reading::sources::Sources;
use crate::ops::reading::stack::{Stack, Tips};
use crate::ops::reading::tags;
use crate::ops::verbs::lacking::{self, Commits, Existing};

/// What is asked of `init`.
#[derive(Debug, Clone)]
pub struct Ask {
    pub run: Run,
    /// The address of each application's source, with `{application}` in it.
    pub source: Option<String>,
    pub signing: Option<Signing>,
    pub existing: Existing,
    /// Whether what is written is committed on the branch that is checked out.
    pub commits: Commits,
}

/// Writes `stageline.yaml` from what discovery finds at the tip; where one exists it tells or adds what that lacks.
pub fn init(context: &mut Context<'_>, ask: &Ask) -> Result<InitReport, Error> {
    let writes = ask.run == Run::Real && ask.existing == Existing::Add;
    if writes || ask.commits == Commits::Yes {
        no_work_tree(context)?;
    }
    if ask.commits == Commits::Yes {
        context.repo.refuse_no_branch()?;
    }
    let (mut report, signing) = written(context, ask)?;
    if ask.commits == Commits::Yes && report.written.is_some() {
        let path = RepoPath::new(FILE).map_err(anyhow::Error::from)?;
        let commit = context.repo.commit_file(&path, "Configure stageline", signing)?;
        report.committed = Some(commit.to_string());
    }
    Ok(report)
}

/// Without a clone the file is printed.
fn no_work_tree(context: &Context<'_>) -> Result<(), Error> {
    let printed = format!("{} > {FILE}", context.options.command("init --dry-run"));
    context
        .options
        .needs_a_clone(&format!("`{FILE}` is written into the work tree of a clone"), &format!("print it: `{printed}`"))
}

/// Writes the file, or tells what it lacks; and whether commits have to be signed by it.
fn written(context: &mut Context<'_>, ask: &Ask) -> Result<(InitReport, Signing), Error> {
    let stack = Stack::read(context, Tips::Known)?;
    if let Some(text) = lacking::text(context, &stack)? {
        if ask.signing.is_some() {
            return Err(Refusal::new(Code::Exists, format!("`{FILE}` exists already; `--signing` is for a new one"))
                .hint("set `git: { signing: optional }` in the file")
                .invalid());
        }
        let found = found(context, &stack, ask)?;
        let signing = stack.main.settings.git.signing;
        return Ok((lacking::report(context, &stack, (ask.existing, ask.run, ask.commits), &text, found)?, signing));
    }
    let path = place_to_write(context, &stack)?;
    let mut found = found(context, &stack, ask)?;
    let mut notes = add_sources(context, &stack, &mut found.settings);
    if found.settings.applications.is_empty() {
        return Err(nothing(&found).refused());
    }
    if ask.existing == Existing::Add {
        notes.push(format!("there was no `{FILE}` to add to: this is a new one"));
    }
    found.settings.git.signing = ask.signing.unwrap_or_default();
    found.settings.id = id(context, &stack)?;
    let (applications, next) = (names(&found.settings), next(notes, &found.settings, ask.commits));
    config::gather::families(stack.main.files.as_ref(), &mut found.settings)?;
    let text = config::text::init(&found);
    let mut report = InitReport {
        written: None,
        committed: None,
        environments: found.settings.environments.iter().map(|e| e.name.to_string()).collect(),
        applications,
        left_out: remarks(&found, &found.left_out),
        to_look_at: remarks(&found, &found.to_look_at),
        lacking: Vec::new(),
        idle: Vec::new(),
        gained: Vec::new(),
        complete: (ask.existing == Existing::Check).then_some(false),
        text: text.clone(),
        next,
    };
    let unplaced = config::text::unplaced(&found.settings);
    if !unplaced.is_empty() {
        let names: Vec<String> = unplaced.iter().map(|name| format!("`{name}`")).collect();
        let what = format!("put {} in order: no promotion has a source there until `after:` says it", names.join(", "));
        report.next.insert(0, what);
    }
    if ask.run == Run::Real && ask.existing != Existing::Check {
        no_work_tree(context)?;
        let path = path.ok_or_else(lacking::bare)?;
        let mut file = std::fs::OpenOptions::new()
            .write(true)
            .create_new(true)
            .open(&path)
            .map_err(|error| anyhow::anyhow!("cannot create `{}`: {error}", path.display()))?;
        file.write_all(text.as_bytes())?;
        report.written = Some(FILE.to_string());
    }
    Ok((report, ask.signing.unwrap_or_default()))
}

/// What is proposed, with the sources that `--source` gives.
fn found(context: &Context<'_>, stack: &Stack, ask: &Ask) -> Result<Discovery, Error> {
    context.face.step("reading the repository");
    let mut found = config::proposal::find(stack.main.files.as_ref())?;
    let own = context.repo.own()?;
    let Some(template) = &ask.source else {
        // What is on the host of this repository can be reached as this is; another address is proposed in a comment.
        for application in &mut found.settings.applications {
            let named = application.repository().filter(|address| own.whose(address) == Whose::Another);
            application.source = named.and_then(|address| config::check::source_address(address).ok());
        }
        return Ok(found);
    };
    for application in &mut found.settings.applications {
        let address = template.replace("{application}", application.name.as_str());
        let source = config::check::source_address(&address).map_err(|why| bad_source(&why))?;
        if own.is(&source) {
            return Err(bad_source("that is the config repository itself: an application is built from another one"));
        }
        application.source = Some(SourceAddress(address));
    }
    Ok(found)
}

/// What the repository is to be called: as a draft says, else by its remote, else by its folder.
fn id(context: &Context<'_>, stack: &Stack) -> Result<Option<RepositoryId>, Error> {
    if let Some(drafted) = &stack.main.settings.id {
        return Ok(Some(drafted.clone()));
    }
    let remote = stack.remote.as_ref().map(|remote| context.repo.remote_address(remote)).transpose()?.flatten();
    let folder = context.repo.work_tree().unwrap_or(context.repo.common_dir());
    let address = remote.or_else(|| folder.to_str().map(str::to_string));
    Ok(address.and_then(|address| RepositoryId::of_address(&address)))
}

fn names(settings: &Settings) -> Vec<String> {
    settings.applications.iter().map(|app| app.name.to_string()).collect()
}

fn bad_source(why: &str) -> Error {
    Refusal::new(Code::BadSourceAddress, format!("`--source` cannot be taken: {why}"))
        .hint("`stageline init --source 'https://git.example.com/{application}.git'`")
        .invalid()
}

fn nothing(found: &Discovery) -> Refusal {
    Refusal::new(Code::NothingFound, "no application with pinned versions was found in the usual layouts")
        .details(config::discover::summary(&found.left_out).iter().map(|(place, reason)| format!("{place}: {reason}")))
        .hint("the usual layouts: `apps/<app>/overlays/<env>`, `<app>/overlays/<env>`, `overlays/<env>`, `environments/<env>/<app>`, `<env>/<app>`")
        .hint("and `values-<env>.yaml` of Helm, Applications of Argo CD, `clusters/<env>` of Flux, manifests in `<env>/`")
        .hint("where nothing tells an environment, declare it yourself: `environments: [{ name: production }]`")
        .hint(format!("write `{FILE}` by hand: `stageline schema config` tells its keys"))
}

/// Where the file is to stand; `None`: there is no work tree. Refuses where it stands already.
fn place_to_write(context: &Context<'_>, stack: &Stack) -> Result<Option<PathBuf>, Error> {
    let exists = |place: String| {
        Refusal::new(Code::Exists, format!("`{FILE}` exists already{place}; it is never overwritten"))
            .hint("check it: `stageline config check`; what it lacks: `stageline init`, without `--config`")
    };
    if stack.main.own_file()?.is_some() {
        return Err(exists(format!(" on `{}`", stack.main.branch)).invalid());
    }
    let Some(path) = context.repo.work_tree().map(|root| root.join(FILE)) else { return Ok(None) };
    if path.symlink_metadata().is_err() {
        return Ok(Some(path));
    }
    let refusal = exists(" in the work tree".into());
    let draft = context.options.config.as_ref().map(|draft| context.repo.surroundings().current_dir.join(draft));
    let is_draft = draft.is_some_and(|draft| draft.canonicalize().ok() == path.canonicalize().ok());
    Err(if is_draft {
        refusal.hint(format!("to take its sources over: `mv {FILE} draft.yaml; stageline --config draft.yaml init`"))
    } else {
        refusal
    }
    .invalid())
}

/// What is left to do, after what could not be read.
fn next(mut notes: Vec<String>, settings: &Settings, commits: Commits) -> Vec<String> {
    let all = &settings.applications;
    let bare: Vec<String> =
        all.iter().filter(|app| app.source.is_none()).map(|app| format!("`{}`", app.name)).collect();
    let add = match bare.len() {
        0 => String::new(),
        some if some == all.len() => ", and add `source:` to each application".into(),
        _ => format!(", and add `source:` to {}", bare.join(", ")),
    };
    notes.push(format!("look at `{FILE}`{add}"));
    notes.push(commits.step());
    notes
}

/// The sources that a draft (`--config`) names, and the forms of their tags where those can be read. Gives what could not be.
fn add_sources(context: &Context<'_>, stack: &Stack, found: &mut Settings) -> Vec<String> {
    let sources = Sources::new(context);
    let world = stack.main.seen_with(Arc::new(found.clone()));
    for app in &mut found.applications {
        let drafted = stack.main.settings.application(&app.name).and_then(|app| app.source.clone());
        // What `--source` says of all is taken as it is: to ask each of many sources takes long.
        let Some(source) = drafted else { continue };
        app.source = Some(source);
        let tags = sources
            .if_asked(&app.name, sources.of(app).and_then(|source| source.map_or(Ok(Vec::new()), |it| it.tags())));
        let pairs: Vec<(&Application, &Environment)> =
            world.settings.durable().filter_map(|env| Some((world.settings.application(&app.name)?, env))).collect();
        let pins: Vec<Pin> = world.each_pin(&pairs).into_iter().flatten().flatten().collect();
        let versions = pins.iter().flat_map(|pin| &pin.readings).filter_map(|reading| reading.version.as_ref()?.tag());
        let versions: Vec<&str> = versions.collect();
        if let Some(form) = tags.and_then(|tags| tags::form(&app.name, &tags, &versions)) {
            app.version = VersionTemplate::of_tags();
            app.tag = Some(form);
        }
    }
    sources.notes()
}

/// Places with their reasons, as reports have them.
fn remarks(found: &Discovery, told: &[(String, String)]) -> Vec<Remark> {
    let entry = |place: &str| found.writable.iter().find(|one| one.place == place);
    let remark = |(place, reason): &(String, String)| Remark {
        entry: entry(place).map(|one| config::text::added::entry(&one.entry)),
        ..Remark::new(place.as_str(), reason.as_str())
    };
    told.iter().map(remark).collect()
}
