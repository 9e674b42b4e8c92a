//! Whose rules judge a change: the main branch's, and those of the copy on an environment's own branch beside them.

use std::collections::BTreeSet;

use crate::config::text::binding;
use crate::domain::names::{AppName, BranchName, EnvName};
use crate::domain::plan::Proposal;
use crate::domain::refusal::{Code, Error, Refusal};
use crate::domain::settings::{Environment, FILE, LandingMode, Settings, Signing};
use crate::ops::context::Context;
use crate::ops::reading::stack::Stack;
use crate::ops::reading::world::World;
use crate::policy::Policy;

impl Stack {
    /// The policies that judge a change of a world: the main branch's, and the copy on the world's own branch, where it has one.
    pub fn policies<'s>(&'s self, world: &'s World) -> Vec<Policy<'s>> {
        let main = Policy { branch: &self.main.branch, settings: &self.main.settings };
        if self.main.branch != world.branch && !self.main.has_file {
            return vec![Policy { branch: &world.branch, settings: &world.settings }];
        }
        let own = self.copies.get(&world.branch).map(|settings| Policy { branch: &world.branch, settings });
        std::iter::once(main).chain(own).collect()
    }

    /// Whether environments live on branches of their own, beside the rules' branch.
    pub fn has_own_branches(&self) -> bool {
        self.worlds().count() > 1
    }

    /// `--branch` says where the rules stand. An environment's own branch is not that: its copy would judge alone.
    ///
    /// # Errors
    /// The named branch is an environment's by its own file, and not the remote's default one.
    pub fn refuse_strange_main(&self, context: &Context<'_>) -> Result<(), Error> {
        let Some(named) = &context.options.branch else { return Ok(()) };
        let settings = &self.main.settings;
        let head = self.remote.as_ref().map(|remote| context.repo.remote_head(remote)).transpose()?.flatten();
        let is_an_environments = settings.environments.iter().any(|env| env.branch.as_ref() == Some(named));
        if !is_an_environments || head.as_ref() == Some(named) {
            return Ok(());
        }
        let rules = settings.git.branch.as_ref().or(head.as_ref()).map_or(String::new(), |own| format!(": `{own}`"));
        Err(Refusal::new(Code::StrangeMain, format!("`{named}` is not the branch whose rules judge{rules}"))
            .hint("leave `--branch` away: an environment's own branch is found by its name")
            .invalid())
    }

    /// What every policy says of the environments that a proposal touches.
    pub fn rules<'s>(&'s self, world: &'s World, proposal: &Proposal) -> Vec<&'s Environment> {
        let known = self.main.settings.environments.iter().map(|env| &env.name);
        let here = known.filter(|name| self.lives_on(&self.main.settings, name, &world.branch));
        let touched = proposal.environments(here);
        let policies = self.policies(world);
        let rule = |name: &&EnvName| {
            policies.iter().filter_map(|policy| policy.settings.environment(name)).collect::<Vec<_>>()
        };
        touched.iter().flat_map(rule).collect()
    }

    /// What every policy says of all the environments that live on a world's branch.
    pub fn rules_of_branch<'s>(&'s self, world: &'s World) -> Vec<&'s Environment> {
        let of = |policy: &Policy<'s>| policy.settings.environments.iter();
        let policies = self.policies(world);
        policies.iter().flat_map(of).filter(|env| env.lives_on(&world.branch, &self.main.branch)).collect()
    }

