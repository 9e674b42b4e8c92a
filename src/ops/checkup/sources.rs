//! The sources of applications: whether they answer, and have the branches that environments may deploy.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use crate::domain::address::shown;
use crate::domain::finding::Finding;
use crate::domain::refusal::Error;
use crate::domain::settings::{BranchPattern, SourceAddress};
use crate::git::own::Own;
use crate::git::source::{Network, Source};
use crate::process::Surroundings;

use crate::ops::context::Context;
use crate::ops::reading::stack::Stack;

/// What is asked of one source: the names of its applications, and branches of environments that are meant by their plain names.
#[derive(Default)]
struct Asked {
    apps: Vec<String>,
    branches: BTreeSet<(String, String)>,
}

/// What is found of them, each once.
///
/// # Errors
/// The clone cannot be read.
pub fn look(context: &Context<'_>, stack: &Stack) -> Result<Vec<Finding>, Error> {
    let settings = &stack.main.settings;
    let (mut asked, mut lacking) = (BTreeMap::<String, Asked>::new(), Vec::new());
    let plain = settings.durable().flat_map(|env| {
        env.branches.iter().filter_map(BranchPattern::plain).map(|branch| (env.name.to_string(), branch.to_string()))
    });
    let plain: BTreeSet<(String, String)> = plain.collect();
    for app in &settings.applications {
        let Some(address) = &app.source else {
            lacking.push(format!("`{}`", app.name));
            continue;
        };
        let one = asked.entry(address.0.clone()).or_default();
        one.apps.push(format!("`{}`", app.name));
        one.branches.extend(plain.iter().cloned());
    }
    let mut out = Vec::new();
    if !lacking.is_empty() {
        let what = format!("no `source:` is configured for {}: what needs ancestry is not checked", lacking.join(", "));
        out.push(Finding::open("sources", what).hint("name it: `source: https://git.example.com/shop/web.git`"));
    }
    let own = context.repo.own()?;
    let look = Look { own: &own, surroundings: context.repo.surroundings(), network: context.options.network };
    let each: Vec<Result<Finding, Error>> =
        asked.par_iter().map(|(address, asked)| of_source(&look, address, asked)).collect();
    out.extend(each.into_iter().collect::<Result<Vec<_>, _>>()?);
    Ok(out)
}

/// What a look at a source needs.
struct Look<'l> {
    own: &'l Own,
    surroundings: &'l Surroundings,
    network: Network,
}

fn of_source(look: &Look<'_>, address: &str, asked: &Asked) -> Result<Finding, Error> {
    let about = format!("source of {}", asked.apps.join(", ").replace('`', ""));
    let shown = shown(address);
    let found = Source::open(&SourceAddress(address.to_string()), &[], look.own, look.surroundings, look.network)
        .and_then(|source| match look.network {
            Network::Allowed => source.branch_names().map(Some),
            _ if source.is_folder() => source.branch_names().map(Some),
            _ => Ok(None),
        });
    let names = match found {
        Ok(Some(names)) => names,
        Ok(None) => {
            let what = format!("whether `{shown}` answers: this is offline");
            return Ok(Finding::cannot_tell(about, what).hint("leave `--offline` away"));
        }
        Err(error) => return Finding::unseen(about, error),
    };
    let lacks = asked.branches.iter().filter(|(_, branch)| !names.contains(branch));
    let lacks: Vec<String> = lacks.map(|(env, branch)| format!("`{branch}` (of `{env}`)")).collect();
    Ok(match lacks.is_empty() {
        true => Finding::ok(about, format!("`{shown}` answers, and has the branches that are named")),
        false => Finding::open(about, format!("`{shown}` has no branch {}", lacks.join(", ")))
            .hint("correct `branches:` of the environment, or push that branch"),
    })
}
