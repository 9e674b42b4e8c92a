//! `verify`: its flags, and the request that they become.

use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context as _;
use clap::{Args, ValueHint};
use tempfile::TempDir;

use super::evidence;
use super::own_cache;
use super::writing::duration;
use crate::cli::options::Global;
use crate::config::hook::{self, HookSettings};
use crate::domain::commit::CommitId;
use crate::domain::names::{AppName, BranchName};
use crate::domain::refusal::{Code, Error, Refusal};
use crate::domain::report::Report;
use crate::domain::report::verify::{HookReport, VerifyReport};
use crate::domain::settings::SourceAddress;
use crate::git::hook::{Hook, Installs, strange_cache};
use crate::git::judged::Judged;
use crate::git::receipts::ServerKey;
use crate::git::repo::Repo;
use crate::ops::context::Context;
use crate::ops::verbs::record;
use crate::ops::verbs::verify::{self, First, Request, Telling};
use crate::process::Surroundings;

const EXAMPLES: &str = "\
Examples:
  stageline verify
      what is checked out, as a merge into the main branch would make it
  stageline verify origin/main..HEAD   by the rules at that commit
  stageline verify 9d3e7aa~1..9d3e7aa  one commit, by the rules before it
  stageline verify --onto production
      a request for the branch of an environment of its own
  stageline verify -o markdown
      for a comment or a job summary; `-o sarif` for code scanning
  stageline verify --status $HEAD
      in a job: the forge is told, and lets nothing merge that fails
  stageline verify --record
      in a job of the branch: keeps what every gate said of what landed
  stageline verify --evidence audit --signers auditors.allowed_signers
      a folder of `report --evidence`, offline
  stageline verify --install-hook /srv/git/shop-config.git
      on the server: nothing lands past it
  stageline verify --install-hook /srv/git/shop-config.git --check
  stageline verify --install-hook /srv/git/shop-config.git \\
      --receipts /etc/stageline/receipts_key

Rules, people, keys and holds are read from the branch as it stands now, never
from the change, and nothing that an earlier run has kept counts.
Exit code 0: every gate lets it pass; 1: one does not; 3: not yet, or it cannot
be told; 5: it passes, and the forge does not have the status.";

/// Judge a request or a push that anybody made with any tool, by the rules that stand on the branch
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct Verify {
    /// What is to be merged; a base before `..`, a branch or a commit ID, also with `~1`, stands for the branch as it is now [default: HEAD]
    #[arg(value_name = "[BASE..]HEAD", conflicts_with_all = ["pre_receive", "install_hook"])]
    range: Option<String>,
    /// The branch that it is to be merged into [default: the one with the rules]
    #[arg(long, value_name = "BRANCH", conflicts_with_all = ["pre_receive", "install_hook"])]
    onto: Option<BranchName>,
    /// Tell the forge: write the commit status `stageline/verify` of the head, which protection of the branch may require
    #[arg(long, conflicts_with_all = ["pre_receive", "install_hook"])]
    status: bool,
    /// Keep the verdicts of landings that others made, each judged on the tip before it, as signed statements [default: of the branch's
    /// landings since the first that is recorded, wherever one has none]
    #[arg(long, conflicts_with_all = ["status", "pre_receive", "install_hook", "bootstrap"])]
    record: bool,
    /// Check a folder that `report --evidence` wrote; no repository is needed
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath,
          conflicts_with_all = ["range", "onto", "status", "record", "pre_receive", "install_hook", "bootstrap"])]
    evidence: Option<PathBuf>,
    /// The allowed-signers file of those whose word for a folder is taken
    #[arg(long, value_name = "FILE", requires = "evidence", value_hint = ValueHint::FilePath)]
    signers: Option<PathBuf>,
    /// How long a forge that does not answer is asked again: 60s, 5m; 0: once
    #[arg(long, value_name = "DURATION", requires = "status", default_value = "60s", value_parser = duration, hide_default_value = true)]
    wait_for_forge: Duration,
    /// A checkout that stands for the source of an application
    #[arg(long, value_name = "APP=PATH", value_parser = checkout)]
    source: Vec<(AppName, PathBuf)>,
    /// Where mirrors of sources are kept from run to run: a folder of this user alone [default: nowhere]
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    cache: Option<PathBuf>,
    /// The allowed-signers file by which a repository without rules gets its first
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    bootstrap: Option<PathBuf>,
    /// Judge a push: a pre-receive hook's standard input
    #[arg(long)]
    pre_receive: bool,
    /// Record a push that was accepted, and when: a post-receive hook's standard input
    #[arg(long, conflicts_with_all = ["range", "onto", "status", "pre_receive", "install_hook"], requires = "settings")]
    post_receive: bool,
    /// The settings of the hook, which `--install-hook` writes
    #[arg(long, value_name = "FILE", conflicts_with = "install_hook", value_hint = ValueHint::FilePath)]
    settings: Option<PathBuf>,
    /// Install the hook in a repository on a server, or in a folder of hooks
    #[arg(long, value_name = "DIR", conflicts_with = "pre_receive", value_hint = ValueHint::DirPath)]
    install_hook: Option<PathBuf>,
    /// The private SSH key, without a passphrase, by which the server records what it accepted and when (`clock: receipt`)
    #[arg(long, value_name = "KEY", requires = "install_hook", conflicts_with = "check", value_hint = ValueHint::FilePath)]
    receipts: Option<PathBuf>,
    /// Only look whether the hook is installed and judges
    #[arg(long, requires = "install_hook")]
    check: bool,
    #[arg(skip)]
    hook: Option<HookSettings>,
}

