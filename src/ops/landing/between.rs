//! What differs between two worlds of one branch: the moves of pins, the records, and every other path with its class.
//!
//! It is read from the two trees alone: what a verb meant, or a commit message says, has no part in it. Landings of the tool,
//! edits by hand, merges and squashes are all judged by what comes out here.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use crate::domain::names::{AppName, BranchName, EnvName};
use crate::domain::path::RepoPath;
use crate::domain::pin::{Assignment, Pin, PinMove, Reading, SiteKey, SiteMove};
use crate::domain::plan::{Authority, Class, Other, Proposal, Unreadable};
use crate::domain::refusal::Error;
use crate::domain::settings::{FILE, Settings};
use crate::records;

use crate::domain::files::{Entry, EntryKind, differing};
use crate::ops::landing::authority;
use crate::ops::landing::births;
use crate::ops::landing::classes::Classes;
use crate::ops::landing::own_overlay::Overlays;
use crate::ops::reading::scalars::{self, Scalars, Side};
use crate::ops::reading::world::World;

/// What differs from one world to the other, each read with its own settings. Only the pins that a changed path can touch
/// are read; all of them where the settings changed. `main`: the branch of environments without one of their own.
///
/// # Errors
/// A tree cannot be read. A pin that cannot be read is no error: it is told in the proposal.
pub fn between(old: &Side<'_>, new: &Side<'_>, main: &BranchName) -> Result<Proposal, Error> {
    let (before, after) = (old.world, new.world);
    let mut changed = Vec::new();
    differing(before.files.as_ref(), after.files.as_ref(), &RepoPath::root(), &mut changed)?;
    let pairs = touched(before, after, main, &changed)?;
    let read: Vec<(Said, Said)> =
        pairs.par_iter().map(|pair| Ok((says(old, pair)?, says(new, pair)?))).collect::<Result<_, Error>>()?;
    let (mut moves, mut unreadable, mut sites) = (Vec::new(), Vec::new(), Sites::default());
    for ((app, env), sides) in pairs.into_iter().zip(read) {
        match sides {
            (Said::Pin(was), Said::Pin(is)) => {
                if let Some(moved) = moved(&app, &env, was.as_ref(), is.as_ref()) {
                    sites.note(old, new, &moved, (was.as_ref(), is.as_ref()));
                    moves.push(moved);
                }
            }
            (was, is) => unreadable.push(Unreadable { app, env, before: was.why(), after: is.why() }),
        }
    }
    let is_env = |name: &EnvName| [before, after].iter().any(|world| world.settings.environment(name).is_some());
    let records = records::hold::changes(Some(before.files.as_ref()), after.files.as_ref(), &is_env)?;
    let hotfixes = records::hotfix::changes(Some(before.files.as_ref()), after.files.as_ref())?;
    let classes = Classes::new([before, after], main);
    let overlays = Overlays::new([before, after], main);
    let (mut others, mut own) = (Vec::new(), BTreeMap::new());
    for path in changed {
        if !sites.are_all(&path, old, new)? {
            let class = classes.of(&path, sites.envs(&path))?;
            if let Class::Environment(envs) = &class
                && let Some(app) = overlays.whose(&path, envs)?
            {
                own.insert(path.clone(), app);
            }
            let (was, is) = entries(before, after, &path)?;
            others.push(Other { path, class, was, is });
        }
    }
    let births = births::between(before, after, &moves)?;
    let authority = match authority::between(&before.settings, &after.settings, &others) {
        Authority::Same if before.branch != *main => authority::between_copies(before, after)?,
        known => known,
    };
    let nothing = Proposal::nothing(after.branch.clone());
    Ok(Proposal { moves, records, hotfixes, others, own, unreadable, births, authority, ..nothing })
}

