//! What is told of a landing to people: a message from all that is known of it.

use std::collections::BTreeSet;

use crate::domain::commit::CommitInfo;
use crate::domain::landing::BY_HAND;
use crate::domain::message::{Commits, Fact, Link, Mention, Message, Move, Notes, Tone};
use crate::domain::names::{AppName, EnvName};
use crate::domain::relation::Direction;
use crate::domain::report::previews::InstanceChanged;
use crate::domain::report::{ClassWord, LandedMove, RecordReport, ShowReport};
use crate::domain::settings::{Event, Settings};
use crate::domain::signature::SignatureWord;
use crate::domain::version::Version;

/// A message with what it is about.
pub struct Told {
    pub message: Message,
    pub environments: Vec<EnvName>,
    pub applications: Vec<AppName>,
}

/// What is told of a landing; `None`: it did nothing that anybody is told. `undo`: the command that takes it back.
pub fn of_landing(report: &ShowReport, settings: &Settings, authors: &[CommitInfo], undo: String) -> Option<Told> {
    let event = event(report)?;
    let moves: Vec<Move> = report.moves.iter().map(moved).collect();
    let is_back = matches!(event, Event::Rollback | Event::Undo);
    let message = Message {
        id: format!("{} {}", report.config_commit, event.word()),
        thread: report.request_address.clone().unwrap_or_else(|| report.config_commit.clone()),
        event: Some(event),
        tone: match report.verb.as_str() {
            _ if is_back || event == Event::Hold => Tone::Bad,
            // Nobody looked at it before it landed, as far as is known here.
            BY_HAND => Tone::Neutral,
            _ => Tone::Good,
        },
        title: title(report, event),
        moves,
        facts: facts(report, settings),
        notes: report.moves.iter().filter_map(notes).collect(),
        links: links(report),
        undo: (!report.moves.is_empty()).then_some(undo),
        people: people(settings, authors),
        at: report.when,
        parts: Vec::new(),
    };
    let (environments, applications) = about(report);
    Some(Told { message, environments, applications })
}

/// What happened, in the word that sinks choose by.
fn event(report: &ShowReport) -> Option<Event> {
    let by_verb = match report.verb.as_str() {
        "rollback" => Some(Event::Rollback),
        "undo" => Some(Event::Undo),
        _ => None,
    };
    if !report.moves.is_empty() {
        // What somebody moved by hand runs there now like what was promoted.
        return Some(by_verb.unwrap_or(Event::Promote));
    }
    let records = &report.records;
    if !report.previews.is_empty() {
        return Some(Event::Preview);
    }
    match (records.iter().any(|one| one.after.is_some()), records.is_empty()) {
        (_, true) => None,
        (true, _) => Some(Event::Hold),
        (false, _) => Some(Event::Lift),
    }
}

fn title(report: &ShowReport, event: Event) -> String {
    let places = |all: BTreeSet<String>| all.into_iter().collect::<Vec<_>>().join(", ");
    if let [first, rest @ ..] = report.moves.as_slice() {
        let to = places(report.moves.iter().map(|one| one.moved.place()).collect());
        let what = match rest {
            [] => first.moved.application.clone(),
            _ => format!("{} applications", report.moves.len()),
        };
        let versions = match (rest, &first.moved.from, &first.moved.to) {
            ([], Some(from), Some(to)) => format!(": {} -> {}", brief(from), brief(to)),
            ([], None, Some(to)) => format!(": {}", brief(to)),
            _ => String::new(),
        };
        return match (event, report.verb.as_str()) {
            (Event::Rollback, _) => format!("rolled back {what} in {to}{versions}"),
            (Event::Undo, _) => format!("undone in {to}: {what}{versions}"),
            (_, BY_HAND) => format!("changed by hand in {to}: {what}{versions}"),
            _ => format!("promoted {what} to {to}{versions}"),
        };
    }
    if let [first, rest @ ..] = report.previews.as_slice() {
        let what = format!("{}/{}", first.environment, first.instance);
        let more = if rest.is_empty() { String::new() } else { format!(" and {} more", rest.len()) };
        return format!("preview {what}{more}: {}", preview_word(first));
    }
    let held = |record: &RecordReport| {
        let hold = record.after.as_ref().or(record.before.as_ref());
        hold.map(|hold| format!("{} in {}", hold.what().unwrap_or_else(|| "everything".into()), hold.environment))
    };
    let what = places(report.records.iter().filter_map(held).collect());
    if event == Event::Lift { format!("hold lifted: {what}") } else { format!("on hold: {what}") }
}

