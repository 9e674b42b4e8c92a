//! When landings came by the receipts of the server: read from the branch that its hook alone writes, by the key that the rules name.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;

use crate::domain::commit::{CommitId, Known};
use crate::domain::files::{EntryKind, Files as _};
use crate::domain::names::BranchName;
use crate::domain::receipt::{self, BRANCH, Receipt, Receipted};
use crate::domain::refusal::{Code, Error, Refusal};
use crate::domain::settings::Settings;
use crate::domain::signature::SignatureWord;
use crate::git::snapshot::Snapshot;
use crate::records;

use crate::ops::context::Context;
use crate::ops::judging::keys;
use crate::ops::reading::stack::Stack;

/// The receipts of one branch.
pub struct Receipts {
    branch: BranchName,
    files: Snapshot,
    told: Receipted,
    /// Those that were read.
    read: RefCell<BTreeMap<CommitId, Result<Receipt, String>>>,
}

impl Receipts {
    /// The receipts of a branch of that history (each landing with its place, oldest first). `CannotTell`: why none counts.
    ///
    /// # Errors
    /// The clone cannot be read.
    pub fn of(
        context: &Context<'_>,
        stack: &Stack,
        branch: &BranchName,
        history: HashMap<CommitId, usize>,
    ) -> Result<Known<Self>, Error> {
        let Some(tip) = stack.receipts else {
            let what =
                format!("there is no branch `{BRANCH}`, on which the hook of the server says when it accepted what");
            return Ok(Known::CannotTell(what));
        };
        if let Err(why) = vouched(context, stack, tip)? {
            return Ok(Known::CannotTell(why));
        }
        let files = context.repo.snapshot(tip)?;
        let folder = receipt::folder(branch).map_err(anyhow::Error::msg)?;
        let mut tips = Vec::new();
        for digits in files.list(&folder)?.into_iter().filter(|entry| entry.kind == EntryKind::Folder) {
            tips.extend(files.list(&digits.path)?.iter().filter_map(|entry| {
                CommitId::from_hex(entry.path.as_str().rsplit('/').next()?.strip_suffix(".yaml")?)
            }));
        }
        let told = Receipted::new(history, tips);
        Ok(Known::Is(Self { branch: branch.clone(), files, told, read: RefCell::default() }))
    }

    /// A moment at which a landing had come: that of its push, else of the next one with a receipt. `None`: no receipt tells.
    ///
    /// # Errors
    /// The clone cannot be read, or a receipt is none.
    pub fn since(&self, landing: CommitId) -> Result<Option<Timestamp>, Error> {
        self.told.at_or_after(landing).map(|tip| Ok(self.receipt(tip)?.at)).transpose()
    }

    /// A moment at which a landing had not come yet: when its push was judged, else when the last one before with a receipt had come.
    ///
    /// # Errors
    /// As of `since`.
    pub fn until(&self, landing: CommitId) -> Result<Option<Timestamp>, Error> {
        if let Some(tip) = self.told.at_or_after(landing) {
            let receipt = self.receipt(tip)?;
            if let Some(judged) = receipt.judged.filter(|_| self.told.brought(&receipt, landing)) {
                return Ok(Some(judged.min(receipt.at)));
            }
        }
        self.told.before(landing).map(|tip| Ok(self.receipt(tip)?.at)).transpose()
    }

    fn receipt(&self, tip: CommitId) -> Result<Receipt, Error> {
        let known = self.read.borrow().get(&tip).cloned();
        let read = match known {
            Some(read) => read,
            None => {
                let read = self.read_one(tip)?;
                self.read.borrow_mut().insert(tip, read.clone());
                read
            }
        };
        read.map_err(|why| {
            let what = format!("cannot tell when {} landed: its receipt is none: {why}", tip.short());
            Refusal::new(Code::SoakUnknown, what).cannot_tell()
        })
    }

    fn read_one(&self, tip: CommitId) -> Result<Result<Receipt, String>, Error> {
        let path = receipt::path(&self.branch, tip).map_err(anyhow::Error::msg)?;
        let Some(text) = self.files.read(&path)? else { return Ok(Err(format!("`{path}` is no file"))) };
        Ok(records::receipt::parse(&text).and_then(|receipt| {
            // A file that was moved says of another branch what it says.
            let is_its = receipt.branch == self.branch && receipt.new == tip;
            if is_its { Ok(receipt) } else { Err(format!("`{path}` is about something else")) }
        }))
    }
}

/// Whether the tip of the receipts is signed by whoever the rules of the main branch name for that. Each commit of them is made by
/// the server on top of one that it signed itself, so the last one vouches for all.
fn vouched(context: &Context<'_>, stack: &Stack, tip: CommitId) -> Result<Result<(), String>, Error> {
    let rules = &stack.main.settings;
    let wanted = principals(rules);
    if wanted.is_empty() {
        return Ok(Err("nothing says whose receipts count: `receipts: PERSON` in `stageline.yaml`".to_string()));
    }
    let keys = match keys::of_main(stack)? {
        Ok(ring) => ring.keys,
        Err(why) => return Ok(Err(why)),
    };
    let one = context.repo.vouched(&[tip], &keys)?.into_iter().next();
    let is_theirs = one.is_some_and(|one| {
        let is_named = |name: &String| wanted.iter().any(|wanted| wanted.eq_ignore_ascii_case(name));
        one.state == SignatureWord::Good && one.principals.iter().any(is_named)
    });
    Ok(match is_theirs {
        true => Ok(()),
        false => Err(format!(
            "the receipts of `{BRANCH}` ({}) are not signed by whoever `receipts:` in `stageline.yaml` names",
            tip.short()
        )),
    })
}

/// The principals of whoever signs receipts.
pub fn principals(rules: &Settings) -> Vec<String> {
    rules.principals(rules.receipts.iter())
}
