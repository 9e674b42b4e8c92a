//! Whose keys count: read at the base of each branch whose rules judge, never from the change and never from anybody's git.

use std::collections::BTreeMap;

use crate::domain::commit::CommitId;
use crate::domain::names::BranchName;
use crate::domain::path::RepoPath;
use crate::domain::refusal::Error;
use crate::domain::settings::{Person, Settings};
use crate::domain::statement::NAMESPACE;
use crate::git::own_key::OwnKey;
use crate::git::repo::Repo;
use crate::git::vouched::Keys;

use crate::ops::landing::authority::{KEYS, REVOKED};
use crate::ops::reading::stack::Stack;
use crate::ops::reading::world::World;

/// The keys of one branch's rules.
pub struct Ring {
    pub keys: Keys,
    /// The principals of those whose keys only sign merges or receipts, never a change.
    pub landers: Vec<String>,
    /// The principals of each person: several keys are one.
    people: Vec<Vec<String>>,
}

impl Ring {
    /// Whether two keys, by their principals, are one person's.
    pub fn is_one(&self, one: &[String], other: &[String]) -> bool {
        has_any(one, other) || self.people.iter().any(|own| has_any(own, one) && has_any(own, other))
    }

    /// The principals of whoever has a key with these, as what tells persons apart.
    pub fn person(&self, principals: &[String]) -> Vec<String> {
        let own = self.people.iter().find(|own| has_any(own, principals));
        let mut out: Vec<String> = own.map_or(principals, Vec::as_slice).iter().map(|one| one.to_lowercase()).collect();
        out.sort();
        out
    }

    /// Whether a key with these principals is one of those that only sign merges or receipts.
    pub fn is_lander(&self, principals: &[String]) -> bool {
        has_any(&self.landers, principals)
    }

    /// Whose the key is by which this clone signs statements; `None`: that shows only when it has signed.
    ///
    /// # Errors
    /// git's configuration cannot be read.
    pub fn own_key(&self, repo: &Repo) -> Result<Option<OwnKey>, Error> {
        self.keys.ssh.as_deref().map_or(Ok(None), |signers| repo.own_key_for(NAMESPACE, signers))
    }
}

fn has_any(all: &[String], wanted: &[String]) -> bool {
    all.iter().any(|one| wanted.iter().any(|other| one.eq_ignore_ascii_case(other)))
}

/// The rings of the branches whose rules judge a world. `Err`: a branch whose rules name no keys, and why nobody is known then.
///
/// # Errors
/// The base cannot be read.
pub fn rings(stack: &Stack, world: &World) -> Result<BTreeMap<BranchName, Result<Ring, String>>, Error> {
    let mut out = BTreeMap::new();
    for policy in stack.policies(world) {
        let ring = of_rules(stack, policy.branch, policy.settings)?;
        out.insert(policy.branch.clone(), ring.unwrap_or_else(|| Err(not_here(policy.branch))));
    }
    Ok(out)
}

/// The tips of the other branches that rules are about: what landed there was signed for there.
pub fn others(stack: &Stack, world: &World) -> Vec<CommitId> {
    stack.worlds().filter(|other| other.branch != world.branch).map(|other| other.base).collect()
}

/// The ring of one of the branches whose rules judge a world; `None`: that branch's do not.
///
/// # Errors
/// The base cannot be read.
pub fn of_branch(stack: &Stack, world: &World, branch: &BranchName) -> Result<Option<Result<Ring, String>>, Error> {
    let Some(rules) = rules_of(stack, world, branch) else { return Ok(None) };
    of_rules(stack, branch, rules)
}

/// The ring of the main branch's rules, by which receipts and statements are looked after. `Err`: why nobody is known.
///
/// # Errors
/// The base cannot be read.
pub fn of_main(stack: &Stack) -> Result<Result<Ring, String>, Error> {
    let ring = of_branch(stack, &stack.main, &stack.main.branch)?;
    Ok(ring.unwrap_or_else(|| Err(not_here(&stack.main.branch))))
}

fn not_here(branch: &BranchName) -> String {
    format!("`{branch}` is not here")
}

/// The ring of the rules of a branch; `None`: the branch is not here.
fn of_rules(stack: &Stack, branch: &BranchName, rules: &Settings) -> Result<Option<Result<Ring, String>>, Error> {
    stack.worlds().find(|world| world.branch == *branch).map(|there| ring(there, rules)).transpose()
}

/// Whether the rules of a branch say whose signatures they want: then a key that nobody knows is none.
pub fn names_people(stack: &Stack, world: &World, branch: &BranchName) -> bool {
    rules_of(stack, world, branch).is_some_and(|rules| {
        let signers = rules.environments.iter().any(|env| !env.rules.signers.is_empty());
        rules.signers_file.is_some() || rules.owners.is_some() || signers
    })
}

fn rules_of<'s>(stack: &'s Stack, world: &'s World, branch: &BranchName) -> Option<&'s Settings> {
    stack.policies(world).into_iter().find(|policy| policy.branch == branch).map(|policy| policy.settings)
}

/// The ring of rules, with the keys of a world.
///
/// # Errors
/// The base cannot be read.
pub fn ring(world: &World, rules: &Settings) -> Result<Result<Ring, String>, Error> {
    let ssh = match &rules.signers_file {
        Some(path) => world.files.read(path)?,
        None => None,
    };
    let folder = RepoPath::new(KEYS).map_err(anyhow::Error::from)?;
    let mut openpgp = Vec::new();
    for entry in world.files.list(&folder)? {
        openpgp.extend(world.files.read(&entry.path)?);
    }
    if ssh.is_none() && openpgp.is_empty() {
        let what = match &rules.signers_file {
            Some(path) => format!("`{path}`, the `signers-file`, is not there"),
            None => format!("`signers-file` names no keys, and `{KEYS}` has none"),
        };
        return Ok(Err(format!("{what}, so nobody's signature is known on `{}`", world.branch)));
    }
    let revoked = RepoPath::new(REVOKED).map_err(anyhow::Error::from)?;
    let keys = Keys { ssh, openpgp, revoked_ssh: world.files.read(&revoked)? };
    Ok(Ok(Ring { keys, landers: landers(rules), people: people(rules) }))
}

fn people(rules: &Settings) -> Vec<Vec<String>> {
    let own = |person: &Person| person.principals.iter().map(|one| one.as_str().to_string()).collect();
    rules.people.iter().map(own).collect()
}

/// The principals of those who vouch for no change: the landers of all environments, and whoever signs receipts.
fn landers(rules: &Settings) -> Vec<String> {
    let landers = rules.environments.iter().flat_map(|env| &env.rules.landers);
    rules.principals(landers.chain(&rules.receipts))
}