/// `APP=PATH`.
fn checkout(text: &str) -> Result<(AppName, PathBuf), String> {
    let (app, path) = text.split_once('=').filter(|(_, path)| !path.is_empty()).ok_or("it is not APP=PATH")?;
    Ok((AppName::new(app).map_err(|why| why.to_string())?, PathBuf::from(path)))
}

impl Verify {
    /// Before the repository is opened: the hook's settings count, and no cache but the one that they name.
    ///
    /// # Errors
    /// The settings cannot be read, or the cache may be somebody else's.
    pub fn before_open(
        &mut self,
        global: &mut Global,
        surroundings: &mut Surroundings,
    ) -> Result<Option<TempDir>, Error> {
        if let Some(file) = &self.settings {
            let text = std::fs::read_to_string(file).with_context(|| format!("cannot read `{}`", file.display()))?;
            let settings = hook::read(&text).map_err(|why| {
                Refusal::new(Code::BadConfig, format!("`{}` cannot be used: {why}", file.display())).invalid()
            })?;
            let (done, so) = match self.post_receive {
                true => ("recorded", "no receipt says when it came"),
                false => ("judged", "nothing is accepted"),
            };
            limit(settings.limit, done, so);
            global.branch = Some(settings.branch.clone());
            self.cache = Some(settings.cache.clone());
            if let Some(first) = &settings.bootstrap {
                self.bootstrap = Some(first.keys.clone());
            }
            self.hook = Some(settings);
        }
        own_cache::set(self.cache.as_deref(), surroundings)
    }

