//! Answers what the gates ask, all questions of a kind at once: holds, signing, and what a move is by the trees of the past.

use crate::domain::commit::Known;
use crate::domain::history::{Kind, Past};
use crate::domain::hold::HoldFile;
use crate::domain::pin::Assignment;
use crate::domain::refusal::{Error, Refusal};
use crate::policy::{Answer, Answers, Question};

use crate::ops::context::Context;
use crate::ops::reading::held;
use crate::ops::reading::stack::Stack;
use crate::ops::reading::timeline::{self, Pair, Walked};
use crate::ops::reading::world::World;

/// What is known of one world and its past.
pub struct Evidence<'a> {
    context: &'a Context<'a>,
    stack: &'a Stack,
    world: &'a World,
    holds: Option<Vec<HoldFile>>,
}

impl<'a> Evidence<'a> {
    /// Of the world that a change is made on.
    pub fn of(context: &'a Context<'a>, stack: &'a Stack, world: &'a World) -> Self {
        Self { context, stack, world, holds: None }
    }

    /// Notes the answers to these questions. What cannot be told is an answer.
    ///
    /// # Errors
    /// The clone cannot be read.
    pub fn answer(&mut self, asked: Vec<Question>, answers: &mut Answers) -> Result<(), Error> {
        let kinds = asked.iter().filter_map(|question| match question {
            Question::Kind(env, app, _) => Some((app.clone(), env.clone())),
            Question::Holds(..) | Question::CanSign => None,
        });
        let pairs: Vec<Pair> = kinds.collect();
        let walked = match pairs.is_empty() {
            true => None,
            false => Some(timeline::walk(self.context, self.stack, self.world, &pairs, None)?),
        };
        for question in asked {
            let answer = match &question {
                Question::Holds(env, app) => {
                    let holds = self.holds()?.iter().filter(|hold| hold.cover.covers(env, app));
                    Known::Is(Answer::Holds(holds.cloned().collect()))
                }
                Question::Kind(env, app, sites) => match &walked {
                    Some(walked) => Known::Is(Answer::Kind(kind(walked, &(app.clone(), env.clone()), sites))),
                    None => Known::CannotTell("the past was not read".to_string()),
                },
                Question::CanSign => Known::Is(Answer::CanSign(self.can_sign()?)),
            };
            answers.note(question, answer);
        }
        Ok(())
    }

    fn holds(&mut self) -> Result<&[HoldFile], Error> {
        if self.holds.is_none() {
            self.holds = Some(held::of(self.context, self.stack, self.world)?);
        }
        Ok(self.holds.as_deref().unwrap_or_default())
    }

    fn can_sign(&self) -> Result<Result<(), Refusal>, Error> {
        match self.context.repo.can_sign() {
            Ok(()) => Ok(Ok(())),
            Err(Error::Failed(error)) => Err(Error::Failed(error)),
            Err(no) => Ok(Err(no.refusal())),
        }
    }
}

/// What it is that these sites of a pin come to say this. Only what each tree said by its own rules, at the places where the
/// pins still are, is evidence; what is found through renames, moves of overlays and later rules is for reading.
fn kind(walked: &Walked, (app, env): &Pair, sites: &Assignment) -> Kind {
    if !walked.complete {
        let why =
            if walked.cut { "a shallow clone hides what stood there" } else { "its past was not read to its end" };
        return Kind::Unknown(why.to_string());
    }
    let (all, proven) = (Past::read(walked.of(app, env)), Past::read(walked.proven(app, env)));
    match (all.returns_to(sites), proven.returns_to(sites)) {
        (Some(landing), Some(_)) => Kind::Return { landing },
        (None, None) => Kind::Forward,
        _ => Kind::Unknown(
            "what stood there is known only by rules that came later, or from another place; `trust-before: COMMIT` in \
             `stageline.yaml` says from which commit on that counts all the same"
                .to_string(),
        ),
    }
}
