//! `status`: its flags, and the request that they become.

use clap::Args;
use clap_complete::engine::ArgValueCompleter;

use super::looking::LookingArgs;
use crate::cli::answer::Answer;
use crate::cli::complete;
use crate::domain::names::EnvName;
use crate::domain::refusal::Error;
use crate::domain::report::Report;
use crate::domain::settings::NamePattern;
use crate::ops::context::Context;
use crate::ops::verbs::status::{self, Brief, Request, Waiting};

const EXAMPLES: &str = "\
Examples:
  stageline status
  stageline status checkout web --env production
  stageline status --ready          and whether what waits could go now
  stageline status --env preview     which instances there are
  stageline status -o json
  PS1='$(stageline status --short 2>/dev/null) '$PS1

A cell has the version, since when it runs, and the application commits it is
ahead (+) or behind (-) of the environment before. In a history of more than
2,000 commits a wide table shows ages once there is an index:
`stageline history` builds it.

With `--ready` a cell also says of a version that waits in the environment
before: `ready`, `blocked until TIME`, `blocked: GATE`, or `cannot tell`;
`why APP --to ENV` has the reasons.

With `--short` the result is one line for a prompt, of what this clone knows:
`staging 2, production 5 (1 held)`. The figure is of applications that run
another version than the environment before.";

/// Show what runs where
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct Status {
    /// Only these applications
    #[arg(value_name = "APP", add = ArgValueCompleter::new(complete::applications))]
    applications: Vec<NamePattern>,
    /// Only this environment; may be given several times
    #[arg(long, value_name = "ENV", add = ArgValueCompleter::new(complete::environments))]
    env: Vec<EnvName>,
    /// Tell whether what waits in the environment before could come now, as `why` does; so do `-o wide` and APP
    #[arg(long)]
    ready: bool,
    /// One line for a prompt: how many applications differ from the environment before, and are held; nothing where none is
    #[arg(long, conflicts_with = "ready")]
    short: bool,
    #[command(flatten)]
    looking: LookingArgs,
}

impl Status {
    /// Tells more: what every gate says of what waits.
    pub fn widen(&mut self) {
        self.ready = true;
    }

    /// Whether what is asked for is a line of text.
    pub fn is_text(&self) -> bool {
        self.short
    }

    pub fn run(self, context: &mut Context<'_>) -> Result<Answer, Error> {
        self.looking.apply(context);
        if self.short {
            let request = Request { applications: self.applications, environments: self.env, waiting: Waiting::Left };
            return status::brief(context, &request).map(|all| Answer::Text(line(&all)));
        }
        let waiting = if self.ready || !self.applications.is_empty() { Waiting::Judged } else { Waiting::Left };
        let request = Request { applications: self.applications, environments: self.env, waiting };
        status::run(context, &request).map(|report| Answer::Report(Box::new(Report::Status(report))))
    }
}

/// `staging 2, production 5 (1 held)`; nothing where nothing waits and nothing is held.
fn line(all: &[Brief]) -> String {
    let told = all.iter().filter(|brief| brief.waiting + brief.held > 0).map(|brief| match brief {
        Brief { environment, waiting, held: 0 } => format!("{environment} {waiting}"),
        Brief { environment, waiting, held } => format!("{environment} {waiting} ({held} held)"),
    });
    let told: Vec<String> = told.collect();
    if told.is_empty() { String::new() } else { format!("{}\n", told.join(", ")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_for_a_prompt_has_what_waits_and_what_is_held_and_nothing_else() {
        let brief = |name: &str, waiting, held| Brief { environment: EnvName::new(name).unwrap(), waiting, held };
        for (all, wanted) in [
            (vec![], ""),
            (vec![brief("dev", 0, 0), brief("production", 0, 0)], ""),
            (
                vec![brief("dev", 0, 0), brief("staging", 2, 0), brief("production", 5, 1)],
                "staging 2, production 5 (1 held)\n",
            ),
            (vec![brief("production", 0, 1)], "production 0 (1 held)\n"),
        ] {
            assert_eq!(line(&all), wanted);
        }
    }
}