/// What stands at a path before and after. A folder is told only where it stands for names in it that no path could have.
fn entries(before: &World, after: &World, path: &RepoPath) -> Result<(Option<Entry>, Option<Entry>), Error> {
    let sides = (before.files.entry(path)?, after.files.entry(path)?);
    let is_folder = |side: &Option<Entry>| side.as_ref().is_some_and(|entry| entry.kind == EntryKind::Folder);
    Ok(match sides {
        (was, is) if is_folder(&was) && is_folder(&is) => (was, is),
        (was, is) => {
            let file = |side: Option<Entry>| side.filter(|entry| entry.kind != EntryKind::Folder);
            (file(was), file(is))
        }
    })
}

/// The pairs of both sides that a changed path can touch, as far as their environments live on this branch.
fn touched(
    before: &World,
    after: &World,
    main: &BranchName,
    changed: &[RepoPath],
) -> Result<BTreeSet<(AppName, EnvName)>, Error> {
    let all = changed.iter().any(|path| path.as_str() == FILE);
    let mut out = BTreeSet::new();
    for world in [before, after] {
        if all {
            out.extend(world.pairs());
        } else if std::ptr::eq(world, before) || !before.has_places_of(after) {
            out.extend(world.pairs_at(changed)?);
        }
    }
    let lives = |settings: &Settings, env: &EnvName| {
        settings.environment(env).is_some_and(|env| env.lives_on(&after.branch, main))
    };
    out.retain(|(_, env)| lives(&before.settings, env) || lives(&after.settings, env));
    Ok(out)
}

/// What a side says of a pair.
enum Said {
    Pin(Option<Pin>),
    /// It cannot be read, and why.
    Unread(String),
}

impl Said {
    fn why(self) -> Option<String> {
        match self {
            Said::Pin(_) => None,
            Said::Unread(why) => Some(why),
        }
    }
}

/// What a side says of a pair, or why that cannot be read.
fn says(side: &Side<'_>, (app, env): &(AppName, EnvName)) -> Result<Said, Error> {
    let settings = &side.world.settings;
    let (Some(app), Some(env)) = (settings.application(app), settings.environment(env)) else {
        return Ok(Said::Pin(None));
    };
    match side.world.pin(&side.reader, app, env) {
        Ok(pin) => Ok(Said::Pin(pin)),
        Err(Error::Invalid(why) | Error::Refused(why)) => Ok(Said::Unread(why.message)),
        Err(error) => Err(error),
    }
}

/// The move of one pin; `None` where every site says what it said.
fn moved(app: &AppName, env: &EnvName, was: Option<&Pin>, is: Option<&Pin>) -> Option<PinMove> {
    let said = |pin: Option<&Pin>| pin.map(Pin::assignment).unwrap_or_default();
    let (old, new) = (said(was), said(is));
    let keys: BTreeSet<&SiteKey> = old.keys().chain(new.keys()).collect();
    let site = |key: &SiteKey| site(key, (was, &old), (is, &new));
    let sites: Vec<SiteMove> = keys.into_iter().filter_map(site).collect();
    if sites.is_empty() {
        return None;
    }
    let (from, to) = (was.and_then(Pin::version), is.and_then(Pin::version));
    Some(PinMove {
        app: app.clone(),
        env: env.clone(),
        instance: None,
        recorded: None,
        request: None,
        from,
        to,
        was: old,
        is: new,
        sites,
    })
}

fn site(key: &SiteKey, was: (Option<&Pin>, &Assignment), is: (Option<&Pin>, &Assignment)) -> Option<SiteMove> {
    let (from, to) = (was.1.get(key).cloned(), is.1.get(key).cloned());
    let reading = |pin: Option<&Pin>| reading(pin, key).map(|reading| reading.site.file.clone());
    let file = match &to {
        Some(_) => reading(is.0),
        None => reading(was.0),
    };
    (from != to).then_some(SiteMove { key: key.clone(), file: file?, from, to })
}

fn reading<'p>(pin: Option<&'p Pin>, key: &SiteKey) -> Option<&'p Reading> {
    pin?.readings.iter().find(|reading| reading.key == *key)
}

/// The moved sites of each file, with the environments that they are of.
#[derive(Default)]
struct Sites(BTreeMap<RepoPath, InFile>);

