//! People, groups, and the keys by which they are known: at the base of the branch with the rules.

use jiff::Timestamp;

use crate::domain::finding::Finding;
use crate::domain::path::RepoPath;
use crate::domain::refusal::Error;
use crate::domain::settings::{Person, Settings, Signing};
use crate::git::checkup::{Listed, Revoked, listed};
use crate::git::vouched::{Keys, ListedKey};

use crate::ops::context::Context;
use crate::ops::judging::keys::names_people;
use crate::ops::landing::authority::{KEYS, REVOKED};
use crate::ops::reading::stack::Stack;

/// The keys that there are.
struct Known {
    ssh: Vec<Listed>,
    openpgp: Vec<ListedKey>,
    /// Why some of them do not show.
    unseen: Option<String>,
}

/// What is found of people and keys.
///
/// # Errors
/// The clone cannot be read.
pub fn look(context: &Context<'_>, stack: &Stack) -> Result<Vec<Finding>, Error> {
    let mut out = Vec::new();
    let settings = &stack.main.settings;
    let known = keys(context, stack, &mut out)?;
    if settings.people.is_empty() {
        let what = "no `people:` are named, so that nobody can be asked for by a rule";
        out.push(
            Finding::open("people", what).hint("name them: `people: { alice: { principals: [alice@example.com] } }`"),
        );
    }
    out.extend(settings.people.iter().map(|person| of_person(person, &known, context.now)));
    let empty = settings.groups.iter().filter(|group| group.members.is_empty());
    out.extend(empty.map(|group| {
        let what = format!("nobody is in `{}`, so that what asks for one of them never lands", group.name);
        Finding::open(format!("group {}", group.name), what).hint("name its members in `groups:`")
    }));
    out.push(own(context, stack)?);
    Ok(out)
}

/// The keys that the rules know, and what is wrong with where they stand.
fn keys(context: &Context<'_>, stack: &Stack, out: &mut Vec<Finding>) -> Result<Known, Error> {
    let (settings, world) = (&stack.main.settings, &stack.main);
    let mut known = Known { ssh: Vec::new(), openpgp: Vec::new(), unseen: None };
    match (&settings.signers_file, world.signers()?) {
        (None, _) => {}
        (Some(path), None) => out.push(
            Finding::open("signers", format!("`{path}`, the `signers-file`, is not on `{}`", world.branch))
                .hint("add it: a line a key, as in ssh-keygen(1), \"ALLOWED SIGNERS\""),
        ),
        (Some(path), Some(text)) => {
            let revoked = world.files.read(&RepoPath::new(REVOKED).map_err(anyhow::Error::from)?)?;
            let revoked = revoked.map(|text| Revoked::read(&text)).unwrap_or_default();
            if revoked.is_krl {
                let what = format!(
                    "`{REVOKED}` is a list that only ssh-keygen reads: which of the keys it names does not show"
                );
                out.push(Finding::cannot_tell("signers", what).hint("keep public keys there, a line each"));
            }
            let (lines, unread) = listed(&text, &revoked);
            out.push(match unread.as_slice() {
                [] => Finding::ok("signers", format!("`{path}` has {}", keyed(lines.len()))),
                lines => {
                    let lines: Vec<String> = lines.iter().map(|line| format!("`{path}:{line}`")).collect();
                    Finding::open("signers", format!("{}: there is no key that can be read", lines.join(", "))).hint(
                        "mend the line: `alice@example.com namespaces=\"git,stageline-statement\" ssh-ed25519 AAAA...`",
                    )
                }
            });
            known.ssh = lines;
        }
    }
    let folder = RepoPath::new(KEYS).map_err(anyhow::Error::from)?;
    let mut openpgp = Vec::new();
    for entry in world.files.list(&folder)? {
        openpgp.extend(world.files.read(&entry.path)?);
    }
    if !openpgp.is_empty() {
        match context.repo.openpgp_keys(&Keys { openpgp, ..Keys::default() })? {
            Some(listed) => known.openpgp = listed,
            None => known.unseen = Some(format!("the keys in `{KEYS}` are listed by gpg, which is not there")),
        }
    } else if settings.signers_file.is_none() && stack.signing(world) == Signing::Required {
        let asked = "signatures are asked for, and no keys say whose";
        let found = match names_people(stack, world, &world.branch) {
            true => Finding::open("signers", format!("{asked}: nobody's counts, and nothing that takes one lands")),
            false => Finding::advisory("signers", format!("{asked}: any signature is taken")),
        };
        out.push(found.hint("name the file of keys: `signers-file: .stageline/allowed_signers`"));
    }
    Ok(known)
}

