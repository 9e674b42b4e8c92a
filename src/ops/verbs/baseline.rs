//! `baseline mark`, `baseline list`, `baseline show`: states of an environment that are known to be good, as signed tags.

use jiff::tz::TimeZone;

use crate::domain::baseline::{self, Which};
use crate::domain::commit::CommitId;
use crate::domain::names::{AppName, BaselineName, EnvName};
use crate::domain::pin::Pin;
use crate::domain::refusal::{Code, Error, Objection, Refusal};
use crate::domain::report::baselines::{
    BaselineReport, BaselineRun, BaselineShown, BaselinesReport, MarkReport, MarkWord,
};
use crate::domain::settings::{Application, Environment};
use crate::domain::signature::SignatureWord;
use crate::domain::steering::one_line;
use crate::domain::version::Version;
use crate::git::release_baselines::Marking;
use crate::records;

use super::attest::writing;
use super::carry;
use crate::ops::context::{Context, Reach, Run, Writing};
use crate::ops::judging::baselines::{self, Baseline};
use crate::ops::landing::land::tips;
use crate::ops::reading::sources::Sources;
use crate::ops::reading::stack::{Stack, Tips};
use crate::ops::reading::then;
use crate::ops::reading::world::World;

/// So many names of one day are tried.
const A_DAY: usize = 50;

/// What is to be marked.
#[derive(Debug, Clone)]
pub struct Mark {
    pub env: EnvName,
    /// `--name`; `None`: the date.
    pub name: Option<BaselineName>,
    /// `--at`: a point of its past; `None`: now.
    pub at: Option<String>,
    pub reason: Option<String>,
    pub run: Run,
    pub reach: Reach,
}

/// Marks a state as known to be good: a signed tag that is never moved. Done again for the same state it is the same one.
///
/// # Errors
/// The environment runs nothing that can be read, the name is taken, nobody would know whose signature it is, or the remote does not
/// take the tag.
pub fn mark(context: &mut Context<'_>, request: &Mark) -> Result<MarkReport, Error> {
    let writing = Writing { reach: request.reach, ..writing(request.run, request.reason.clone()) };
    let stack = carry::begin_from(context, &writing, request.at.as_deref().map(|at| (&request.env, at)))?;
    let tips = tips(context, &writing)?;
    mark_on(context, &stack, tips, request)
}

/// The same on worlds that were read before.
///
/// # Errors
/// As above.
pub fn mark_on(context: &mut Context<'_>, stack: &Stack, tips: Tips, request: &Mark) -> Result<MarkReport, Error> {
    let state = State::of(context, stack, &request.env, request.at.as_deref())?;
    if state.pins.iter().all(|(_, version)| version.is_none()) {
        let what = format!("`{}` runs nothing that could be known to be good", request.env);
        return Err(Refusal::new(Code::NoApplications, what).hint("see `stageline status`").refused());
    }
    let tags = baselines::tags(context, stack, tips)?;
    let all = baselines::of(context, stack, &request.env, &tags.all)?;
    let report = |context: &Context<'_>, found: &Baseline, became| MarkReport {
        became,
        baseline: told(found),
        runs: state.told(context, stack, None),
        notes: stack.notes.iter().cloned().chain(state.moving()).collect(),
    };
    let left = baselines::left(context, stack, &request.env, &tags.all)?;
    let is_it = |one: &&Baseline| {
        one.commit == Some(state.commit) && request.name.as_ref().is_none_or(|name| *name == one.name)
    };
    if let (Some(one), Some(remote), Run::Real) = (left.iter().find(is_it), &stack.remote, request.run)
        && request.reach == Reach::Remote
        && context.repo.push_baseline(remote, &baseline::tag(&one.env, &one.name))? == Marking::Done
    {
        return Ok(report(context, one, MarkWord::Marked));
    }
    if let Some(there) = already(request, &all, state.commit)? {
        return Ok(report(context, there, MarkWord::Kept));
    }
    for nth in 1..=A_DAY {
        let Some(name) = name(context, request, &all, nth)? else { continue };
        if request.run == Run::Dry {
            return Ok(report(context, &planned(context, request, &name, state.commit)?, MarkWord::Planned));
        }
        if let Some(made) = make(context, stack, request, (&name, &state))? {
            return Ok(report(context, &made, MarkWord::Marked));
        }
        if request.name.is_some() {
            return Err(taken(&request.env, &name));
        }
    }
    let what = format!("`{}` has {A_DAY} baselines of today already", request.env);
    Err(Refusal::new(Code::Exists, what).hint("name it: `--name NAME`").refused())
}

/// What an environment runs at a commit of its branch.
struct State {
    commit: CommitId,
    /// `None`: not there, or its sites disagree.
    pins: Vec<(Application, Option<Version>)>,
}

impl State {
    /// As it is, or as it was at a point of its past.
    fn of(context: &Context<'_>, stack: &Stack, env: &EnvName, at: Option<&str>) -> Result<Self, Error> {
        let (world, env) = stack.environment(env)?;
        match at {
            None => Self::read(&world, &env),
            Some(at) => {
                let then = then::world_then(context, stack, &world, &env, at, &[]);
                let (world, env) = then.map_err(|why| of_all(&env.name, at, why))?;
                Self::read(&world, &env)
            }
        }
    }