    pub fn run(self, context: &mut Context<'_>) -> Result<Report, Error> {
        let first = self.first(context)?;
        if let Some(settings) = &self.hook {
            context.options.sources = settings.sources.clone();
        }
        let here = context.repo.surroundings().current_dir.clone();
        let checkouts =
            self.source.iter().map(|(app, path)| (app.clone(), SourceAddress(here.join(path).display().to_string())));
        context.options.sources.by_application.extend(checkouts);
        if self.post_receive {
            let file = self.hook.as_ref().and_then(|hook| hook.receipts.as_ref());
            let key = match file.map(|file| ServerKey::read(file)) {
                Some(Ok(key)) => key,
                Some(Err(why)) => {
                    return Err(Refusal::new(Code::CannotSign, format!("no receipt is written: {why}")).invalid());
                }
                None => {
                    let what = "no receipt is written: the settings of the hook name no key for them";
                    return Err(Refusal::new(Code::CannotSign, what)
                        .hint("`receipts: { key: FILE }` there, or take the post-receive hook away")
                        .invalid());
                }
            };
            return verify::post_receive(context, &pushed()?, &key, &self.judged()).map(Report::Verify);
        }
        if self.pre_receive {
            let lines = pushed()?;
            let records = self.hook.as_ref().is_some_and(|hook| hook.receipts.is_some());
            let branch = self.hook.as_ref().map(|hook| &hook.branch);
            let report = verify::pre_receive(context, &lines, branch, &first, records.then(|| self.judged()).as_ref())?;
            let enforced = self.hook.as_ref().is_none_or(|hook| hook.enforce);
            return Ok(Report::Verify(VerifyReport { enforced, ..report }));
        }
        if self.record {
            let request = record::Request { range: self.range.as_deref().map(landed).transpose()?, onto: self.onto };
            return record::run(context, &request).map(Report::Verify);
        }
        let range = self.range.unwrap_or_else(|| "HEAD".to_string());
        let (base, head) = match range.split_once("..") {
            Some((base, head)) => (Some(base).filter(|base| !base.is_empty()), head.trim_start_matches('.')),
            None => (None, range.as_str()),
        };
        let head = if head.is_empty() { "HEAD" } else { head };
        let telling = if self.status { Telling::Forge { patience: self.wait_for_forge } } else { Telling::Nobody };
        let request = Request { base: base.map(String::from), head: head.to_string(), onto: self.onto, telling };
        verify::run(context, &request, &first).map(Report::Verify)
    }

    /// Where the hook notes when it judged what.
    fn judged(&self) -> Judged {
        Judged::below(self.hook.as_ref().map_or(Path::new(""), |hook| &hook.cache))
    }

    /// The keys by which first rules land.
    fn first(&self, context: &Context<'_>) -> Result<First, Error> {
        let read = |file: &PathBuf| {
            let file = context.repo.surroundings().current_dir.join(file);
            std::fs::read(&file).with_context(|| format!("cannot read `{}`", file.display()))
        };
        let keys = self.bootstrap.as_ref().map(read).transpose()?;
        let named = self.hook.as_ref().and_then(|hook| hook.bootstrap.as_ref()?.tip.as_deref());
        Ok(First { keys, tip: named.and_then(CommitId::from_hex) })
    }
}

/// `BASE..HEAD` of what has landed; without a head up to the tip.
pub(super) fn landed(range: &str) -> Result<(String, Option<String>), Error> {
    let ends = range.split_once("..").filter(|(base, _)| !base.is_empty());
    let (base, head) = ends.ok_or_else(|| {
        let what = format!("`{range}` is no range: what has landed is named by both ends");
        Refusal::new(Code::Usage, what).hint("`BASE..HEAD`, or `BASE..` up to the tip of the branch").invalid()
    })?;
    Ok((base.to_string(), Some(head.to_string()).filter(|head| !head.is_empty())))
}

/// What git tells a hook on its standard input.
fn pushed() -> Result<String, Error> {
    let mut lines = String::new();
    std::io::stdin().read_to_string(&mut lines)?;
    Ok(lines)
}

/// Ends this process where it takes longer: a push that is not judged is not accepted.
fn limit(seconds: u64, done: &'static str, so: &'static str) {
    std::thread::spawn(move || {
        std::thread::sleep(Duration::from_secs(seconds));
        let said = format!("stageline: not {done} within {seconds} s, so {so}: `limit:` of the hook's settings\n");
        std::io::stderr().lock().write_all(said.as_bytes()).ok();
        // Where that fails too, whoever waits for this ends it.
        rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::TERM).ok();
    });
}

