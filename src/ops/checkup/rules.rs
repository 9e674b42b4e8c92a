//! The rules themselves: what they leave open, what is not enforced yet, and where a copy of them differs.

use crate::domain::finding::Finding;
use crate::domain::names::EnvName;
use crate::domain::refusal::Error;
use crate::domain::settings::{Environment, Settings, Signing};
use crate::domain::verb::Verb;

use crate::ops::context::Context;
use crate::ops::landing::sync;
use crate::ops::reading::stack::Stack;
use crate::ops::reading::world::World;

/// What is found of them.
///
/// # Errors
/// A branch cannot be read.
pub fn look(context: &Context<'_>, stack: &Stack) -> Result<Vec<Finding>, Error> {
    let settings = &stack.main.settings;
    let mut out = vec![signing(settings), owners(settings)];
    out.extend(settings.durable().map(|env| signers(settings, env)));
    // What is read and not enforced, and what nothing can ever meet.
    out.extend(settings.notices.iter().map(|notice| Finding::advisory("rules", notice.clone())));
    for env in settings.durable() {
        if let Err(Error::Invalid(why)) = stack.environment(&env.name) {
            let found = Finding::open(format!("environment {}", env.name), why.on_one_line());
            out.push(why.hints.into_iter().fold(found, Finding::hint));
        }
    }
    for world in stack.worlds().filter(|world| world.branch != stack.main.branch) {
        out.push(copy(context, stack, world)?);
    }
    Ok(out)
}

fn signing(settings: &Settings) -> Finding {
    match settings.git.signing {
        Signing::Required => Finding::ok("signing", "a landing has to be signed"),
        Signing::Optional => {
            Finding::open("signing", "a landing need not be signed, but where an environment names signers")
                .hint("say `git: { signing: required }`")
        }
    }
}

fn owners(settings: &Settings) -> Finding {
    match &settings.owners {
        Some(_) => Finding::ok("owners", "the rules say who may change them"),
        None => Finding::open("owners", "no `owners:` say who may change the rules, so that anybody known may")
            .hint("name them: `owners: GROUP`"),
    }
}

/// The environments that nothing comes after are those that count.
fn signers(settings: &Settings, env: &Environment) -> Finding {
    let about = format!("environment {}", env.name);
    if !env.rules.signers.is_empty() {
        return Finding::ok(about, format!("a change of `{}` takes the signature of its signers", env.name));
    }
    let what = format!("no `signers:` are named for `{}`: whoever is known may change it", env.name);
    match comes_last(settings, &env.name) {
        true => Finding::open(about, what).hint(format!("name them in `{}`: `signers: GROUP`", env.name)),
        false => Finding::ok(about, format!("{what}; others come after it")),
    }
}

/// Whether no other environment comes after one, by its `after:` or by the list.
fn comes_last(settings: &Settings, name: &EnvName) -> bool {
    let durable: Vec<&Environment> = settings.durable().collect();
    let before = |nth: usize, env: &Environment| match &env.after {
        Some(all) => all.contains(name),
        None => nth > 0 && durable[nth - 1].name == *name,
    };
    !durable.iter().enumerate().any(|(nth, env)| before(nth, env))
}

/// Whether what judges a branch of its own is what the main branch says.
fn copy(context: &Context<'_>, stack: &Stack, world: &World) -> Result<Finding, Error> {
    let about = format!("rules on {}", world.branch);
    let main = &stack.main.branch;
    if !stack.copies.contains_key(&world.branch) {
        return Ok(Finding::ok(
            about,
            format!("`{}` has no copy of the rules: those of `{main}` judge alone", world.branch),
        ));
    }
    let edits = match sync::edits_of(stack, world, Verb::Sync) {
        Ok(edits) => edits,
        Err(error) => return Finding::unseen(about, error),
    };
    if edits.is_empty() {
        return Ok(Finding::ok(about, format!("they are those of `{main}`")));
    }
    let files: Vec<String> = edits.iter().map(|edit| format!("`{}`", edit.path)).collect();
    let rules = stack.differences_on(&world.branch);
    let more = if rules.is_empty() { String::new() } else { format!(": {}", rules.join("; ")) };
    let what = format!("{} on `{}` are not as on `{main}`{more}", files.join(", "), world.branch);
    let env = stack.main.settings.durable().find(|env| env.lives_on(&world.branch, main));
    let name = env.map_or("ENV".to_string(), |env| env.name.to_string());
    Ok(Finding::open(about, what).hint(context.options.command(&format!("config sync --to {name} --dry-run"))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::check::check;

    #[test]
    fn an_environment_that_nothing_comes_after_is_told_by_after_and_by_the_list() {
        let text = "version: 1\nenvironments:\n  - name: a\n  - name: b\n  - { name: c, after: a }\n  - { name: d, after: [b, c] }\napplications: []\n";
        let settings = check(text.as_bytes(), "x").unwrap();
        let last = |name: &str| comes_last(&settings, &EnvName::new(name).unwrap());
        assert_eq!(["a", "b", "c", "d"].map(last), [false, false, false, true]);
    }
}
