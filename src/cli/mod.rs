//! The command line: what is asked, the terminal, exit codes.

mod args;
mod complete;
mod exit;
mod face;
mod interrupt;
mod output;
mod shell;
mod terminal;
mod verbs;

use std::ffi::OsString;
use std::time::{Instant, SystemTime};

use clap::{CommandFactory, FromArgMatches};
use jiff::Timestamp;

use self::args::{Cli, Global, Verb};
use self::face::Terminal;
use self::output::Output;
use self::verbs::Answer;
use crate::domain::refusal::Error;
use crate::git::repo::Repo;
use crate::git::source::Network;
use crate::ops::context::{Context, Options};
use crate::process::Surroundings;
use crate::render::Format;

/// Runs the program and returns its exit code.
pub fn run() -> u8 {
    let args: Vec<OsString> = std::env::args_os().collect();
    complete::answer_a_shell();
    let mut surroundings = terminal::surroundings();
    let mut output = Output::guess(&args, &surroundings);
    let parsed = Cli::command().color(output.colour_of_help()).try_get_matches_from(&args);
    let cli = match parsed.and_then(|matches| Cli::from_arg_matches(&matches)) {
        Ok(cli) => cli,
        Err(error) => return output.usage(&error),
    };
    output.settle(&cli.global, &surroundings);
    let ended = start(cli, &mut surroundings, &output);
    let code = match ended {
        // What has landed is told, whoever wants us to end; half of an answer is none.
        Ok((answer, _)) if surroundings.stop.signal().is_some() && !answer.has_written() => {
            output.error(&Error::interrupted())
        }
        Ok((answer, seen)) => output.answer(&answer, seen.as_deref(), &surroundings),
        Err(error) => output.error(&error),
    };
    interrupt::end(&surroundings.stop);
    code
}

/// Runs the verb; beside its answer, the remarks of the plan that the user has already seen.
fn start(cli: Cli, surroundings: &mut Surroundings, output: &Output) -> Result<(Answer, Option<Vec<String>>), Error> {
    let Cli { global, verb } = cli;
    verb.check_format(global.format())?;
    let verb = match verb.without_repository()? {
        Ok(answer) => return Ok((answer, None)),
        Err(verb) => verb,
    };
    let scratch = interrupt::guard(&surroundings.stop)?;
    if let Some(dir) = &global.dir {
        surroundings.current_dir = surroundings.current_dir.join(dir);
    }
    let face = Terminal::new(&global, surroundings, output);
    let answer = open(&global, surroundings, &face).and_then(|mut context| verb.run(&mut context));
    face.finish();
    drop(scratch);
    Ok((answer?, face.seen()))
}

/// The moment, in whole seconds as commits have it: it is written into files and messages that people read.
fn now() -> Result<Timestamp, Error> {
    Ok(Timestamp::from_second(Timestamp::now().as_second()).map_err(anyhow::Error::from)?)
}

/// The version, and what tells two builds of one version apart.
fn build() -> String {
    let program = std::env::current_exe().and_then(std::fs::metadata);
    let stamp = program.ok().and_then(|file| Some((file.len(), file.modified().ok()?)));
    let since = |time: SystemTime| time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    let stamp = stamp.map_or(String::new(), |(size, time)| format!(" {size} {}", since(time).as_nanos()));
    format!("{}{stamp}", env!("CARGO_PKG_VERSION"))
}

/// The context of a verb: the clone, the moment, the options.
fn open<'a>(global: &Global, surroundings: &Surroundings, face: &'a Terminal) -> Result<Context<'a>, Error> {
    let dir = &surroundings.current_dir;
    Ok(Context {
        repo: Repo::open(dir, surroundings)?,
        now: now()?,
        begun: Instant::now(),
        build: build(),
        options: Options {
            remote: global.remote.clone(),
            branch: global.branch.clone(),
            config: global.config.as_ref().map(|file| dir.join(file)),
            network: if global.offline { Network::Offline } else { Network::Allowed },
            where_typed: global.where_typed(),
            dir: global.dir.as_ref().map(|dir| dir.display().to_string()),
        },
        face,
    })
}

impl Global {
    /// The options that say which remote and branch are meant.
    fn where_typed(&self) -> Vec<String> {
        let remote = self.remote.as_ref().map(|remote| ["--remote".to_string(), remote.to_string()]);
        let branch = self.branch.as_ref().map(|branch| ["--branch".to_string(), branch.to_string()]);
        [remote, branch].into_iter().flatten().flatten().collect()
    }

    fn format(&self) -> Format {
        self.output.map_or(Format::Table, Into::into)
    }
}

impl Verb {
    /// Refuses a format that makes no sense, before anything is read or written.
    fn check_format(&self, format: Format) -> Result<(), Error> {
        verbs::check_format(self, format)
    }
}