    fn read(world: &World, env: &Environment) -> Result<Self, Error> {
        let apps: Vec<(&Application, &Environment)> =
            world.settings.applications.iter().map(|app| (app, env)).collect();
        let mut pins = Vec::new();
        for ((app, _), pin) in apps.iter().zip(world.each_pin(&apps)) {
            pins.push(((*app).clone(), pin?.as_ref().and_then(Pin::version)));
        }
        Ok(Self { commit: world.base, pins })
    }

    /// What is said of each application that nobody can bring back by it.
    fn moving(&self) -> impl Iterator<Item = String> {
        let moving = |(app, version): &(Application, Option<Version>)| {
            let version = version.as_ref().filter(|version| version.moves())?;
            let what = "which is another build tomorrow: this baseline is no way back for it";
            Some(format!("`{}` says `{}`, {what}", app.name, version.short()))
        };
        self.pins.iter().filter_map(moving)
    }

    /// As a report has it, with what runs now where that is asked for.
    fn told(&self, context: &Context<'_>, stack: &Stack, now: Option<&State>) -> Vec<BaselineRun> {
        let sources = Sources::new(context).with_pages(&stack.main.settings);
        let now = now.unwrap_or(self);
        let is_of = |name: &AppName| now.pins.iter().find(|(app, _)| app.name == *name);
        let text = |version: &Version| version.as_str().to_string();
        let row = |(app, version): &(Application, Option<Version>)| {
            let id = version
                .as_ref()
                .and_then(|version| sources.if_asked(&app.name, sources.commit_of(app, Some(version))).flatten());
            let later = is_of(&app.name).and_then(|(_, later)| later.as_ref());
            BaselineRun {
                application: app.name.to_string(),
                version: version.as_ref().map(text),
                commit: id.map(|id| id.to_string()),
                now: later.map(text),
                same: later == version.as_ref(),
            }
        };
        let was: Vec<BaselineRun> = self.pins.iter().filter(|(_, version)| version.is_some()).map(row).collect();
        let is_new = |(app, version): &&(Application, Option<Version>)| {
            version.is_some() && !was.iter().any(|row| row.application == app.name.as_str())
        };
        let born = now.pins.iter().filter(is_new).map(|(app, version)| BaselineRun {
            application: app.name.to_string(),
            version: None,
            commit: None,
            now: version.as_ref().map(text),
            same: false,
        });
        was.iter().cloned().chain(born).collect()
    }
}

/// A number counts the changes of one application, and a baseline is of all of them: what can be typed instead.
fn of_all(env: &EnvName, at: &str, why: Error) -> Error {
    match why {
        Error::Invalid(why) if why.code == Code::SeveralApplications => {
            let what = format!("`{env}@{at}` counts the changes of one application, and a baseline is of all of them");
            Refusal::new(why.code, what)
                .hint(format!("name the landing, or a moment: `{env}@config:COMMIT`, `{env}@TIME`"))
                .hint(format!("which landing it was: `stageline history APP --env {env} -o wide`"))
                .invalid()
        }
        other => other,
    }
}

/// The baseline that makes another one needless; refused where its name stands for another state.
fn already<'b>(request: &Mark, all: &'b [Baseline], state: CommitId) -> Result<Option<&'b Baseline>, Error> {
    let is_same = |one: &&Baseline| one.counts.is_ok() && one.commit == Some(state);
    let Some(name) = &request.name else { return Ok(all.iter().find(is_same)) };
    let twin = all.iter().find(|one| one.name.as_str().eq_ignore_ascii_case(name.as_str()));
    match twin {
        None => Ok(None),
        Some(one) if one.name == *name && is_same(&one) => Ok(Some(one)),
        Some(one) => Err(taken(&request.env, &one.name)),
    }
}

fn taken(env: &EnvName, name: &BaselineName) -> Error {
    Refusal::new(Code::Exists, format!("`{env}` has a baseline `{name}` already, and a baseline stays where it is"))
        .hint("give this one another name: `--name NAME`")
        .refused()
}

/// The name of the nth try; `None`: it is taken.
fn name(context: &Context<'_>, request: &Mark, all: &[Baseline], nth: usize) -> Result<Option<BaselineName>, Error> {
    if let Some(name) = &request.name {
        return Ok(Some(name.clone()));
    }
    let day = TimeZone::UTC.to_datetime(context.now).strftime("%Y-%m-%d").to_string();
    let text = if nth == 1 { day } else { format!("{day}.{nth}") };
    let name = BaselineName::new(text).map_err(anyhow::Error::from)?;
    Ok((!all.iter().any(|one| one.name == name)).then_some(name))
}

/// What would be made.
fn planned(context: &Context<'_>, request: &Mark, name: &BaselineName, commit: CommitId) -> Result<Baseline, Error> {
    Ok(Baseline {
        env: request.env.clone(),
        name: name.clone(),
        commit: Some(commit),
        by: Some(context.repo.author()?),
        when: Some(context.now),
        reason: request.reason.as_deref().map(one_line),
        signature: SignatureWord::None,
        signers: Vec::new(),
        counts: Ok(()),
    })
}

