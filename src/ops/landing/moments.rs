//! When landings came, by the clock that a rule names.

use jiff::Timestamp;

use crate::domain::commit::{CommitId, Known};
use crate::domain::refusal::Error;
use crate::domain::settings::SoakClock;
use crate::git::clock::Clock;

use crate::ops::context::Context;
use crate::ops::landing::merge_times::MergeTimes;
use crate::ops::landing::receipts::Receipts;
use crate::ops::reading::stack::Stack;
use crate::ops::reading::world::World;

/// A clock of the branch of one world.
pub enum Moments {
    Committer(Clock),
    Receipts(Receipts),
    Forge(MergeTimes),
}

impl Moments {
    /// The clock of a world's branch. `CannotTell`: why it tells nothing.
    ///
    /// # Errors
    /// The clone cannot be read.
    pub fn of(context: &Context<'_>, stack: &Stack, world: &World, clock: SoakClock) -> Result<Known<Self>, Error> {
        let own = context.repo.clock(world.base)?;
        Ok(match clock {
            SoakClock::Committer => Known::Is(Self::Committer(own)),
            SoakClock::Receipt => Receipts::of(context, stack, &world.branch, own.positions())?.map(Self::Receipts),
            SoakClock::Forge => MergeTimes::of(context, stack, &world.branch, own.positions())?.map(Self::Forge),
        })
    }

    /// A moment at which a landing had come, never later than now; `None`: this clock does not tell.
    ///
    /// # Errors
    /// The clone cannot be read, or what is there cannot be understood.
    pub fn since(&self, landing: CommitId, now: Timestamp) -> Result<Option<Timestamp>, Error> {
        let told = match self {
            // What is not on the chain comes now.
            Self::Committer(clock) => clock.at(landing, now).or(Some(now)),
            Self::Receipts(receipts) => receipts.since(landing)?,
            Self::Forge(merges) => merges.since(landing)?,
        };
        Ok(told.map(|at| at.min(now)))
    }

    /// A moment at which a landing had not come yet, or came just then; `None`: this clock does not tell.
    ///
    /// # Errors
    /// As of `since`.
    pub fn until(&self, landing: CommitId, now: Timestamp) -> Result<Option<Timestamp>, Error> {
        let told = match self {
            Self::Committer(_) => return self.since(landing, now),
            Self::Receipts(receipts) => receipts.until(landing)?,
            Self::Forge(merges) => merges.until(landing)?,
        };
        Ok(told.map(|at| at.min(now)))
    }

    /// What is said of a landing whose moment this clock does not tell.
    pub fn untold(&self, landing: CommitId) -> String {
        match self {
            Self::Committer(_) => format!("{} is not in the history that is here", landing.short()),
            Self::Receipts(_) => {
                format!("no receipt that is here tells when {} landed: `--fetch` asks for newer ones", landing.short())
            }
            Self::Forge(_) => {
                format!("the forge knows no request that brought {}, and none soon after", landing.short())
            }
        }
    }
}