#[derive(Default)]
struct InFile {
    envs: BTreeSet<EnvName>,
    /// One for each site; `None`: it came, went, or cannot be planned, so that more than a scalar changed.
    scalars: Vec<Option<Scalars>>,
}

impl Sites {
    fn note(&mut self, old: &Side<'_>, new: &Side<'_>, moved: &PinMove, (was, is): (Option<&Pin>, Option<&Pin>)) {
        for site in &moved.sites {
            let (was, is) = (reading(was, &site.key), reading(is, &site.key));
            let scalars = match (was, is) {
                (Some(was), Some(is)) if was.site.file == is.site.file => {
                    let pair = (&moved.app, &moved.env);
                    Scalars::of(old.change(pair, was, is).as_ref(), new.change(pair, is, was).as_ref())
                }
                _ => None,
            };
            for reading in [was, is].into_iter().flatten() {
                let file = self.0.entry(reading.site.file.clone()).or_default();
                file.envs.insert(moved.env.clone());
            }
            self.0.entry(site.file.clone()).or_default().scalars.push(scalars);
        }
    }

    /// Whether all that changed in a file are moved pins.
    fn are_all(&self, path: &RepoPath, old: &Side<'_>, new: &Side<'_>) -> Result<bool, Error> {
        scalars::are_all_of(path, old, new, |file| self.0.get(file).map(|here| here.scalars.clone()))
    }

