//! Races over every transport, with slow hooks on the server: nothing is lost, doubled, unsigned or forced.

use std::ops::AddAssign;
use std::thread;
use std::time::Duration;

use crate::support::World;
use crate::support::transport::Transport;

use super::counts;
use super::field::{Entry, Field, put_hook};
use super::figures::tell;
use super::ledger::Ledger;

/// The application that every writer promotes.
const SHARED: &str = "shared";

/// What was counted; all but `promotions` and `landed` must be nothing.
#[derive(Debug, Default)]
struct Figures {
    promotions: usize,
    landed: usize,
    /// Said to have landed, and in no commit.
    lost: usize,
    /// In more than one commit.
    duplicate: usize,
    unsigned: usize,
    /// Ended with exit 6 although nobody else writes what it writes.
    gave_up: usize,
    /// An end that the contract does not have, or a refusal of what is in the history after all.
    wrong_exit: usize,
    /// Updates of the branch that were not from a commit to its child.
    forced: usize,
    /// Commits that change more than one pin's file.
    mixed: usize,
    /// The longest that one promotion took.
    slowest: Duration,
    /// What was wrong, for the reader.
    faults: Vec<String>,
}

impl AddAssign for Figures {
    fn add_assign(&mut self, other: Self) {
        self.promotions += other.promotions;
        self.landed += other.landed;
        self.lost += other.lost;
        self.duplicate += other.duplicate;
        self.unsigned += other.unsigned;
        self.gave_up += other.gave_up;
        self.wrong_exit += other.wrong_exit;
        self.forced += other.forced;
        self.mixed += other.mixed;
        self.slowest = self.slowest.max(other.slowest);
        self.faults.extend(other.faults);
    }
}

/// How the server behaves in a round.
fn slow(field: &Field, round: usize) {
    match round % 4 {
        // Before the comparison of the ref: two pushes come to it together.
        1 => field.hook("pre-receive", "sleep 0.$(($$ % 4))"),
        2 => field.hook("update", "sleep 0.$(($$ % 3))"),
        // After it: it has landed, and the writer does not know yet.
        3 => field.hook("post-receive", "sleep 0.$(($$ % 4))"),
        _ => {}
    }
}

fn own(writer: usize) -> String {
    format!("app{writer:02}")
}

/// One race to its end.
fn round(transport: Transport, number: usize) -> Figures {
    let (writers, owns, shares) = (counts::writers(), counts::own_promotions(), counts::shared_promotions());
    let world = World::shaped(|shape| {
        shape.applications = (0..writers).map(own).chain([SHARED.to_owned()]).collect();
        shape.environments = vec!["staging".into()];
        shape.one_source = true;
        shape.commits = 1 + owns.max(shares * writers);
        shape.runs = Some(0);
    });
    // Two are on one machine and may take turns there; the others know nothing of each other.
    let field = Field::new(world, transport, (0..writers).map(|writer| writer.max(1)));
    slow(&field, number);
    let field = &field;
    let entries: Vec<Entry> = thread::scope(|scope| {
        let write = move |writer: usize| -> Vec<Entry> {
            let mine = (0..owns).map(|turn| (own(writer), 1 + turn));
            let shared = (0..shares).map(|turn| (SHARED.to_owned(), 1 + turn * writers + writer));
            // Own and shared ones in turn, as far as there are shared ones.
            let mut turns: Vec<(usize, (String, usize))> = mine.enumerate().chain(shared.enumerate()).collect();
            turns.sort_by_key(|(turn, _)| *turn);
            turns.into_iter().map(|(_, (app, commit))| field.promote(writer, &app, commit)).collect()
        };
        let running: Vec<_> = (0..writers).map(|writer| scope.spawn(move || write(writer))).collect();
        running.into_iter().flat_map(|writer| writer.join().expect("a writer ends")).collect()
    });
    judge(field, &entries)
}

