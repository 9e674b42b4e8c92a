//! `init`, `config check`, `config show`; and the names that completions offer.

use std::io::Write as _;
use std::path::PathBuf;
use std::sync::Arc;

use crate::config;
use crate::domain::files::Files;
use crate::domain::path::RepoPath;
use crate::domain::pin::Pin;
use crate::domain::refusal::{Code, Error, Refusal};
use crate::domain::report::{ConfigCheckReport, ConfigShowReport, InitReport, Remark};
use crate::domain::settings::{Application, Environment, FILE, Origin, Settings};
use crate::domain::template::VersionTemplate;

use crate::ops::context::{Context, Run};
use crate::ops::reading::effects;
use crate::ops::reading::held;
use crate::ops::reading::members;
use crate::ops::reading::sources::Sources;
use crate::ops::reading::stack::{Stack, Tips};
use crate::ops::reading::tags;

/// Writes `stageline.yaml` from what discovery finds at the tip; refuses where one exists.
pub fn init(context: &mut Context<'_>, run: Run) -> Result<InitReport, Error> {
    let stack = Stack::read(context, Tips::Known)?;
    let path = place_to_write(context, &stack)?;
    let mut found = config::discover::discover_all(stack.main.files.as_ref())?;
    let notes = add_sources(context, &stack, &mut found.settings);
    if found.settings.applications.is_empty() {
        return Err(Refusal::new(Code::NothingFound, "no application with pinned versions was found in the usual layouts")
            .details(config::discover::summary(&found.left_out).iter().map(|(place, reason)| format!("{place}: {reason}")))
            .hint("the usual layouts: `apps/<app>/overlays/<env>`, `<app>/overlays/<env>`, `overlays/<env>`, `environments/<env>/<app>`, `<env>/<app>`")
            .hint("and `values-<env>.yaml` of Helm, Applications of Argo CD, `clusters/<env>` of Flux, manifests in `<env>/`")
            .hint("where nothing tells an environment, declare it yourself: `environments: [{ name: production }]`")
            .hint(format!("write `{FILE}` by hand: `stageline schema config` tells its keys"))
            .refused());
    }
    let text = config::text::init(&found);
    let mut report = InitReport {
        written: None,
        environments: found.settings.environments.iter().map(|e| e.name.to_string()).collect(),
        applications: found.settings.applications.iter().map(|a| a.name.to_string()).collect(),
        left_out: remarks(&found.left_out),
        to_look_at: remarks(&found.to_look_at),
        text: text.clone(),
        next: next(notes, &found.settings),
    };
    let unplaced = config::text::unplaced(&found.settings);
    if !unplaced.is_empty() {
        let names: Vec<String> = unplaced.iter().map(|name| format!("`{name}`")).collect();
        let what = format!("put {} in order: no promotion has a source there until `after:` says it", names.join(", "));
        report.next.insert(0, what);
    }
    if run == Run::Real {
        let path = path.ok_or_else(|| {
            Refusal::new(Code::Bare, "a bare repository has no work tree to write the file to")
                .hint("use `--dry-run` and pipe its output")
                .invalid()
        })?;
        let mut file = std::fs::OpenOptions::new()
            .write(true)
            .create_new(true)
            .open(&path)
            .map_err(|error| anyhow::anyhow!("cannot create `{}`: {error}", path.display()))?;
        file.write_all(text.as_bytes())?;
        report.written = Some(FILE.to_string());
    }
    Ok(report)
}

