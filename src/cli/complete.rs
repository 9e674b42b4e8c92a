//! Completions while typing: environments, applications, commits and revisions of the repository that the line is about.

use std::cell::RefCell;
use std::ffi::OsStr;
use std::path::PathBuf;
use std::sync::OnceLock;
use std::time::Instant;

use clap_complete::engine::CompletionCandidate;
use jiff::Timestamp;

use super::build::build;
use super::face::Silent;
use super::terminal;
use crate::domain::names::{AppName, EnvName};
use crate::domain::report::{HistoryRow, Report};
use crate::domain::settings::NamePattern;
use crate::domain::source_rules::SourceRules;
use crate::git::by_address::ByAddress;
use crate::git::repo::Repo;
use crate::git::source::Network;
use crate::ops::context::{At, Context, Freshness, Options};
use crate::ops::verbs::{baseline, history, setup};
use crate::text;

/// The variable by which a shell asks.
pub const VARIABLE: &str = "STAGELINE_COMPLETE";

/// How many changes are looked at for commits and revisions.
const CHANGES: usize = 50;

/// Environments.
pub fn environments(current: &OsStr) -> Vec<CompletionCandidate> {
    matching(current, names().0.iter().map(|name| (name.clone(), String::new())))
}

/// Environments, and after `ENV@` their landings: the changes `rN` of the application on the line, and commits of the config
/// repository.
pub fn environments_and_moments(current: &OsStr) -> Vec<CompletionCandidate> {
    match current.to_str().and_then(|word| word.split_once('@')) {
        Some((env, _)) => matching(current, moments(env).into_iter().map(|(at, help)| (format!("{env}@{at}"), help))),
        None => environments(current),
    }
}

/// The same, and after `ENV/` the release baselines of it that count.
pub fn environments_and_baselines(current: &OsStr) -> Vec<CompletionCandidate> {
    match current.to_str().and_then(|word| word.split_once('/')) {
        Some((env, _)) => matching(current, baselines(env).map(|(name, help)| (format!("{env}/{name}"), help))),
        None => environments_and_moments(current),
    }
}

/// Applications.
pub fn applications(current: &OsStr) -> Vec<CompletionCandidate> {
    matching(current, names().1.iter().map(|name| (name.clone(), String::new())))
}

/// Applications, and after `APP@` its commits, and the tags and branches of its source.
pub fn applications_with_revision(current: &OsStr) -> Vec<CompletionCandidate> {
    match current.to_str().and_then(|word| word.split_once('@')) {
        Some((app, _)) => {
            let all = commits_of(Some(app)).into_iter().chain(names_of(Some(app)));
            matching(current, all.map(|(commit, help)| (format!("{app}@{commit}"), help)))
        }
        None => applications(current),
    }
}

/// Application commits of the application on the line that have been in an environment, newest first; then the tags and branches
/// of its source.
pub fn commits(current: &OsStr) -> Vec<CompletionCandidate> {
    matching(current, commits_of(None).into_iter().chain(names_of(None)))
}

/// What `rollback --to` takes: the revisions of the application and environment on the line.
pub fn revisions(current: &OsStr) -> Vec<CompletionCandidate> {
    let env = words().option("--env");
    let rows = changes(None, env);
    let told = |row: &HistoryRow| {
        let version = row.to.as_deref()?;
        Some(format!("{version} {} {} by {}", row.verb, row.when.strftime("%F %H:%M"), row.by))
    };
    let by_commit = |row: &HistoryRow| format!("config:{}", row.config_commit);
    // Whoever types it wants commits; otherwise they would only say of each revision once more what it is.
    if current.to_string_lossy().starts_with("config:") {
        return matching(current, rows.iter().filter_map(|row| Some((by_commit(row), told(row)?))));
    }
    let revisions = rows
        .iter()
        .filter(|row| !row.live)
        .filter_map(|row| Some((row.rev.clone().unwrap_or_else(|| by_commit(row)), told(row)?)));
    let known = baselines(env.unwrap_or_default()).map(|(name, help)| (format!("baseline/{name}"), help));
    matching(current, revisions.chain(known))
}