/// What the writers were told beside what is there.
fn judge(field: &Field, entries: &[Entry]) -> Figures {
    let ledger = Ledger::since(&field.world, &field.base);
    let mut figures = Figures {
        promotions: entries.len(),
        landed: ledger.landed.len(),
        unsigned: ledger.landed.iter().filter(|landed| !landed.signed).count(),
        forced: ledger.leaps,
        mixed: ledger.landed.iter().filter(|landed| landed.moves.len() != 1 || landed.files.len() != 1).count(),
        slowest: entries.iter().map(|entry| entry.took).max().unwrap_or_default(),
        ..Figures::default()
    };
    for entry in entries {
        let there = ledger.count(&entry.app, &entry.version);
        let said_landed = entry.ran.code() == Some(0) && entry.word == "landed";
        let lost = said_landed && there == 0;
        let right = match (entry.ran.code(), entry.word.as_str()) {
            (Some(0), "landed") => true,
            (Some(0), "superseded") | (Some(1), "would-lose-commits") | (Some(6), "pin-moved") => {
                entry.app == SHARED && there == 0
            }
            _ => false,
        };
        figures.lost += usize::from(lost);
        figures.duplicate += usize::from(there > 1);
        let gave_up = entry.word == "lost-the-race" && there == 0;
        figures.gave_up += usize::from(gave_up);
        figures.wrong_exit += usize::from(!right && !gave_up);
        if lost || there > 1 || gave_up || !right {
            figures.faults.push(format!("{} is in {there} commits\n{}", entry.word, entry.ran));
        }
    }
    figures
}

fn races_over(transport: Transport) {
    let mut sum = Figures::default();
    let mut rounds = 0;
    while sum.landed < counts::landings() {
        // The ordinary run has one round; its server is slow to judge.
        sum += round(transport, rounds + 1);
        rounds += 1;
        assert!(sum.landed > rounds, "hardly anything lands: {sum:?}");
    }
    tell(&format!(
        "races over {transport}: {} promotions in {rounds} races, {} landed; lost {}, duplicate {}, unsigned {}, gave up {}, wrong exit codes {}, forced {}, mixed {}; slowest {:.1} s",
        sum.promotions,
        sum.landed,
        sum.lost,
        sum.duplicate,
        sum.unsigned,
        sum.gave_up,
        sum.wrong_exit,
        sum.forced,
        sum.mixed,
        sum.slowest.as_secs_f64(),
    ));
    let wrong = [sum.lost, sum.duplicate, sum.unsigned, sum.gave_up, sum.wrong_exit, sum.forced, sum.mixed];
    assert_eq!(wrong, [0; 7], "{}", sum.faults.join("\n"));
}

#[test]
fn nothing_is_lost_doubled_unsigned_or_forced_over_path() {
    races_over(Transport::Path);
}

#[test]
fn nothing_is_lost_doubled_unsigned_or_forced_over_git() {
    races_over(Transport::Git);
}

#[test]
fn nothing_is_lost_doubled_unsigned_or_forced_over_http() {
    races_over(Transport::Http);
}

#[test]
fn nothing_is_lost_doubled_unsigned_or_forced_over_ssh() {
    races_over(Transport::Ssh);
}

#[test]
#[ignore = "it takes the minute after which a race is given up: sh tests/run long"]
fn a_branch_that_moves_under_every_try_is_given_up_with_a_word_of_its_own() {
    let world = World::new();
    let clone = world.clone_as("petrov", &[]);
    let again = format!(
        "unset $(git rev-parse --local-env-vars)\ncd '{}' || exit 1\n\
         git commit -q --allow-empty --no-gpg-sign -m Again && exec git push -q origin HEAD:main",
        clone.display()
    );
    put_hook(&world.clone.join(".git"), "pre-push", &again);
    let before = world.pin("web", "production");
    assert_eq!(world.refused(6, &["promote", "web", "--to", "production"]), "lost-the-race");
    assert_eq!(world.pin("web", "production"), before);
}
