//! Recording a push that was accepted: a receipt for each governed branch that it moved, on the branch of receipts.

use jiff::SignedDuration;

use crate::domain::plan::{FileEdit, Mode};
use crate::domain::receipt::{self, Receipt};
use crate::domain::refusal::Error;
use crate::domain::report::verify::VerifyReport;
use crate::git::judged::Judged;
use crate::git::receipts::ServerKey;
use crate::records;

use crate::ops::context::Context;
use crate::ops::judging::keys;
use crate::ops::judging::push;
use crate::ops::judging::told;
use crate::ops::landing::receipts::principals;
use crate::ops::reading::stack::{Stack, Tips};

/// Records what a post-receive hook is told of. Nothing is said where all went well.
///
/// # Errors
/// A line cannot be read, or a receipt cannot be written.
pub fn record(
    context: &mut Context<'_>,
    lines: &str,
    (key, judged): (&ServerKey, &Judged),
) -> Result<VerifyReport, Error> {
    context.repo.forget();
    let lines = push::lines(context, lines)?;
    let done = VerifyReport { push: true, ..told::report(Vec::new(), Vec::new()) };
    if lines.is_empty() {
        return Ok(done);
    }
    let stack = Stack::read(context, Tips::Local)?;
    // The clock of a run has whole seconds, and no receipt says that something came earlier than it did.
    let at = context.now.checked_add(SignedDuration::from_secs(1)).unwrap_or(context.now);
    let mut receipts = Vec::new();
    for line in &lines {
        // What is pushed to a symbolic ref comes to what that leads to.
        let name = context.repo.leads_to(&line.name)?.unwrap_or_else(|| line.name.clone());
        if let (Some(branch), Some(new)) = (push::governed(&stack, &name), line.new) {
            receipts.push(Receipt { branch, old: line.old, new, at, judged: judged.of(&line.name, new) });
        }
    }
    if receipts.is_empty() {
        return Ok(done);
    }
    let files = receipts.iter().map(file).collect::<Result<Vec<_>, _>>()?;
    let told = receipts.iter().map(|one| format!("{} {}", one.branch, one.new.short()));
    let message = format!("receipt: {}", told.collect::<Vec<_>>().join(", "));
    let rules = principals(&stack.main.settings);
    let ring = keys::of_main(&stack)?.ok();
    let others = ring.as_ref().map(|ring| (&ring.keys, rules.as_slice()));
    context.repo.add_receipts(key, others, &files, &message)?;
    lines.iter().filter_map(|line| Some((&line.name, line.new?))).for_each(|(name, new)| judged.done(name, new));
    Ok(done)
}

fn file(receipt: &Receipt) -> Result<FileEdit, Error> {
    let path = receipt::path(&receipt.branch, receipt.new).map_err(anyhow::Error::msg)?;
    let text = records::receipt::render(receipt)?;
    Ok(FileEdit { path, was: None, becomes: Some(text.into_bytes()), mode: Mode::Kept })
}