/// What `show` takes: the newest landings, and after `APP:` the numbers of its changes.
pub fn landings(current: &OsStr) -> Vec<CompletionCandidate> {
    let help =
        |row: &HistoryRow| format!("{} {} {} by {}", row.verb, row.environment, row.when.strftime("%F %H:%M"), row.by);
    let env = words().option("--env");
    match current.to_str().and_then(|word| word.split_once(':')) {
        Some((app, _)) => {
            let rows = changes(Some(app), env);
            let numbered = rows.iter().filter_map(|row| Some((format!("{app}:{}", row.rev.as_ref()?), help(row))));
            let mut all: Vec<(String, String)> = numbered.collect();
            // In several environments a number may be there more than once.
            all.dedup_by(|one, other| one.0 == other.0);
            matching(current, all)
        }
        None => {
            let rows = rows(None, env);
            let mut all: Vec<(String, String)> = rows
                .iter()
                .map(|row| (row.config_commit.clone(), format!("{} {}", row.application, help(row))))
                .collect();
            all.dedup_by(|one, other| one.0 == other.0);
            matching(current, all)
        }
    }
}

/// When an environment was what: the changes of the application on the line, and the landings that it had.
fn moments(env: &str) -> Vec<(String, String)> {
    let told = |row: &HistoryRow| {
        let version = row.to.as_deref().unwrap_or_default();
        format!("{} {version} {} {} by {}", row.application, row.verb, row.when.strftime("%F %H:%M"), row.by)
    };
    let rows = match words().application(&names().1) {
        Some(app) => changes(Some(app), Some(env)),
        None => rows(None, Some(env)),
    };
    let is_of_one = rows.windows(2).all(|pair| pair[0].application == pair[1].application);
    let numbered = rows.iter().filter(|_| is_of_one).filter_map(|row| Some((row.rev.clone()?, told(row))));
    let mut all: Vec<(String, String)> = numbered.collect();
    all.extend(rows.iter().map(|row| (row.config_commit.clone(), told(row))));
    all.dedup_by(|one, other| one.0 == other.0);
    all
}

/// The tags and branches of the source of an application, as they are known here.
fn names_of(app: Option<&str>) -> Vec<(String, String)> {
    let app = app.or_else(|| words().application(&names().1)).and_then(|app| AppName::new(app).ok());
    let Some(app) = app else { return Vec::new() };
    let found = with_context(|context| setup::names_of_source(context, &app).ok()).unwrap_or_default();
    found.into_iter().map(|(name, what)| (name, what.to_string())).collect()
}

fn commits_of(app: Option<&str>) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = Vec::new();
    for row in changes(app, None) {
        let Some(commit) = row.to_commit else { continue };
        if !found.iter().any(|(known, _)| *known == commit) {
            found.push((commit, format!("{} {}", row.environment, row.when.strftime("%F %H:%M"))));
        }
    }
    found
}

/// The release baselines of an environment that count, as this clone knows them, the newest first.
fn baselines(env: &str) -> impl Iterator<Item = (String, String)> {
    let all = match EnvName::new(env) {
        Ok(env) => with_context(|context| baseline::list(context, Some(&env)).ok()),
        Err(_) => None,
    };
    all.into_iter().flat_map(|report| report.baselines).filter(|one| one.counts).map(|one| {
        let marked = one.marked.map_or(String::new(), |at| at.strftime("%F %H:%M").to_string());
        (one.name, [marked, one.reason.unwrap_or_default()].join(" ").trim().to_string())
    })
}

fn matching(current: &OsStr, all: impl IntoIterator<Item = (String, String)>) -> Vec<CompletionCandidate> {
    let current = current.to_string_lossy();
    all.into_iter()
        .filter(|(word, _)| word.starts_with(&*current) && is_harmless(word))
        .map(|(word, help)| {
            let help = (!help.is_empty()).then(|| text::terminal(&help).into());
            // Names are checked where they are read, but nothing unchecked may reach a shell.
            CompletionCandidate::new(text::terminal(&word)).help(help)
        })
        .collect()
}

/// Whether a shell takes a word as it is: of branches and tags git lets everybody name some `$(...)`.
fn is_harmless(word: &str) -> bool {
    word.chars().all(|c| c.is_alphanumeric() || "@:/._-+=,%".contains(c))
}

fn changes(app: Option<&str>, env: Option<&str>) -> Vec<HistoryRow> {
    let app = app.or_else(|| words().application(&names().1));
    let Some(application) = app.and_then(|app| AppName::new(app).ok()) else { return Vec::new() };
    rows(Some(application), env)
}

