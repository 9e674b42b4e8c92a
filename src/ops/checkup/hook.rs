//! The hook on the server: seen where the remote is a folder of this machine, and nowhere else.

use std::path::{Path, PathBuf};

use crate::config::hook as settings;
use crate::domain::address::Address;
use crate::domain::finding::Finding;
use crate::domain::refusal::Error;
use crate::domain::settings::SoakClock;
use crate::git::hook::Hook;
use crate::process::is_startable;

use crate::ops::context::{Context, quoted};
use crate::ops::reading::stack::Stack;

/// What it is about.
const ABOUT: &str = "hook";

/// The folder that an address is, as git takes it; `None`: it is on another machine, or nobody can tell.
pub fn folder(context: &Context<'_>, address: &str) -> Option<PathBuf> {
    let path = match address.strip_prefix("file://") {
        Some(path) => path.starts_with('/').then_some(path)?,
        None => match Address::read(address) {
            Address::Folder(path) => path,
            Address::Remote(_) | Address::Unclear(..) => return None,
        },
    };
    let start = context.repo.work_tree().unwrap_or(context.repo.common_dir());
    Some(start.join(path))
}

/// What is found of the hook of a repository on this machine.
///
/// # Errors
/// Something broke here.
pub fn look(context: &Context<'_>, stack: &Stack, dir: &Path) -> Result<Vec<Finding>, Error> {
    let shown = dir.display();
    let place = quoted(&shown.to_string());
    let check = format!("stageline verify --install-hook {place} --check");
    let hook = match Hook::of(dir) {
        Ok(hook) => hook,
        Err(error) => return Ok(vec![Finding::unseen(ABOUT, error)?.of_the_door()]),
    };
    if hook.is_anothers() {
        let what =
            format!("`{}` is another hook, and whether it calls stageline's does not show", hook.script.display());
        let found = Finding::cannot_tell(ABOUT, what).hint(format!("see what it does; `{check}`"));
        return Ok(vec![found.of_the_door()]);
    }
    let Some(program) = hook.program() else {
        let what = format!(
            "`{shown}` has no hook that judges what is pushed, so that nothing keeps anybody from pushing past the rules"
        );
        let hint = format!("stageline verify --install-hook {place}");
        return Ok(vec![Finding::advisory(ABOUT, what).hint(hint).of_the_door()]);
    };
    let mut faults = hook.faults(&program, context.repo.surroundings());
    if !is_startable(&program) {
        faults.push(format!("`{}`, which it starts, is not there", program.display()));
    }
    let mut found = Vec::new();
    match hook.settings_text().and_then(|text| settings::read(&text)) {
        Err(why) => faults.push(format!("its settings cannot be used: {why}")),
        Ok(said) => {
            if !said.enforce {
                faults.push("`enforce: false` in its settings: everything is accepted".into());
            }
            if said.branch != stack.main.branch {
                let (there, here) = (&said.branch, &stack.main.branch);
                faults.push(format!("by its settings the rules stand on `{there}`, and not on `{here}`"));
            }
            found.extend(
                recorder((context, stack), &hook, &program, said.receipts.as_deref()).map(|one| one.hint(&check)),
            );
        }
    }
    let judge = match faults.is_empty() {
        true => Finding::ok(ABOUT, format!("the hook of `{shown}` judges whatever is pushed")),
        false => {
            let what = format!("the hook of `{shown}` does not judge as it should: {}", faults.join("; "));
            Finding::advisory(ABOUT, what).hint(check)
        }
    };
    found.insert(0, judge.of_the_door());
    Ok(found)
}

/// What keeps pushes from being recorded, where soaks are measured by that.
fn recorder(
    (context, stack): (&Context<'_>, &Stack),
    hook: &Hook,
    program: &Path,
    key: Option<&Path>,
) -> Option<Finding> {
    let is_asked = stack.worlds().any(|world| world.settings.soaks_by(SoakClock::Receipt));
    let faults = match key {
        Some(key) => hook.faults_of_recorder(program, key, context.repo.surroundings()),
        None if is_asked => vec!["its settings name no key for receipts (`receipts: { key: FILE }`)".to_string()],
        None => return None,
    };
    let what = format!("what is accepted there is not recorded: {}", faults.join("; "));
    (!faults.is_empty()).then(|| Finding::open("receipts", what))
}

/// What is said of a hook that does not show. `without`: who gets past the rules where there is none.
pub fn elsewhere(without: Option<&str>) -> Finding {
    let more = without.map_or(String::new(), |without| format!("; where there is none, {without}"));
    Finding::cannot_tell(ABOUT, format!("whether a hook judges what is pushed shows only on the server{more}"))
        .hint("run there, as its user: `stageline verify --install-hook REPOSITORY --check`")
        .of_the_door()
}