/// Whether a person has a key that counts.
fn of_person(person: &Person, known: &Known, now: Timestamp) -> Finding {
    let about = format!("person {}", person.name);
    let has = |names: &[String]| person.principals.iter().any(|own| names.iter().any(|name| name == own.as_str()));
    let ssh: Vec<&Listed> = known.ssh.iter().filter(|line| has(&line.principals)).collect();
    let openpgp: Vec<&ListedKey> = known.openpgp.iter().filter(|key| has(&key.principals)).collect();
    let ended = |line: &&&Listed| line.until.is_some_and(|until| until <= now);
    let not_yet = |line: &&&Listed| line.from.is_some_and(|from| from > now);
    let good = ssh.iter().filter(|line| !ended(line) && !not_yet(line) && !line.is_revoked).count()
        + openpgp.iter().filter(|key| key.ended.is_none()).count();
    let over = ssh.iter().find_map(|line| line.until.filter(|until| *until <= now));
    let over = over.map(|until| format!("ended at {until}"));
    let over = over.or_else(|| ssh.iter().any(|line| line.is_revoked).then(|| "is revoked".to_string()));
    let over = over.or_else(|| openpgp.iter().find_map(|key| key.ended.map(|why| format!("is {why}"))));
    match (good, over, &known.unseen) {
        (0, Some(over), _) => {
            Finding::open(about, format!("the key of `{}` {over}, and there is no other", person.name))
                .hint("add a new key, by a change that an owner signs")
        }
        (0, None, Some(why)) => {
            Finding::cannot_tell(about, format!("whether `{}` has a key: {why}", person.name)).hint("install gpg")
        }
        (0, None, None) if !ssh.is_empty() => {
            Finding::open(about, format!("no key of `{}` counts yet (`valid-after`)", person.name))
                .hint("add one that does, by a change that an owner signs")
        }
        (0, None, None) => {
            Finding::open(about, format!("no key of `{}` is known, so that nothing of theirs counts", person.name))
                .hint("add a key with one of their principals to the signers file, or take them out of `people:`")
        }
        (good, over, _) => {
            let more = over.map_or(String::new(), |over| format!("; another {over}"));
            Finding::ok(about, format!("`{}` is known by {}{more}", person.name, keyed(good)))
        }
    }
}

fn keyed(count: usize) -> String {
    format!("{count} key{}", if count == 1 { "" } else { "s" })
}

/// Whose key this clone signs with.
fn own(context: &Context<'_>, stack: &Stack) -> Result<Finding, Error> {
    const ABOUT: &str = "your key";
    let settings = &stack.main.settings;
    let key = context.repo.config("user.signingkey")?.filter(|key| !key.is_empty());
    let is_ssh = context.repo.config("gpg.format")? == Some("ssh");
    let is_asked = stack.worlds().any(|world| stack.signing(world) == Signing::Required);
    if key.is_none() && is_ssh {
        let what = "git has no key to sign with";
        return Ok(match is_asked {
            true => Finding::open(ABOUT, format!("{what}, and a landing has to be signed"))
                .hint("git config user.signingkey ~/.ssh/id_ed25519.pub"),
            false => Finding::ok(ABOUT, format!("{what}, and no landing has to be signed")),
        });
    }
    let unseen =
        |why: &str| Finding::cannot_tell(ABOUT, format!("whose key it is shows only when it has signed: {why}"));
    if !is_ssh {
        return Ok(unseen("git signs by OpenPGP here").hint("git config gpg.format ssh, where yours is an SSH key"));
    }
    let Some(signers) = stack.main.signers()? else {
        return Ok(unseen("there is no signers file").hint("name one: `signers-file: .stageline/allowed_signers`"));
    };
    Ok(match context.repo.own_principals(&signers)? {
        None => unseen("its line has conditions, or git takes it from elsewhere")
            .hint("sign a commit, and see `stageline verify`"),
        Some(names) => match person(settings, &names) {
            Some(person) => Finding::ok(ABOUT, format!("it is that of `{}`", person.name)),
            None => Finding::open(ABOUT, "it is nobody's of `people:`, so that what it signs counts for nobody")
                .hint("have an owner add it to the signers file, with a principal of yours in `people:`"),
        },
    })
}

fn person<'s>(settings: &'s Settings, names: &[String]) -> Option<&'s Person> {
    settings.people.iter().find(|one| one.principals.iter().any(|own| names.iter().any(|name| name == own.as_str())))
}