/// A version as people say it.
fn brief(text: &str) -> String {
    Version::new(text).map_or_else(|_| text.to_string(), |version| version.short())
}

fn preview_word(change: &InstanceChanged) -> &'static str {
    match (change.before.is_empty(), change.after.is_empty()) {
        (true, _) => "made",
        (_, true) => "destroyed",
        _ => "moved",
    }
}

fn moved(one: &LandedMove) -> Move {
    Move {
        application: one.moved.application.clone(),
        environment: one.moved.environment.clone(),
        instance: one.moved.instance.clone(),
        from: one.moved.from.clone(),
        to: one.moved.to.clone(),
    }
}

fn notes(one: &LandedMove) -> Option<Notes> {
    let moved = &one.moved;
    let commits =
        |newest: &[_], total, page: &Option<String>| Commits { newest: newest.to_vec(), total, page: page.clone() };
    let coming = commits(&moved.commits, moved.commits_total, &moved.commits_page);
    let going = commits(&moved.lost, moved.lost_total, &moved.lost_page);
    let is_any = !(coming.newest.is_empty() && going.newest.is_empty());
    let (application, environment) = (moved.application.clone(), moved.environment.clone());
    is_any.then_some(Notes { application, environment, coming, going })
}

fn facts(report: &ShowReport, settings: &Settings) -> Vec<Fact> {
    let mut out = Vec::new();
    let by_hand = report.verb == BY_HAND;
    let backward = report.moves.iter().filter(|one| one.moved.direction == Direction::Backward);
    let backward: Vec<&str> = backward.map(|one| one.moved.application.as_str()).collect();
    let held = report.records.iter().filter_map(|record| record.after.as_ref());
    let is_said = held.clone().any(|hold| report.reason.as_ref() == Some(&hold.reason));
    let mut fact = |label: &'static str, text: Option<String>| out.extend(text.map(|text| Fact { label, text }));
    fact("by", Some(report.by.clone()));
    fact("merged by", report.merged_by.clone());
    fact("request", report.request.clone());
    fact("why", report.reason.clone().filter(|_| !is_said));
    fact("commit", by_hand.then(|| report.subject.clone()));
    fact("goes back", Some(backward.join(", ")).filter(|all| by_hand && !all.is_empty()));
    fact(
        "gates",
        report.recorded.as_ref().map(|recorded| recorded.verdict.clone()).filter(|verdict| verdict != "pass"),
    );
    fact("from", report.origin.as_deref().filter(|_| !report.moves.is_empty()).map(origin));
    for lifted in
        report.records.iter().filter(|record| record.after.is_none()).filter_map(|record| record.before.as_ref())
    {
        let what = lifted.what().unwrap_or_else(|| "everything".into());
        fact("lifted", Some(format!("{what} in {}: {}", lifted.environment, lifted.reason)));
    }
    for record in held {
        let what = record.what().unwrap_or_else(|| "everything".into());
        let until = record.until.map_or("until it is lifted".to_string(), |until| format!("until {until}"));
        fact("hold", Some(format!("{what} in {}, {until}: {}", record.environment, record.reason)));
    }
    fact("overridden", Some(report.overrides.join("; ")).filter(|all| !all.is_empty()));
    let policy = report.others.iter().filter(|other| other.class == ClassWord::Policy).count();
    fact("rules", (policy > 0).then(|| format!("{policy} files of the rules changed, too")));
    let unsigned = report.landing.signature != SignatureWord::Good;
    fact("signature", unsigned.then(|| report.landing.signature.word().to_string()));
    // Of several repositories in one channel, and of what is told late, this tells which and when.
    fact("repository", settings.id.as_ref().map(ToString::to_string));
    fact("landed", Some(report.when.strftime("%Y-%m-%d %H:%M UTC").to_string()));
    out
}

/// Where a version came from, with the config commit as people say it: `staging@e4c9a5e`.
fn origin(text: &str) -> String {
    match text.split_once('@') {
        Some((env, commit)) => format!("{env}@{}", brief(commit)),
        None => text.to_string(),
    }
}

fn links(report: &ShowReport) -> Vec<Link> {
    let request = report.request_address.clone();
    request
        .map(|url| Link { text: report.request.clone().unwrap_or_else(|| "request".into()), url })
        .into_iter()
        .collect()
}

