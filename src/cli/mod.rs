//! The command line: what is asked, the terminal, exit codes.

mod answer;
mod args;
mod build;
mod complete;
mod exit;
mod face;
mod groups;
mod interrupt;
mod manual;
mod meant;
mod options;
mod output;
mod picking;
mod shell;
mod steps;
mod terminal;
mod verbs;

use std::cell::RefCell;
use std::ffi::OsString;
use std::time::Instant;

use clap::error::ErrorKind;
use clap::{CommandFactory, FromArgMatches};
use clap_complete::env::CompleteEnv;
use jiff::Timestamp;

use self::answer::Answer;
use self::args::Cli;
use self::build::build;
use self::face::Terminal;
use self::options::Global;
use self::output::Output;
use self::picking::Typed;
use crate::config::check::secret_of_an_address;
use crate::domain::address::shown;
use crate::domain::refusal::{Code, Error, Refusal};
use crate::git::by_address::ByAddress;
use crate::git::repo::Repo;
use crate::git::source::Network;
use crate::ops::context::{Context, Freshness, Options, quoted};
use crate::ops::reports::face::Face as _;
use crate::process::Surroundings;

/// Runs the program and returns its exit code.
pub fn run() -> u8 {
    answer_a_shell();
    let mut args: Vec<OsString> = std::env::args_os().collect();
    let mut surroundings = terminal::surroundings();
    let mut output = Output::guess(&args, &surroundings);
    let read = |args: &[OsString]| {
        let parsed = Cli::command().color(output.colour_of_help()).try_get_matches_from(args);
        parsed.and_then(|matches| Cli::from_arg_matches(&matches))
    };
    let (mut guarded, mut slip) = (None, None);
    let mut parsed = read(&args);
    if parsed.as_ref().is_err_and(|error| error.kind() == ErrorKind::UnknownArgument)
        && let Some((meant, said)) = meant::meant(&Cli::command(), &args)
    {
        (args, slip) = (meant, Some(said));
        parsed = read(&args);
    }
    let mut cli = match parsed {
        Ok(cli) => cli,
        Err(error) if is_help(&error) => return output.usage(&helped(&args, &output).unwrap_or(error)),
        Err(error) => match Typed::of(Cli::command(), &args, &error).filter(|_| surroundings.interactive) {
            None => return output.usage(&error),
            Some(typed) => match pick(typed, &mut guarded, &mut surroundings, &output) {
                Err(error) => return output.error(&error),
                Ok(args) => match read(&args) {
                    Ok(cli) => cli,
                    Err(error) => return output.usage(&error),
                },
            },
        },
    };
    if let Some(error) = cli.global.contradiction() {
        return output.usage(&Cli::command().error(ErrorKind::ArgumentConflict, error));
    }
    cli.verb.settle(&mut cli.global);
    output.settle(&cli.global, &surroundings);
    let ended = start(cli, slip, guarded, &mut surroundings, &output);
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

fn is_help(error: &clap::Error) -> bool {
    matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand)
}

/// The same help, that of the program with its verbs in groups.
fn helped(args: &[OsString], output: &Output) -> Option<clap::Error> {
    let command = groups::grouped(Cli::command().color(output.colour_of_help()), output.columns_of_help());
    command.try_get_matches_from(args).err().filter(is_help)
}

/// Where a shell asks for completions: answers and ends the process. Otherwise nothing.
fn answer_a_shell() {
    if std::env::var_os(complete::VARIABLE).is_some() {
        CompleteEnv::with_factory(Cli::command).var(complete::VARIABLE).bin("stageline").complete();
    }
}