/// Makes a baseline and brings it to where others find it; `None`: somebody else has taken the name meanwhile.
fn make(
    context: &mut Context<'_>,
    stack: &Stack,
    request: &Mark,
    (name, state): (&BaselineName, &State),
) -> Result<Option<Baseline>, Error> {
    let tag = baseline::tag(&request.env, name);
    let runs: Vec<(AppName, Option<Version>)> =
        state.pins.iter().map(|(app, version)| (app.name.clone(), version.clone())).collect();
    let message = records::baseline::render((&request.env, name), request.reason.as_deref(), &runs);
    context.repo.can_sign()?;
    let Some(made) = context.repo.make_baseline(&tag, state.commit, &message)? else { return Ok(None) };
    let found = baselines::of(context, stack, &request.env, &[made])?.into_iter().next();
    let found = found.ok_or_else(|| anyhow::anyhow!("the tag `{tag}` was made and is not read as a baseline"))?;
    if let Err(why) = found.counts {
        context.repo.unmake_baseline(&tag)?;
        return Err(match found.signature {
            SignatureWord::Good => why.into(),
            // git makes a tag also where the program that signs gave it nothing.
            SignatureWord::None => unsigned(),
            _ => stranger(&why),
        });
    }
    if let (Some(remote), Reach::Remote) = (&stack.remote, request.reach)
        && context.repo.push_baseline(remote, &tag)? == Marking::Taken
    {
        return Ok(None);
    }
    Ok(Some(found))
}

fn unsigned() -> Error {
    Refusal::new(Code::CannotSign, "the tag could not be signed: the program that signs made no signature")
        .hint("see whether git signs by itself: `git commit-tree -S -m test HEAD^{tree}`")
        .invalid()
}

/// What is said to whoever has a key by which no baseline counts.
fn stranger(why: &Objection) -> Error {
    let what = "your key is not among those that are known at the base, so the baseline would not count";
    Refusal::new(Code::NotASigner, what)
        .detail(why.refusal().message.clone())
        .hint("have those who own the rules add it to the signers file, with one of the principals of `people:`")
        .refused()
}

/// Lists them, of one environment or of all that last.
///
/// # Errors
/// The remote cannot be asked, where `--fetch` says so; the clone cannot be read.
pub fn list(context: &mut Context<'_>, env: Option<&EnvName>) -> Result<BaselinesReport, Error> {
    let stack = Stack::read(context, Tips::Known)?;
    stack.warn_of_draft(context);
    let tags = baselines::tags(context, &stack, Tips::Known)?;
    let envs: Vec<EnvName> = match env {
        Some(env) => vec![env.clone()],
        None => {
            let lasting = stack.main.settings.environments.iter().filter(|env| env.ephemeral.is_none());
            lasting.map(|env| env.name.clone()).collect()
        }
    };
    let mut out = Vec::new();
    for env in &envs {
        out.extend(baselines::of(context, &stack, env, &tags.all)?.iter().map(told));
    }
    let mut notes = stack.notes.clone();
    if !tags.are_of_now {
        let command = context.options.command("baseline list --fetch");
        notes.push(format!("these are the tags that this clone has; to ask the remote: `{command}`"));
    }
    Ok(BaselinesReport { baselines: out, notes })
}

/// Shows one, with what the environment runs by it and what it runs now.
///
/// # Errors
/// There is none of that name, or it does not count; the remote cannot be asked, where `--fetch` says so.
pub fn show(context: &mut Context<'_>, env: &EnvName, which: &Which) -> Result<BaselineShown, Error> {
    let mut stack = Stack::read(context, Tips::Known)?;
    stack.warn_of_draft(context);
    let tags = baselines::tags(context, &stack, Tips::Known)?;
    let found = baselines::meant(&baselines::of(context, &stack, env, &tags.all)?, env, which, tags.are_of_now)?;
    baselines::know(&mut stack, &found, which)?;
    let then = State::of(context, &stack, env, Some(&which.point()))?;
    let now = State::of(context, &stack, env, None)?;
    let runs = then.told(context, &stack, Some(&now));
    let differences = runs.iter().filter(|run| !run.same).count();
    let notes = stack.notes.iter().cloned().chain(then.moving()).collect();
    Ok(BaselineShown { baseline: told(&found), runs, differences, notes })
}

/// One as a report has it.
pub fn told(one: &Baseline) -> BaselineReport {
    BaselineReport {
        environment: one.env.to_string(),
        name: one.name.to_string(),
        tag: baseline::tag(&one.env, &one.name),
        commit: one.commit.map(|commit| commit.to_string()),
        marked: one.when,
        by: one.by.clone(),
        signature: one.signature,
        signers: one.signers.clone(),
        reason: one.reason.clone(),
        counts: one.counts.is_ok(),
        why_not: one.counts.as_ref().err().map(|why| why.refusal().on_one_line()),
    }
}
