//! `config check`, `config show`; and the names that completions offer.

use std::sync::Arc;

use crate::config;
use crate::domain::fault::Fault;
use crate::domain::files::Files;
use crate::domain::names::AppName;
use crate::domain::path::RepoPath;
use crate::domain::refusal::{Code, Error, Refusal};
use crate::domain::report::{ConfigCheckReport, ConfigShowReport};
use crate::domain::settings::{FILE, Origin};
use crate::git::fetch::Rewound;

use crate::ops::context::{Context, Freshness};
use crate::ops::landing::{protections, template};
use crate::ops::previews::orphans;
use crate::ops::reading::effects;
use crate::ops::reading::held;
use crate::ops::reading::members;
use crate::ops::reading::sources::Sources;
use crate::ops::reading::stack::{Stack, Tips, given_text};
use crate::ops::reports::words;

/// Whether the forge is asked about what the file says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ask {
    Nobody,
    /// `--online`.
    TheForge,
}

/// Checks a file: `--config`, else the work tree's, else the tip's.
pub fn check(context: &mut Context<'_>, ask: Ask) -> Result<ConfigCheckReport, Error> {
    let (file, place, text) = text_to_check(context)?;
    // Which copy was checked, and whose rules there are besides. A stack that cannot be read has its own verbs to say so.
    let stack = Stack::read(context, Tips::Known).ok();
    stack.iter().for_each(|stack| stack.warn_of_draft(context));
    let told = stack.as_ref().map(Stack::told_differences).unwrap_or_default();
    let own = context.repo.own()?;
    let own_faults = templates(context, &text, &file, stack.as_ref())?;
    let checked = config::check::check(&text, &file).and_then(|settings| {
        let mut faults = config::check::of_its_own(&text, &file, |source| own.is(source));
        faults.extend(own_faults);
        if faults.is_empty() { Ok(settings) } else { Err(faults) }
    });
    Ok(match checked {
        Ok(settings) => {
            let (mut effects, notices) = (Vec::new(), settings.notices.clone());
            if let Some(mut stack) = stack {
                let left = orphans::of(&stack, (&stack.main.settings, &Arc::new(settings.clone())), &stack.main)?;
                effects.extend(left.iter().map(|one| format!("it {}: {}", one.told(), one.cure())));
                stack.rule_by(settings)?;
                let strangers = members::strangers(&stack)?;
                let mut listed = (*stack.main.settings).clone();
                listed.applications.retain(|app| !strangers.contains(&app.name));
                effects.extend(effects::told(&stack, &own, &listed)?);
                effects.extend(effects::shared(&stack)?);
                let lost = members::families_of_none(&stack.main.settings).into_iter();
                effects.extend(lost.map(|(place, why)| format!("{why}: {place}")));
                effects.extend(members::told(&stack));
                effects.extend(members::told_strangers(&stack, &strangers));
                effects.extend(held::strange(context, &stack, &stack.main, None)?);
                if ask == Ask::TheForge {
                    effects.extend(protections::told(context, &stack)?.into_iter().map(|(_, text)| text));
                }
            }
            let notices = notices.into_iter().chain(told).chain(effects).collect();
            ConfigCheckReport { file, place, valid: true, faults: Vec::new(), notices }
        }
        Err(faults) => ConfigCheckReport { file, place, valid: false, faults, notices: Vec::new() },
    })
}

/// What is wrong with the templates that the file names: as they lie in the work tree, as the file does, else at the tip.
fn templates(context: &Context<'_>, text: &[u8], file: &str, stack: Option<&Stack>) -> Result<Vec<Fault>, Error> {
    let mut faults: Vec<Fault> = Vec::new();
    for named in config::check::templates(text) {
        let there = context.repo.work_tree().map(|root| root.join(named.path.as_str()));
        let found = match there.map(|path| (std::fs::symlink_metadata(&path), path)) {
            Some((Ok(at), path)) if at.is_file() => std::fs::read(path).ok(),
            Some((Ok(_), _)) => None,
            // A sparse checkout lacks it, and the branch has it.
            Some((Err(_), _)) | None => match stack {
                Some(stack) => template::bytes(stack.main.files.as_ref(), &named.path)?,
                None => None,
            },
        };
        let fault = |file: &str, (line, column): (u32, u32), message: String| Fault {
            file: file.to_string(),
            line,
            column,
            key: named.key.clone(),
            message,
            hint: None,
        };
        let Some(found) = found else {
            faults.push(fault(file, (named.line, named.column), format!("there is no file `{}`", named.path)));
            continue;
        };
        if let Err(why) = template::text(found).and_then(|text| words::tried(&text)) {
            let told = fault(named.path.as_str(), (why.line, 1), why.message);
            let is_news = |known: &Fault| (&known.file, known.line) != (&told.file, told.line);
            if faults.iter().all(is_news) {
                faults.push(told);
            }
        }
    }
    Ok(faults)
}

/// The file, where it is, and what it says.
fn text_to_check(context: &mut Context<'_>) -> Result<(String, Option<String>, Vec<u8>), Error> {
    if let Some((file, text)) = given_text(context)? {
        return Ok((file, None, text));
    }
    if let Some(root) = context.repo.work_tree()
        && let Ok(text) = std::fs::read(root.join(FILE))
    {
        return Ok((FILE.to_string(), Some("in the work tree".into()), text));
    }
    let branch = match &context.options.branch {
        Some(branch) => Some(branch.clone()),
        None => match (context.repo.head_branch()?, context.repo.remotes()?.first()) {
            (None, Some(remote)) => context.repo.remote_head(remote)?,
            (head, _) => head,
        },
    };
    let mut tip = None;
    if let Some(branch) = &branch {
        tip = context.repo.tip(&branch.full())?;
        if let (None, Some(remote)) = (tip, context.repo.remotes()?.first()) {
            tip = context.repo.tip(&format!("refs/remotes/{remote}/{branch}"))?;
            if tip.is_none() && context.options.freshness == Freshness::Fetched {
                let asked = std::slice::from_ref(branch);
                tip = context.repo.fetch(remote, asked, Rewound::Refused)?.first().copied().flatten();
            }
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
            let (file, text) = match given_text(context)? {
                Some(given) => given,
                None => (FILE.to_string(), stack.main.own_file()?.unwrap_or_default()),
            };
            let lines = config::check::lines_of_families(&text);
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

/// The tags and branches of an application's source, each with what it is: for completions, as they are known here.
///
/// # Errors
/// The configuration or the source cannot be read.
pub fn names_of_source(context: &mut Context<'_>, app: &AppName) -> Result<Vec<(String, &'static str)>, Error> {
    let stack = Stack::read(context, Tips::Known)?;
    let Some(app) = stack.main.settings.applications.iter().find(|one| one.name == *app) else { return Ok(Vec::new()) };
    let Some(source) = Sources::new(context).of(app)? else { return Ok(Vec::new()) };
    let tags = source.tags()?.into_iter().map(|name| (name, "tag"));
    Ok(tags.chain(source.branches()?.into_iter().map(|name| (name, "branch"))).collect())
}