/// The authors of commits, as far as the rules know them by an address.
fn people(settings: &Settings, authors: &[CommitInfo]) -> Vec<Mention> {
    let mut out: Vec<Mention> = Vec::new();
    for author in authors.iter().map(|info| &info.author) {
        let known = settings.people.iter().find(|person| person.is_at(&author.email));
        // Nobody proved that an address in a commit is anybody's: whoever is not known is not named, and nothing is sent there.
        let Some(known) = known else { continue };
        let (mail, mobile) = (known.email.clone(), known.mobile.clone());
        let mention = Mention { name: known.name.to_string(), mail, mobile };
        if !out.contains(&mention) {
            out.push(mention);
        }
    }
    out
}

/// The environments and applications that a landing is about.
fn about(report: &ShowReport) -> (Vec<EnvName>, Vec<AppName>) {
    let (mut envs, mut apps): (BTreeSet<String>, BTreeSet<String>) = Default::default();
    for one in &report.moves {
        envs.insert(one.moved.environment.clone());
        apps.insert(one.moved.application.clone());
    }
    for hold in report.records.iter().flat_map(|record| record.before.iter().chain(&record.after)) {
        envs.insert(hold.environment.clone());
        apps.extend(hold.application.clone());
    }
    for one in &report.previews {
        envs.insert(one.environment.clone());
        apps.extend(one.before.iter().chain(&one.after).map(|part| part.application.clone()));
    }
    let envs = envs.iter().filter_map(|name| EnvName::new(name).ok()).collect();
    (envs, apps.iter().filter_map(|name| AppName::new(name).ok()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::commit::{Actor, CommitId};
    use crate::domain::report::{HoldReport, LandingCommit, MoveReport, PathWord, Person};
    use crate::domain::settings::{self, MailAddress, PartyName, Principal};

    const WHEN: &str = "2026-11-24T12:00:00Z";

    fn who() -> Person {
        Person { name: "Mei".into(), email: "mei@example.com".into(), when: WHEN.parse().unwrap() }
    }

    fn move_of(app: &str, env: &str, from: Option<&str>, to: &str) -> LandedMove {
        let moved = MoveReport {
            application: app.into(),
            members: Vec::new(),
            environment: env.into(),
            instance: None,
            from: from.map(str::to_string),
            to: Some(to.into()),
            from_commit: None,
            to_commit: None,
            direction: Direction::Unknown,
            origin: String::new(),
            counterpart_of: None,
            commits: Vec::new(),
            commits_total: None,
            commits_page: None,
            lost: Vec::new(),
            lost_total: None,
            lost_page: None,
            sites: Vec::new(),
        };
        LandedMove { moved, verb: "promote".into(), made_by: String::new(), note: None }
    }

    /// A landing of this verb that moved these, and nothing else.
    fn landing(verb: &str, moves: Vec<LandedMove>) -> ShowReport {
        let id = "8f3c".repeat(10);
        ShowReport {
            config_commit: id.clone(),
            branch: "main".into(),
            named: None,
            before: None,
            when: WHEN.parse().unwrap(),
            verb: verb.into(),
            by: "Mei".into(),
            merged_by: None,
            request: None,
            request_address: None,
            approvals: Vec::new(),
            reason: None,
            overrides: Vec::new(),
            origin: None,
            change: None,
            subject: "s".into(),
            landing: LandingCommit {
                commit: id,
                author: who(),
                committer: who(),
                message: "s".into(),
                signature: SignatureWord::Good,
                signer: None,
            },
            made_by: Vec::new(),
            gates: None,
            recorded: None,
            moves,
            records: Vec::new(),
            hotfixes: Vec::new(),
            previews: Vec::new(),
            others: Vec::new(),
            notes: Vec::new(),
        }
    }

    fn told(report: &ShowReport) -> Option<Told> {
        of_landing(report, &Settings::default(), &[], "stageline undo 8f3c8f3".into())
    }

    fn title_of(report: &ShowReport) -> String {
        told(report).expect("it is told").message.title
    }

    #[test]
    fn a_title_says_what_moved_where_and_by_what() {
        let (old, new) = ("41c09b2".repeat(6)[..40].to_string(), "9d3e7aa".repeat(6)[..40].to_string());
        let one = || vec![move_of("web", "production", Some(&old), &new)];
        assert_eq!(title_of(&landing("promote", one())), "promoted web to production: 41c09b2 -> 9d3e7aa");
        assert_eq!(title_of(&landing("rollback", one())), "rolled back web in production: 41c09b2 -> 9d3e7aa");
        assert_eq!(title_of(&landing("undo", one())), "undone in production: web: 41c09b2 -> 9d3e7aa");
        assert_eq!(title_of(&landing(BY_HAND, one())), "changed by hand in production: web: 41c09b2 -> 9d3e7aa");
        let first = vec![move_of("web", "staging", None, "v1.2.0")];
        assert_eq!(title_of(&landing("promote", first)), "promoted web to staging: v1.2.0");
        let two = vec![move_of("web", "production", None, "v1"), move_of("api", "staging", None, "v2")];
        assert_eq!(title_of(&landing("promote", two)), "promoted 2 applications to production, staging");
    }

    #[test]
    fn what_moved_by_hand_is_told_as_a_promotion_and_what_goes_back_as_bad_news() {
        let of = |verb| told(&landing(verb, vec![move_of("web", "production", None, "v1")])).unwrap().message;
        assert_eq!((of(BY_HAND).event, of(BY_HAND).tone), (Some(Event::Promote), Tone::Neutral));
        assert_eq!((of("rollback").event, of("rollback").tone), (Some(Event::Rollback), Tone::Bad));
        assert_eq!(of("promote").undo.as_deref(), Some("stageline undo 8f3c8f3"));
    }

    #[test]
    fn a_change_by_hand_is_told_with_its_commit_and_that_it_goes_back() {
        let mut back = move_of("web", "production", Some("v2"), "v1");
        back.moved.direction = Direction::Backward;
        let facts = told(&landing(BY_HAND, vec![back])).unwrap().message.facts;
        let told: Vec<_> = facts.iter().map(|fact| (fact.label, fact.text.as_str())).collect();
        assert!(told.contains(&("commit", "s")) && told.contains(&("goes back", "web")), "{told:?}");
        assert!(told.contains(&("landed", "2026-11-24 12:00 UTC")), "{told:?}");
        let good = landing("promote", vec![move_of("web", "production", None, "v1")]);
        assert!(told_labels(&good).iter().all(|label| !["commit", "goes back"].contains(label)));
    }

    fn told_labels(report: &ShowReport) -> Vec<&'static str> {
        told(report).unwrap().message.facts.iter().map(|fact| fact.label).collect()
    }

    #[test]
    fn of_what_is_nobodys_news_nothing_is_told() {
        assert!(told(&landing(BY_HAND, Vec::new())).is_none());
    }

    #[test]
    fn a_hold_is_told_with_why_and_its_end_and_a_lifted_one_as_lifted() {
        let hold = HoldReport {
            environment: "production".into(),
            application: None,
            reason: "the database burns".into(),
            by: "Mei".into(),
            since: WHEN.parse().unwrap(),
            until: None,
            expired: false,
            left_over: false,
            lifted: false,
            file: "f".into(),
            commit: None,
            source: None,
            fixed: Vec::new(),
        };
        let record = |before: Option<HoldReport>, after: Option<HoldReport>| {
            let change = PathWord::Modified;
            ShowReport {
                records: vec![RecordReport { change, before, after, file: "f".into() }],
                ..landing("hold", vec![])
            }
        };
        let set = told(&record(None, Some(hold.clone()))).unwrap();
        assert_eq!(
            (set.message.event, set.message.title.as_str()),
            (Some(Event::Hold), "on hold: everything in production")
        );
        let facts: Vec<&str> = set.message.facts.iter().map(|fact| fact.text.as_str()).collect();
        assert!(facts.contains(&"everything in production, until it is lifted: the database burns"), "{facts:?}");
        assert!(set.message.undo.is_none(), "a hold is lifted, and not undone");
        let lifted = told(&record(Some(hold), None)).unwrap();
        assert_eq!(lifted.message.title, "hold lifted: everything in production");
        assert_eq!(lifted.environments, [EnvName::new("production").unwrap()]);
    }

    #[test]
    fn nothing_is_sent_to_an_address_that_only_a_commit_says() {
        let author = |name: &str, email: &str| {
            let actor = Actor { name: name.into(), email: email.into(), when: WHEN.parse().unwrap() };
            let id = CommitId::from_bytes([1; 20]);
            CommitInfo {
                id,
                tree: id,
                parents: Vec::new(),
                author: actor.clone(),
                committer: actor,
                message: "m".into(),
                signed: false,
            }
        };
        let mei = settings::Person {
            name: PartyName::new("mei").unwrap(),
            principals: vec![Principal::new("mei@old.example.com").unwrap()],
            forge: None,
            email: MailAddress::new("mei@example.com").ok(),
            mobile: None,
        };
        let settings = Settings { people: vec![mei], ..Settings::default() };
        let authors = [author("Mei L", "Mei@Old.example.com"), author("Eve", "press@evil.example.com")];
        let told: Vec<_> = people(&settings, &authors).into_iter().map(|one| (one.name, one.mail)).collect();
        assert_eq!(told, [("mei".into(), MailAddress::new("mei@example.com").ok())]);
    }
}
