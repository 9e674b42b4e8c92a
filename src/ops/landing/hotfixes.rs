//! The records of hotfixes that a plan writes and takes away: one comes with its hotfix, and goes with what contains that.

use crate::domain::commit::Known;
use crate::domain::hotfix::{Hotfix, HotfixFile};
use crate::domain::names::{AppName, EnvName};
use crate::domain::plan::FileEdit;
use crate::domain::refusal::Error;
use crate::domain::settings::Application;
use crate::domain::verb::Verb;
use crate::domain::version::Version;
use crate::policy::Carries;
use crate::records::hotfix;

use crate::ops::context::Context;
use crate::ops::landing::intent::Intent;
use crate::ops::reading::carried;
use crate::ops::reading::sources::Sources;
use crate::ops::reading::world::World;

/// A pin that a plan moves, and what all its sites say then.
pub struct Comes<'a> {
    pub app: &'a AppName,
    pub env: &'a EnvName,
    pub versions: Vec<Version>,
}

/// The edits of records, and what is to be said of them.
#[derive(Default)]
pub struct Recorded {
    pub edits: Vec<FileEdit>,
    pub notes: Vec<String>,
}

/// The records of an intent on a world: what cannot be told of a source leaves them as they are, which the gate then says.
///
/// # Errors
/// The tree cannot be read.
pub fn of(context: &Context<'_>, world: &World, intent: &Intent, moving: &[Comes<'_>]) -> Result<Recorded, Error> {
    let mut out = Recorded::default();
    let standing = hotfix::all(world.files.as_ref())?;
    if standing.is_empty() && intent.hotfixes.is_empty() {
        return Ok(out);
    }
    let sources = Sources::new(context);
    for one in moving {
        let app = world.application(one.app)?;
        let own = intent.hotfixes.iter().find(|hotfix| (&hotfix.app, &hotfix.env) == (one.app, one.env));
        if let Some(own) = own {
            out.edits.push(world.record(own)?);
            let short = own.commit.short();
            out.notes.push(format!(
                "it is recorded as a hotfix: what is promoted to `{}` next has to contain {short}; bring it into the branch that comes next",
                own.env
            ));
        }
        let is_its = |file: &&HotfixFile| file.env == *one.env && file.is_of(app);
        for file in standing.iter().filter(is_its) {
            let is_written = own.is_some_and(|own| file.path.as_str() == Hotfix::path_of(&own.env, &own.app));
            let is_restored = intent.restores.iter().any(|restore| restore.path == file.path);
            if is_written || is_restored {
                continue;
            }
            let Some(note) = ended(&sources, app, intent.verb, (file, one))? else { continue };
            out.notes.push(note.said);
            if note.goes {
                out.edits.push(world.edit(file.path.clone(), None)?);
            }
        }
    }
    Ok(out)
}

/// What is said of a record that stands, and whether it goes.
struct Note {
    said: String,
    goes: bool,
}

/// What becomes of a record with what comes; `None`: it stays, and the gate judges that.
fn ended(
    sources: &Sources<'_>,
    app: &Application,
    verb: Verb,
    (file, comes): (&HotfixFile, &Comes<'_>),
) -> Result<Option<Note>, Error> {
    let Ok(hotfix) = &file.hotfix else { return Ok(None) };
    let short = hotfix.commit.short();
    if verb.is_meant_back() {
        let said = format!(
            "the hotfix {short} of `{}` stays recorded: what is promoted to `{}` next has to contain it",
            comes.app, comes.env
        );
        return Ok(Some(Note { said, goes: false }));
    }
    if verb != Verb::Promote {
        return Ok(None);
    }
    let mut how = String::new();
    for version in &comes.versions {
        how = match carried::of(sources, app, version, hotfix.commit)? {
            Known::Is(Carries::It(commit)) => format!("{} contains it", commit.short()),
            Known::Is(Carries::Patches(commit, all)) => {
                let all: Vec<String> = all.iter().map(|one| one.short()).collect();
                format!("{} has the same patches as {}", commit.short(), all.join(", "))
            }
            Known::Is(Carries::Not(..)) | Known::CannotTell(_) => return Ok(None),
        };
    }
    let said = format!("this ends the hotfix {short} of `{}`, whose record goes with it: {how}", comes.app);
    Ok((!comes.versions.is_empty()).then_some(Note { said, goes: true }))
}