/// Runs the verb. `slip`: what is said of how it was typed; `guarded`: where the folder and the signals are taken care of already. Beside its answer, the remarks of the plan that the user has already seen.
fn start(
    cli: Cli,
    slip: Option<String>,
    guarded: Option<Guard>,
    surroundings: &mut Surroundings,
    output: &Output,
) -> Result<(Answer, Option<Vec<String>>), Error> {
    let Cli { mut global, verb } = cli;
    verb.check_format(global.format())?;
    let mut verb = match verb.without_repository(Cli::command)? {
        Ok(answer) => return Ok((answer, None)),
        Err(verb) => verb,
    };
    let is_there = guarded.is_some();
    let scratch = guarded.map_or_else(|| interrupt::guard(&surroundings.stop), Ok)?;
    if let Some(dir) = global.dir.as_ref().filter(|_| !is_there) {
        surroundings.current_dir = surroundings.current_dir.join(dir);
    }
    if let Some(report) = verb.beside_the_repository(&global, surroundings)? {
        return Ok((Answer::Report(Box::new(report)), None));
    }
    let cache = verb.before_open(&mut global, surroundings)?;
    let mut face = Terminal::new(&global, surroundings, output);
    if let Some(slip) = slip {
        face.warn(&slip);
    }
    if let Some(address) = &global.repo {
        face.step(&format!("fetching {}", shown(address)));
    }
    let opened = open(&global, surroundings, &face);
    if global.repo.is_some() {
        face.step("reading the configuration");
    }
    let answer = opened.and_then(|mut context| verb.run(&mut context));
    face.finish();
    drop(cache);
    drop(scratch);
    Ok((answer?, face.seen()))
}

/// Temporary files and signals, taken care of.
type Guard = Option<tempfile::TempDir>;

/// Asks for what was not typed; the whole command line, which is told as it would have been typed.
fn pick(
    typed: Typed,
    guarded: &mut Option<Guard>,
    surroundings: &mut Surroundings,
    output: &Output,
) -> Result<Vec<OsString>, Error> {
    *guarded = Some(interrupt::guard(&surroundings.stop)?);
    if let Some(dir) = &typed.global.dir {
        surroundings.current_dir = surroundings.current_dir.join(dir);
    }
    let face = Terminal::new(&typed.global, surroundings, output);
    let global = typed.global.clone();
    let colour = output.err_look().colour;
    let args = open(&global, surroundings, &face).and_then(|mut context| typed.completed(&mut context, &face, colour));
    face.finish();
    let args = args?;
    face.tell(&command_line(&args));
    Ok(args)
}

/// `$ stageline promote web --to production`
fn command_line(args: &[OsString]) -> String {
    let words = args.iter().skip(1).map(|arg| quoted(&arg.to_string_lossy()));
    format!("$ stageline {}", words.collect::<Vec<_>>().join(" "))
}

/// The moment, in whole seconds as commits have it: it is written into files and messages that people read.
fn now() -> Result<Timestamp, Error> {
    Ok(Timestamp::from_second(Timestamp::now().as_second()).map_err(anyhow::Error::from)?)
}

/// What stands in for a clone of the repository at an address.
fn by_address(address: &str, surroundings: &Surroundings) -> Result<Repo, Error> {
    let place = ByAddress::new(address, surroundings)?;
    if let Some(why) = secret_of_an_address(address) {
        return Err(Refusal::new(Code::BadRepoAddress, format!("`--repo {}`: {why}", shown(address)))
            .hint("everybody on this machine sees a command line; `git help credentials` says where a password goes")
            .invalid());
    }
    place.up_to_date()
}

/// The context of a verb: the clone, the moment, the options.
fn open<'a>(global: &Global, surroundings: &Surroundings, face: &'a Terminal) -> Result<Context<'a>, Error> {
    let dir = &surroundings.current_dir;
    let repo = match &global.repo {
        Some(address) => by_address(address, surroundings)?,
        None => Repo::open(dir, surroundings)?,
    };
    Ok(Context {
        repo,
        now: now()?,
        begun: Instant::now(),
        build: build(),
        door: RefCell::default(),
        options: Options {
            freshness: if global.repo.is_some() { Freshness::Fetched } else { Freshness::AsKnown },
            remote: global.remote.clone(),
            branch: global.branch.clone(),
            config: global.config.as_ref().map(|file| dir.join(file)),
            network: if global.offline { Network::Offline } else { Network::Allowed },
            where_typed: global.where_typed(),
            at: global.at(),
            sources: Default::default(),
        },
        face,
    })
}