/// Where the file is to stand; `None`: there is no work tree. Refuses where it stands already.
fn place_to_write(context: &Context<'_>, stack: &Stack) -> Result<Option<PathBuf>, Error> {
    let exists = |place: String| {
        Refusal::new(Code::Exists, format!("`{FILE}` exists already{place}; it is never overwritten"))
            .hint("check it: `stageline config check`")
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
fn next(mut notes: Vec<String>, settings: &Settings) -> Vec<String> {
    let all = &settings.applications;
    let bare: Vec<String> =
        all.iter().filter(|app| app.source.is_none()).map(|app| format!("`{}`", app.name)).collect();
    let add = match bare.len() {
        0 => String::new(),
        some if some == all.len() => ", and add `source:` to each application".into(),
        _ => format!(", and add `source:` to {}", bare.join(", ")),
    };
    notes.push(format!("look at `{FILE}`{add}"));
    notes.push(format!(
        "commit and push this file: `git add {FILE} && git commit -m \"Configure stageline\" && git push`"
    ));
    notes
}

/// The sources that a draft (`--config`) names, and the forms of their tags where those can be read. Gives what could not be.
fn add_sources(context: &Context<'_>, stack: &Stack, found: &mut Settings) -> Vec<String> {
    let sources = Sources::new(context);
    let world = stack.main.seen_with(Arc::new(found.clone()));
    for app in &mut found.applications {
        let Some(source) = stack.main.settings.application(&app.name).and_then(|app| app.source.clone()) else {
            continue;
        };
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

fn remarks(told: &[(String, String)]) -> Vec<Remark> {
    told.iter().map(|(place, reason)| Remark { place: place.clone(), reason: reason.clone() }).collect()
}

/// Checks a file: `--config`, else the work tree's, else the tip's.
pub fn check(context: &mut Context<'_>) -> Result<ConfigCheckReport, Error> {
    let (file, place, text) = text_to_check(context)?;
    // Which copy was checked, and whose rules there are besides. A stack that cannot be read has its own verbs to say so.
    let stack = Stack::read(context, Tips::Known).ok();
    stack.iter().for_each(|stack| stack.warn_of_draft(context));
    let told = stack.as_ref().map(Stack::told_differences).unwrap_or_default();
    let own = context.repo.own()?;
    let checked = config::check::check(&text, &file).and_then(|settings| {
        let faults = config::check::of_its_own(&text, &file, |source| own.is(source));
        if faults.is_empty() { Ok(settings) } else { Err(faults) }
    });
    Ok(match checked {
        Ok(settings) => {
            let (mut effects, notices) = (Vec::new(), settings.notices.clone());
            if let Some(mut stack) = stack {
                stack.rule_by(settings)?;
                let strangers = members::strangers(&stack)?;
                let mut listed = (*stack.main.settings).clone();
                listed.applications.retain(|app| !strangers.contains(&app.name));
                effects = effects::told(&stack, &own, &listed)?;
                effects.extend(effects::shared(&stack)?);
                effects.extend(members::told(&stack));
                effects.extend(members::told_strangers(&stack, &strangers));
                effects.extend(held::strange(context, &stack, &stack.main, None)?);
            }
            let notices = notices.into_iter().chain(told).chain(effects).collect();
            ConfigCheckReport { file, place, valid: true, faults: Vec::new(), notices }
        }
        Err(faults) => ConfigCheckReport { file, place, valid: false, faults, notices: Vec::new() },
    })
}

/// The file, where it is, and what it says.
fn text_to_check(context: &mut Context<'_>) -> Result<(String, Option<String>, Vec<u8>), Error> {
    let current = context.repo.surroundings().current_dir.clone();
    if let Some(path) = context.options.config.clone() {
        let shown = path.display().to_string();
        let text = std::fs::read(current.join(&path))
            .map_err(|error| Refusal::new(Code::NoSuchFile, format!("cannot read `{shown}`: {error}")).invalid())?;
        return Ok((shown, None, text));
    }
    if let Some(root) = context.repo.work_tree()
        && let Ok(text) = std::fs::read(root.join(FILE))
    {
        return Ok((FILE.to_string(), Some("in the work tree".into()), text));
    }
    let branch = match &context.options.branch {
        Some(branch) => Some(branch.clone()),
        None => context.repo.head_branch()?,
    };
    let mut tip = None;
    if let Some(branch) = &branch {
        tip = context.repo.tip(&branch.full())?;
        if let (None, Some(remote)) = (tip, context.repo.remotes()?.first()) {
            tip = context.repo.tip(&format!("refs/remotes/{remote}/{branch}"))?;
        }
    }
    if let Some(tip) = tip {
        let path = RepoPath::new(FILE).map_err(anyhow::Error::from)?;
        if let Some(text) = context.repo.snapshot(tip)?.read(&path)? {
            return Ok((FILE.to_string(), branch.map(|branch| format!("on `{branch}`")), text));
        }
    }
    Err(Refusal::new(Code::NoConfig, format!("there is no `{FILE}` here"))
        .hint("`stageline init` writes one from the layout")
        .invalid())
}

/// How families are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// As the file has them.
    AsWritten,
    /// By the entries that each stands for, with the line of its own.
    Expanded,
}

/// The settings in force.
pub fn show(context: &mut Context<'_>, extent: Extent) -> Result<ConfigShowReport, Error> {
    let stack = Stack::read(context, Tips::Known)?;
    stack.warn_of_draft(context);
    let settings = &stack.main.settings;
    let origin = match (settings.origin, stack.main.has_file) {
        (Origin::Discovered, _) => "discovered".to_string(),
        (Origin::File, true) => format!("{FILE} on {}", stack.main.branch),
        (Origin::File, false) => "--config".to_string(),
    };
    let told = stack.told_policies().into_iter().chain(members::told(&stack));
    let notices = settings.notices.iter().cloned().chain(told).collect();
    let settings = match extent {
        Extent::AsWritten => config::text::show(settings),
        Extent::Expanded => {
            let (file, text) = match &context.options.config {
                Some(path) => {
                    let text = std::fs::read(context.repo.surroundings().current_dir.join(path)).ok();
                    (path.display().to_string(), text)
                }
                None => (FILE.to_string(), stack.main.own_file()?),
            };
            let lines = config::check::lines_of_families(&text.unwrap_or_default());
            let places: Vec<String> = lines.iter().map(|line| format!("{file}:{line}")).collect();
            config::text::show_expanded(settings, &places, &members::strangers(&stack)?)
        }
    };
    Ok(ConfigShowReport { origin, settings, notices })
}

/// Names for completions: environments and applications. Never an error, never the network.
pub fn names(context: &mut Context<'_>) -> (Vec<String>, Vec<String>) {
    let Ok(stack) = Stack::read(context, Tips::Known) else { return (Vec::new(), Vec::new()) };
    let apps = stack.main.settings.applications.iter().map(|app| app.name.to_string()).collect();
    (stack.ordered().iter().map(ToString::to_string).collect(), apps)
}