impl Verify {
    /// Checks a folder of evidence, installs the hook, or looks whether it is, where that is asked for: these need no repository of the
    /// caller's.
    ///
    /// # Errors
    /// There is no such place, or another hook is there.
    pub fn without_repository(&self, global: &Global, surroundings: &Surroundings) -> Result<Option<Report>, Error> {
        if let Some(folder) = &self.evidence {
            return evidence::check(folder, self.signers.as_deref(), surroundings).map(Some);
        }
        let Some(dir) = &self.install_hook else { return Ok(None) };
        let dir = surroundings.current_dir.join(dir);
        let hook = Hook::of(&dir)?;
        let repo = hook.repository.as_ref().map(|dir| Repo::open(dir, surroundings)).transpose()?;
        let repo = repo.as_ref();
        let head = || repo.map_or(Ok(None), Repo::head_branch).transpose();
        let branch = match global.branch.clone().map(Ok).or_else(head) {
            Some(branch) => branch?,
            None => BranchName::new("main").map_err(anyhow::Error::from)?,
        };
        if let (false, Some(why)) = (hook.settings.exists() || self.check, without_rules(repo, &branch)?) {
            return Err(Refusal::new(Code::NoSuchBranch, why)
                .hint("say which branch has the rules: `--branch NAME`")
                .invalid());
        }
        let key = self.receipts.as_ref().map(|key| surroundings.current_dir.join(key));
        let mut report = install(&hook, &branch, (self.check, key.as_deref()), surroundings)?;
        if let Ok(settings) = settings_of(&hook) {
            report.faults.extend(without_rules(repo, &settings.branch)?);
        }
        Ok(Some(Report::Hook(report)))
    }
}

/// What is wrong with a branch that is to have the rules: the repository has others, and not this one.
fn without_rules(repo: Option<&Repo>, branch: &BranchName) -> Result<Option<String>, Error> {
    let Some(repo) = repo else { return Ok(None) };
    let there = repo.served("refs/heads/")?;
    let lacks = !there.is_empty() && there.iter().all(|one| one.name != branch.full());
    Ok(lacks.then(|| format!("`{branch}` is to have the rules, and the repository has no such branch")))
}

/// The settings of a hook as they stand. The error is a whole sentence.
fn settings_of(hook: &Hook) -> Result<HookSettings, String> {
    let read =
        |text: String| hook::read(&text).map_err(|why| format!("`{}` cannot be used: {why}", hook.settings.display()));
    hook.settings_text().and_then(read)
}

/// Installs the hook, or looks whether it is. `receipts`: the key that they are to be signed with, where it is given.
fn install(
    hook: &Hook,
    branch: &BranchName,
    (check, receipts): (bool, Option<&Path>),
    surroundings: &Surroundings,
) -> Result<HookReport, Error> {
    let program = std::env::current_exe().context("cannot tell where this program is")?;
    let told = |path: &Path| path.display().to_string();
    let cache = hook.settings.with_file_name("stageline-cache");
    let key = receipts.map(told);
    if !check {
        refuse_key(hook, receipts)?;
        let records = receipts.is_some() || settings_of(hook).is_ok_and(|settings| settings.receipts.is_some());
        hook.refuse(if records { Installs::Recorder } else { Installs::Judge })?;
        hook.install(&program, &hook::text(branch, &told(&cache), key.as_deref()), &cache)?;
    }
    let mut faults = hook.faults(&program, surroundings);
    let mut recorder = None;
    match settings_of(hook) {
        Err(why) => faults.push(why),
        Ok(settings) => {
            faults.extend(strange_cache(&settings.cache));
            if !settings.enforce {
                faults.push("`enforce: false`: everything is accepted".to_string());
            }
            if let Some(key) = &settings.receipts {
                if !check {
                    hook.install_recorder(&program)?;
                }
                faults.extend(hook.faults_of_recorder(&program, key, surroundings));
                recorder = Some(told(&hook.recorder));
            }
        }
    }
    let (script, settings) = (told(&hook.script), told(&hook.settings));
    Ok(HookReport { script, recorder, settings, installed: !check, faults })
}

/// A key that cannot sign, or that is not the one of the settings, which stay.
fn refuse_key(hook: &Hook, key: Option<&Path>) -> Result<(), Error> {
    let Some(key) = key else { return Ok(()) };
    ServerKey::read(key).map_err(|why| Refusal::new(Code::CannotSign, format!("no receipts: {why}")).invalid())?;
    let is_its = |settings: HookSettings| settings.receipts.as_deref() == Some(key);
    if !hook.settings.is_file() || settings_of(hook).is_ok_and(is_its) {
        return Ok(());
    }
    let what = format!("`{}` is there, names another key or none for receipts, and stays", hook.settings.display());
    Err(Refusal::new(Code::Exists, what)
        .hint(format!("write there `receipts: {{ key: {} }}`, and install again without `--receipts`", key.display()))
        .refused())
}
