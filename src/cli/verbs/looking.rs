//! The options of the verbs that only look.

use clap::Args;

use crate::ops::context::{Context, Freshness};

/// The options of the verbs that only look.
#[derive(Debug, Args)]
pub struct LookingArgs {
    /// Ask the remote first, as `git fetch` does; with `--repo` it always is
    #[arg(long)]
    fetch: bool,
}

impl LookingArgs {
    /// Tells the verb.
    pub fn apply(&self, context: &mut Context<'_>) {
        if self.fetch {
            context.options.freshness = Freshness::Fetched;
        }
    }
}