    /// The environments of the pins that moved in a file.
    fn envs(&self, path: &RepoPath) -> BTreeSet<EnvName> {
        self.0.get(path).map(|here| here.envs.clone()).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::check::check;
    use crate::domain::memory::Memory;
    use crate::domain::version::Version;

    const SETTINGS: &str = "\
version: 1
environments:
  - name: staging
  - name: production
  - name: island
    git: { branch: island }
signers-file: keys/allowed
applications:
  - name: web
    pins: [{ image: shop/web, in: \"apps/web/{environment}\" }]
  - name: api
    pins: [{ file: \"apps/api/{environment}.yaml\", path: image.tag }]
  - name: any
    pins: [{ image: shop/any, in: \"all/{application}/{environment}\" }]
";

    fn branch(name: &str) -> BranchName {
        BranchName::new(name).unwrap()
    }

    /// The world of a branch with these files; its settings are those of its `stageline.yaml`.
    fn world_of(name: &str, files: &Memory) -> World {
        let text = files.read_text(FILE);
        World::of(&branch(name), check(text.as_bytes(), FILE).unwrap(), files.clone())
    }

    fn base() -> Memory {
        Memory::new([
            (FILE, SETTINGS),
            ("apps/web/base/kustomization.yaml", "resources: [deploy.yaml]\n"),
            ("apps/web/base/deploy.yaml", "image: shop/web\n"),
            (
                "apps/web/staging/kustomization.yaml",
                "resources: [../base]\nimages:\n- { name: shop/web, newTag: v2 }\n",
            ),
            (
                "apps/web/production/kustomization.yaml",
                "resources: [../base]\nimages:\n- { name: shop/web, newTag: v1 } # it\n",
            ),
            ("apps/web/island/kustomization.yaml", "images:\n- { name: shop/web, newTag: v1 }\n"),
            ("apps/api/production.yaml", "image:\n  tag: v1\nreplicas: 2\n"),
            ("README.md", "hello\n"),
        ])
    }

    /// What comes out of the base and the base with other files: moves, other paths with their class, what is unreadable.
    fn told(after: &Memory) -> (Vec<String>, Vec<String>, Vec<String>) {
        told_of(&base(), after)
    }

    fn told_of(before: &Memory, after: &Memory) -> (Vec<String>, Vec<String>, Vec<String>) {
        let (before, after) = (world_of("main", before), world_of("main", after));
        let proposal = between(&Side::of(&before), &Side::of(&after), &branch("main")).unwrap();
        let end = |version: &Option<Version>| version.as_ref().map_or("-".to_string(), ToString::to_string);
        let moves = proposal.moves.iter().map(|m| format!("{}/{} {} {}", m.app, m.env, end(&m.from), end(&m.to)));
        let class = |class: &Class| match class {
            Class::Environment(envs) => envs.iter().map(EnvName::as_str).collect::<Vec<_>>().join("+"),
            other => format!("{other:?}").to_lowercase(),
        };
        let others = proposal.others.iter().map(|other| format!("{} {}", other.path, class(&other.class)));
        let side = |why: &Option<String>| if why.is_some() { "no" } else { "yes" };
        let unread = proposal.unreadable.iter();
        let unread = unread.map(|one| format!("{}/{} {} {}", one.app, one.env, side(&one.before), side(&one.after)));
        (moves.collect(), others.collect(), unread.collect())
    }

    const WEB: &str = "apps/web/production/kustomization.yaml";
    const START: &str = "resources: [../base]\nimages:\n";

    #[track_caller]
    fn web(entry: &str, moves: &[&str], others: &[&str]) {
        let (moved, other, _) = told(&base().with([(WEB, format!("{START}{entry}\n"))]));
        assert_eq!((moved.as_slice(), other.as_slice()), (&own(moves)[..], &own(others)[..]), "{entry}");
    }

    fn own(words: &[&str]) -> Vec<String> {
        words.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn nothing_changed_is_nothing_proposed() {
        assert_eq!(told(&base()), (vec![], vec![], vec![]));
    }

    #[test]
    fn a_pin_edited_by_hand_is_a_move_and_nothing_else_however_it_is_quoted() {
        web("- { name: shop/web, newTag: v2 } # it", &["web/production v1 v2"], &[]);
        web("- { name: shop/web, newTag: \"v2\" } # it", &["web/production v1 v2"], &[]);
        web("- { name: shop/web, newTag: 'v2' } # it", &["web/production v1 v2"], &[]);
    }

    #[test]
    fn what_changes_beside_a_pin_is_the_environments_also_on_its_line_and_in_its_comment() {
        let moved = &["web/production v1 v2"];
        let other = &[&*format!("{WEB} production")];
        web("- { name: shop/web, newName: evil/web, newTag: v2 } # it", moved, other);
        web("- { name: shop/web, newTag: v2 } # another", moved, other);
        web("- { name: shop/web, newTag: v2 } # it\nnamePrefix: x-", moved, other);
        web("- { name: shop/web, newTag: v1 } # it\nnamePrefix: x-", &[], other);
        // The tool writes a digest so; by hand it is more than the tag.
        let digest = format!("sha256:{}", "a".repeat(64));
        let (moves, others, _) =
            told(&base().with([(WEB, format!("{START}- {{ name: shop/web, newTag: v1, digest: {digest} }}\n"))]));
        assert_eq!((moves.len(), others), (1, own(other)));
    }

    #[test]
    fn a_pin_is_born_and_gone_with_its_overlay_which_is_the_environments() {
        let (moves, others, _) = told(&base().with([("apps/api/staging.yaml", "image: { tag: v3 }\n")]));
        assert_eq!((moves, others), (own(&["api/staging - v3"]), own(&["apps/api/staging.yaml staging"])));
        let (moves, others, _) = told(&base().without(&["apps/api/production.yaml"]));
        assert_eq!((moves, others), (own(&["api/production v1 -"]), own(&["apps/api/production.yaml production"])));
    }

    #[test]
    fn every_other_path_has_its_class() {
        let class = |path: &str| {
            let (moves, others, unread) = told(&base().with([(path, "x: 1\n")]));
            assert_eq!((moves.len(), others.len(), unread.len()), (0, 1, 0), "{path} {others:?}");
            others[0].strip_prefix(&format!("{path} ")).unwrap().to_string()
        };
        for (path, wanted) in [
            ("README.md", "outside"),
            ("apps/other/production/x.yaml", "outside"),
            ("apps/web/production/more/x.yaml", "production"),
            ("apps/web/base/deploy.yaml", "production+staging"),
            ("apps/web/base/new.yaml", "production+staging"),
            ("all/unknown/staging/x.yaml", "staging"),
            ("all/any/island/x.yaml", "outside"),
            (".stageline/holds/README.md", "record"),
            (".stageline/previews/pr-1.yaml", "record"),
            (".stageline/allowed", "policy"),
            (".Stageline/allowed", "policy"),
            ("keys/allowed", "policy"),
            ("apps/web/production/.gitattributes", "policy"),
            (".github/workflows/ci.yml", "policy"),
            (".gitlab-ci.yml", "policy"),
            ("docs/CODEOWNERS", "policy"),
            ("build/Jenkinsfile", "policy"),
        ] {
            assert_eq!(class(path), wanted, "{path}");
        }
    }

    #[test]
    fn what_is_new_in_the_settings_is_seen_and_each_side_is_read_by_its_own() {
        let more = format!("{SETTINGS}  - name: new\n    pins: [{{ file: \"new/{{environment}}\", path: tag }}]\n");
        let after = base().with([(FILE, more.as_str()), ("new/staging", "tag: v1\n")]);
        let (moves, others, _) = told(&after);
        assert_eq!(moves, ["new/staging - v1"]);
        assert_eq!(others, ["new/staging staging", "stageline.yaml policy"]);
        let (moves, _, _) = told_of(&after, &base().with([("new/staging", "tag: v1\n")]));
        assert_eq!(moves, ["new/staging v1 -"], "what the settings forget is gone");
        let elsewhere = SETTINGS.replace("path: image.tag", "path: replicas");
        let (moves, _, _) = told(&base().with([(FILE, elsewhere)]));
        assert_eq!(moves, ["api/production v1 2"], "another place is another value");
    }

    #[test]
    fn a_pin_that_a_side_does_not_tell_is_unreadable_only_where_something_changed_there() {
        let broken = base().with([("apps/api/production.yaml", "image: [\n")]);
        assert_eq!(told(&broken).2, ["api/production yes no"]);
        assert_eq!(told_of(&broken, &base()).2, ["api/production no yes"]);
        let (moves, _, unread) =
            told_of(&broken, &broken.with([(WEB, format!("{START}- {{ name: shop/web, newTag: v9 }}\n"))]));
        assert_eq!((moves, unread), (own(&["web/production v1 v9"]), vec![]));
        let more = broken.with([("apps/api/production.yaml", "image: {\n")]);
        assert_eq!(told_of(&broken, &more).2, ["api/production no no"]);
    }

    #[test]
    fn a_proposal_is_of_one_branch() {
        let path = "apps/web/island/kustomization.yaml";
        let after = base().with([(path, "images:\n- { name: shop/web, newTag: v2 }\n")]);
        assert_eq!(told(&after), (vec![], own(&[&format!("{path} outside")]), vec![]));
        let of = |files| world_of("island", files);
        let (old, new) = (of(&base()), of(&after));
        let proposal = between(&Side::of(&old), &Side::of(&new), &branch("main")).unwrap();
        assert_eq!((proposal.moves.len(), proposal.others.len()), (1, 0));
        assert_eq!(proposal.on, branch("island"));
    }

    #[test]
    fn holds_that_come_and_go_are_records() {
        let hold = "reason: x\nby: y\nsince: 2026-11-23T10:00:00Z\ncause: asked\n";
        let after = base().with([(".stageline/holds/production/web.yaml", hold)]);
        let of = |files| world_of("main", files);
        let (old, new) = (of(&base()), of(&after));
        let proposal = between(&Side::of(&old), &Side::of(&new), &branch("main")).unwrap();
        assert_eq!(proposal.records.len(), 1);
        assert_eq!(proposal.environments([]).into_iter().map(EnvName::as_str).collect::<Vec<_>>(), ["production"]);
        assert_eq!(told(&after).1, [".stageline/holds/production/web.yaml record"]);
    }
}