fn rows(application: Option<AppName>, env: Option<&str>) -> Vec<HistoryRow> {
    let applications = application.and_then(|app| NamePattern::new(app.as_str()).ok()).into_iter().collect();
    let environments = env.and_then(|env| EnvName::new(env).ok()).into_iter().collect();
    let request = history::Request {
        wanted: history::Wanted { applications, environments },
        max: Some(CHANGES),
        ..history::Request::default()
    };
    match with_context(|context| history::run(context, &request).ok()) {
        Some(Report::History(report)) => report.changes,
        _ => Vec::new(),
    }
}

/// Environments and applications, read once.
fn names() -> &'static (Vec<String>, Vec<String>) {
    static NAMES: OnceLock<(Vec<String>, Vec<String>)> = OnceLock::new();
    NAMES.get_or_init(|| with_context(|context| Some(setup::names(context))).unwrap_or_default())
}

/// The repository that the line is about; never asks, never fetches, never complains.
fn with_context<T>(ask: impl FnOnce(&mut Context<'_>) -> Option<T>) -> Option<T> {
    let mut surroundings = terminal::surroundings();
    surroundings.interactive = false;
    let words = words();
    if let Some(dir) = words.option("-C") {
        surroundings.current_dir = surroundings.current_dir.join(dir);
    }
    let dir = surroundings.current_dir.clone();
    let sources = SourceRules::default();
    let options = Options {
        sources,
        freshness: Freshness::AsKnown,
        remote: words.option("--remote").and_then(|name| name.parse().ok()),
        branch: words.option("--branch").and_then(|name| name.parse().ok()),
        config: words.option("--config").map(|file| dir.join(PathBuf::from(file))),
        network: Network::Offline,
        where_typed: Vec::new(),
        at: At::Here,
    };
    let repo = match words.option("--repo") {
        Some(address) => ByAddress::new(address, &surroundings).ok()?.as_known()?,
        None => Repo::open(&dir, &surroundings).ok()?,
    };
    ask(&mut Context {
        repo,
        now: Timestamp::now(),
        begun: Instant::now(),
        options,
        build: build(),
        door: RefCell::default(),
        face: &Silent,
    })
}

/// The words of the line that is being completed: a callback is given only the current one.
fn words() -> &'static Words {
    static WORDS: OnceLock<Words> = OnceLock::new();
    WORDS.get_or_init(|| {
        let all = std::env::args_os().map(|arg| arg.to_string_lossy().into_owned());
        Words(all.skip_while(|word| word != "--").skip(2).collect())
    })
}

struct Words(Vec<String>);

impl Words {
    /// The value of an option: the word after it, or behind its `=`.
    fn option(&self, name: &str) -> Option<&str> {
        let after = self.0.iter().position(|word| word == name).and_then(|i| self.0.get(i + 1));
        let joined = || self.0.iter().find_map(|word| word.strip_prefix(name)?.strip_prefix('='));
        after.map(String::as_str).or_else(joined)
    }

    /// The first word that is an application, with or without `@REV`.
    fn application(&self, known: &[String]) -> Option<&str> {
        let name = |word: &'_ str| word.split_once('@').map_or(word.len(), |(name, _)| name.len());
        self.0.iter().map(|word| &word[..name(word)]).find(|word| known.iter().any(|app| app == word))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_and_the_application_are_read_from_the_line() {
        let words = Words("-C /repo promote web@v1 --to staging --config=x.yaml".split(' ').map(Into::into).collect());
        assert_eq!(words.option("-C"), Some("/repo"));
        assert_eq!(words.option("--config"), Some("x.yaml"));
        assert_eq!(words.option("--remote"), None);
        assert_eq!(words.application(&["api".into(), "web".into()]), Some("web"));
    }

    #[test]
    fn only_words_that_begin_as_typed_are_offered_and_none_can_harm_a_terminal() {
        let all = ["web", "api", "web@$(reboot)", "web@a;b", "web`a`", "we b"];
        let all = all.map(|word| (word.to_string(), "a\u{1b}b".to_string()));
        let found = matching(OsStr::new("w"), all);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].get_help().unwrap().to_string(), "a\\u{1b}b");
    }
}
