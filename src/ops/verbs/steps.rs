//! `promote --to staging,production`: one landing after the other, each judged on the tip that the one before has made.

use crate::domain::names::EnvName;
use crate::domain::refusal::Error;
use crate::domain::report::StepsReport;
use crate::domain::report::{ChangeReport, Stage};

use super::promote::{self, Request};
use crate::ops::context::{Context, Run};

/// Runs the verb for each environment; stops at the first that is refused or has to wait, and gives what that said.
///
/// # Errors
/// The first one fails: then nothing has landed.
pub fn run(
    context: &mut Context<'_>,
    request: &Request,
    environments: &[EnvName],
) -> Result<(StepsReport, Option<(EnvName, Error)>), Error> {
    let mut report = StepsReport { verb: "promote".into(), steps: Vec::new(), stopped: None, notes: Vec::new() };
    for (nth, env) in environments.iter().enumerate() {
        let one = Request { to: env.clone(), ..request.clone() };
        match promote::run(context, &one) {
            Ok(change) => {
                let stays = goes_no_further(&change);
                report.steps.push(change);
                let left = &environments[nth + 1..];
                if stays && !left.is_empty() {
                    report.notes.push(format!("{} is judged when that has landed", named(left)));
                    break;
                }
            }
            Err(error) if report.steps.is_empty() => return Err(error),
            Err(error) => return Ok((report, Some((env.clone(), error)))),
        }
        if request.writing.run == Run::Dry {
            let left = &environments[nth + 1..];
            if !left.is_empty() {
                report.notes.push(format!("{} is judged when that has landed", named(left)));
            }
            break;
        }
    }
    Ok((report, None))
}

/// Whether what comes after it cannot be judged yet.
fn goes_no_further(change: &ChangeReport) -> bool {
    !matches!(change.stage, Stage::Landed | Stage::NothingToDo | Stage::Superseded)
}

fn named(environments: &[EnvName]) -> String {
    let each: Vec<String> = environments.iter().map(|env| format!("`{env}`")).collect();
    each.join(", ")
}