    /// Whether a landing in this world has to be signed: where any of its policies says so.
    pub fn signing(&self, world: &World) -> Signing {
        // Where an environment names signers, what lands there is signed, whatever the rest may do.
        let requires = |policy: &Policy<'_>| {
            let own = policy.settings.environments.iter().filter(|env| env.lives_on(&world.branch, &self.main.branch));
            policy.settings.git.signing == Signing::Required || own.into_iter().any(|env| !env.rules.signers.is_empty())
        };
        if self.policies(world).iter().any(requires) { Signing::Required } else { Signing::Optional }
    }

    /// Which branches' rules judge beside the main branch's, and where they differ from those.
    pub fn told_policies(&self) -> Vec<String> {
        self.copies.iter().map(|(branch, copy)| self.told_policy(branch, copy)).collect()
    }

    /// The same, only of copies that judge otherwise.
    pub fn told_differences(&self) -> Vec<String> {
        let main = &self.main;
        let differs =
            |branch: &BranchName, copy: &Settings| !differences(&main.settings, copy, branch, &main.branch).is_empty();
        let copies = self.copies.iter().filter(|(branch, copy)| differs(branch, copy));
        copies.map(|(branch, copy)| self.told_policy(branch, copy)).collect()
    }

    /// Where the copy on a branch judges otherwise than the main branch's rules, one a part; also that there is none.
    pub fn differences_on(&self, branch: &BranchName) -> Vec<String> {
        match self.copies.get(branch) {
            Some(copy) => differences(&self.main.settings, copy, branch, &self.main.branch),
            None => vec![format!("`{branch}` has no rules of its own beside those of `{}`", self.main.branch)],
        }
    }

    fn told_policy(&self, branch: &BranchName, copy: &Settings) -> String {
        let main = &self.main;
        let here = main.settings.environments.iter().filter(|env| env.lives_on(branch, &main.branch));
        let envs: Vec<String> = here.map(|env| format!("`{}`", env.name)).collect();
        let found = differences(&main.settings, copy, branch, &main.branch);
        let what = match found.as_slice() {
            [] if *copy == *main.settings => "which says the same".to_string(),
            [] => format!("which differs in what judges nothing yet: `stageline config show --branch {branch}`"),
            some => format!("which says otherwise: {}", some.join("; ")),
        };
        let of = &main.branch;
        format!(
            "{} is judged by the `{FILE}` of `{of}` and by the copy on its own branch `{branch}`, {what}",
            envs.join(", ")
        )
    }
}

/// So many characters of what two rules say are shown.
const SHOWN: usize = 120;

/// Where the rules of a copy judge otherwise than the main branch's, one a part: the copy's word first.
fn differences(main: &Settings, copy: &Settings, branch: &BranchName, of_main: &BranchName) -> Vec<String> {
    let mut out = Vec::new();
    let mut both = |what: &str, own: &str, theirs: &str| {
        if own != theirs {
            out.push(format!("{what} is {own} (`{of_main}`: {theirs})"));
        }
    };
    let signing = |settings: &Settings| match settings.git.signing {
        Signing::Required => "required",
        Signing::Optional => "optional",
    };
    both("`signing`", signing(copy), signing(main));
    let mode = |mode: LandingMode| match mode {
        LandingMode::Direct => "direct",
        LandingMode::MergeRequest => "merge-request",
    };
    let here = |env: &&Environment| env.lives_on(branch, of_main);
    for env in main.environments.iter().filter(here) {
        let Some(own) = copy.environment(&env.name) else { continue };
        both(&format!("`landing` of `{}`", env.name), mode(own.landing), mode(env.landing));
        let back = |env: &Environment| mode(env.rollback_landing.unwrap_or(env.landing));
        both(&format!("`rollback.landing` of `{}`", env.name), back(own), back(env));
    }
    let envs: BTreeSet<&EnvName> = main.environments.iter().filter(here).map(|env| &env.name).collect();
    let known = envs.iter().copied().filter(|name| copy.environment(name).is_some()).collect();
    for (key, own, theirs) in binding::apart(copy, main, &known) {
        let of = |value: &Option<String>| value.clone().unwrap_or("none".to_string());
        out.push(match (of(&own), of(&theirs)) {
            (own, theirs) if own.len() + theirs.len() <= SHOWN => format!("{key} is {own} (`{of_main}`: {theirs})"),
            _ => format!("{key} is not as on `{of_main}`"),
        });
    }
    let missing = |what: &str, names: Vec<String>| match names.is_empty() {
        true => None,
        false => Some(format!("it knows no {what} {}", names.join(", "))),
    };
    let apps = main.applications.iter().filter(|app| app.family.is_none()).map(|app| &app.name);
    let unknown: Vec<&AppName> = apps.filter(|name| copy.application(name).is_none()).collect();
    let gone = envs.into_iter().filter(|name| copy.environment(name).is_none());
    out.extend(missing("environment", gone.map(|name| format!("`{name}`")).collect()));
    out.extend(missing("application", unknown.iter().map(|name| format!("`{name}`")).collect()));
    out
}
