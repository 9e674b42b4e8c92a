//! The newest commit stands, in whatever order pipelines on many machines end; a rollback among them is never passed over.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::thread;
use std::time::Duration;

use crate::support::World;
use crate::support::chance::Chance;
use crate::support::run::{Ran, finish};
use crate::support::transport::Transport;

use super::counts;
use super::field::{Field, word};
use super::figures::tell;
use super::ledger::Ledger;

/// What one process is to do.
#[derive(Debug, Clone)]
enum Job {
    Promote(String),
    Rollback,
}

/// How it ended.
struct Ended {
    job: Job,
    ran: Ran,
    word: String,
}

/// When the processes begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Begin {
    /// None pushes before all have made their plan: every one of them has begun before any other landed.
    Together,
    /// At random moments: some begin when others have landed.
    Apart,
}

/// A finished round.
struct Round {
    field: Field,
    ended: Vec<Ended>,
    ledger: Ledger,
    told: String,
}

/// A source with so many commits, of which `staging` ran the first and runs the second.
fn world(commits: usize) -> World {
    let world = World::shaped(|shape| {
        shape.applications = vec!["web".into()];
        shape.environments = vec!["staging".into()];
        shape.commits = commits;
        shape.runs = Some(0);
    });
    world.edit_by_hand("web", "staging", &world.commit_of("web", 1), 3600);
    world
}

/// Makes each clone wait before its first push until all the others are as far.
fn wait_for_all(field: &Field) {
    let ready = field.world.path("ready");
    fs::create_dir_all(&ready).expect("a folder");
    for (index, clone) in field.clones.iter().enumerate() {
        let script = format!(
            "#!/bin/sh\n: > '{ready}/{index}'\nn=0\n\
             until [ $(ls '{ready}' | wc -l) -ge {all} ] || [ $n -ge 600 ]; do sleep 0.1; n=$((n + 1)); done\n",
            ready = ready.display(),
            all = field.clones.len(),
        );
        let hook = clone.join(".git/hooks/pre-push");
        fs::create_dir_all(clone.join(".git/hooks")).expect("a folder");
        fs::write(&hook, script).expect("a hook");
        fs::set_permissions(&hook, fs::Permissions::from_mode(0o755)).expect("our own file");
    }
}

fn run(world: World, transport: Transport, mut jobs: Vec<Job>, begin: Begin) -> Round {
    let field = Field::new(world, transport, 0..jobs.len());
    if begin == Begin::Together {
        wait_for_all(&field);
    }
    let mut chance = Chance::new();
    chance.shuffle(&mut jobs);
    let mut started = Vec::new();
    for (writer, job) in jobs.into_iter().enumerate() {
        let args = match &job {
            Job::Promote(commit) => vec!["promote", "web", "--to", "staging", "--commit", commit, "-o", "json"],
            Job::Rollback => vec!["rollback", "web", "--env", "staging", "-m", "wrong shoes", "-o", "json"],
        };
        let child = field.environment(writer).start_stageline(&field.clones[writer], &args);
        let args: Vec<String> = args.into_iter().map(str::to_owned).collect();
        started.push((job, args, child));
        if begin == Begin::Apart {
            thread::sleep(chance.between(Duration::ZERO, Duration::from_millis(300)));
        }
    }
    // All at once: who waits for the others must be read meanwhile.
    let ended: Vec<Ended> = thread::scope(|scope| {
        let ends = started.into_iter().map(|(job, args, child)| {
            scope.spawn(move || {
                let ran = finish(child, &args.iter().map(String::as_str).collect::<Vec<_>>());
                Ended { job, word: word(&ran), ran }
            })
        });
        let ends: Vec<_> = ends.collect();
        ends.into_iter().map(|end| end.join().expect("it ends")).collect()
    });
    let ledger = Ledger::since(&field.world, &field.base);
    let lines: Vec<_> =
        ended.iter().map(|ended| format!("{:?}: {:?} {}", ended.job, ended.ran.code(), ended.word)).collect();
    let told = format!("landed {:#?}\n{}\nseed {}", ledger.versions("web"), lines.join("\n"), chance.seed);
    assert_eq!(ledger.leaps, 0, "forced\n{told}");
    Round { field, ended, ledger, told }
}

impl Round {
    /// Whether one application commit contains another one, or is it.
    fn contains(&self, commit: &str, other: &str) -> bool {
        let source = &self.field.world.sources["web"].path;
        let asked = self.field.world.environment.try_git(source, &["merge-base", "--is-ancestor", other, commit]);
        asked.status.success()
    }

    fn standing(&self) -> String {
        self.field.world.pin("web", "staging")
    }

    /// What holds in every round: what is said to have landed did so once, what is not said did not; and who goes on goes forward.
    fn judge(&self) {
        for ended in &self.ended {
            let Job::Promote(version) = &ended.job else { continue };
            let there = self.ledger.count("web", version);
            let landed = ended.ran.code() == Some(0) && ended.word == "landed";
            assert_eq!(there, usize::from(landed), "{version}\n{}\n{}", ended.ran, self.told);
            if ended.ran.code() == Some(0) && !landed {
                assert_eq!(ended.word, "superseded", "{}\n{}", ended.ran, self.told);
            }
        }
    }

    /// Each landing contains the one before it.
    fn judge_forward(&self) {
        for pair in self.ledger.versions("web").windows(2) {
            assert!(self.contains(pair[1], pair[0]), "{} went back to {}\n{}", pair[0], pair[1], self.told);
        }
    }

    /// How the ends are counted.
    fn ends(&self) -> String {
        let mut count = BTreeMap::<String, usize>::new();
        for ended in &self.ended {
            *count.entry(format!("{} ({})", ended.word, ended.ran.code().unwrap_or(-1))).or_default() += 1;
        }
        count.iter().map(|(end, count)| format!("{count} {end}")).collect::<Vec<_>>().join(", ")
    }
}

fn linear(world: &World, count: usize) -> Vec<Job> {
    (2..2 + count).map(|index| Job::Promote(world.commit_of("web", index))).collect()
}

fn the_newest_stands(transport: Transport) {
    for _ in 0..counts::order_rounds() {
        let processes = counts::order_processes();
        let world = world(2 + processes);
        let (jobs, newest) = (linear(&world, processes), world.commit_of("web", 1 + processes));
        let round = run(world, transport, jobs, Begin::Together);
        tell(&format!("order over {transport}, together: {}", round.ends()));
        for ended in &round.ended {
            assert_eq!(ended.ran.code(), Some(0), "{}\n{}", ended.ran, round.told);
        }
        assert_eq!(round.standing(), newest, "{}", round.told);
        round.judge();
        round.judge_forward();
    }
}

fn who_begins_later_is_refused_or_passed_over(transport: Transport) {
    for _ in 0..counts::order_rounds() {
        let processes = counts::order_processes();
        let world = world(2 + processes);
        let (jobs, newest) = (linear(&world, processes), world.commit_of("web", 1 + processes));
        let round = run(world, transport, jobs, Begin::Apart);
        tell(&format!("order over {transport}, apart: {}", round.ends()));
        for ended in &round.ended {
            let is_newest = matches!(&ended.job, Job::Promote(version) if *version == newest);
            let refused = ended.ran.code() == Some(1) && ended.word == "would-lose-commits";
            assert!(ended.ran.code() == Some(0) || refused && !is_newest, "{}\n{}", ended.ran, round.told);
        }
        assert_eq!(round.standing(), newest, "{}", round.told);
        round.judge();
        round.judge_forward();
    }
}

fn only_diverged_commits_lose(transport: Transport) {
    for _ in 0..counts::order_rounds() {
        let processes = counts::order_processes();
        let diverged = processes / 4;
        let world = world(2 + processes - diverged);
        let mut jobs = linear(&world, processes - diverged);
        for number in 0..diverged {
            let (branch, parent) = (format!("other-{number}"), world.commit_of("web", 2 + number));
            let other =
                world.sources["web"].commit(&branch, &parent, "other.txt", &format!("feat: another way {number}"));
            jobs.push(Job::Promote(other));
        }
        let round = run(world, transport, jobs, Begin::Together);
        tell(&format!("order over {transport}, diverged among them: {}", round.ends()));
        let standing = round.standing();
        for ended in &round.ended {
            let Job::Promote(version) = &ended.job else { unreachable!("only promotions here") };
            // Who is part of what stands got there or was passed over; whoever is not has diverged from it.
            let code = if round.contains(&standing, version) { 0 } else { 6 };
            assert_eq!(ended.ran.code(), Some(code), "{}\n{}", ended.ran, round.told);
            assert!(
                standing == *version || !round.contains(version, &standing),
                "newer than what stands: {}",
                round.told
            );
        }
        round.judge();
        round.judge_forward();
    }
}

fn a_rollback_is_never_passed_over(transport: Transport) {
    for _ in 0..counts::order_rounds() {
        let processes = counts::order_processes() - 1;
        let world = world(2 + processes);
        let (first, newest) = (world.commit_of("web", 0), world.commit_of("web", 1 + processes));
        let mut jobs = linear(&world, processes);
        jobs.push(Job::Rollback);
        let round = run(world, transport, jobs, Begin::Together);
        tell(&format!("order over {transport}, a rollback among them: {}", round.ends()));
        let rollback = round.ended.iter().find(|ended| matches!(ended.job, Job::Rollback)).expect("it was started");
        let back = rollback.ran.code() == Some(0) && rollback.word == "landed";
        assert!(back || rollback.ran.code() == Some(6), "{}\n{}", rollback.ran, round.told);
        assert_eq!(round.ledger.count("web", &first), usize::from(back), "{}", round.told);
        // Where it landed it is the last: a promotion after it stops. Where it stopped, the newest stands.
        assert_eq!(round.standing(), if back { first } else { newest }, "{}", round.told);
        for ended in round.ended.iter().filter(|ended| matches!(ended.job, Job::Promote(_))) {
            let code = ended.ran.code();
            assert!(code == Some(0) || back && code == Some(6), "{}\n{}", ended.ran, round.told);
        }
        round.judge();
    }
}

#[test]
fn the_newest_of_many_commits_stands_and_every_job_is_green() {
    counts::order_transports().iter().copied().for_each(the_newest_stands);
}

#[test]
fn an_older_commit_that_begins_later_is_refused_or_passed_over() {
    counts::order_transports().iter().copied().for_each(who_begins_later_is_refused_or_passed_over);
}

#[test]
fn only_commits_that_diverged_from_what_stands_lose() {
    counts::order_transports().iter().copied().for_each(only_diverged_commits_lose);
}

#[test]
fn a_rollback_among_promotions_is_never_passed_over() {
    counts::order_transports().iter().copied().for_each(a_rollback_is_never_passed_over);
}

#[test]
fn the_order_of_commits_holds_over_ssh() {
    the_newest_stands(Transport::Ssh);
    who_begins_later_is_refused_or_passed_over(Transport::Ssh);
    only_diverged_commits_lose(Transport::Ssh);
    a_rollback_is_never_passed_over(Transport::Ssh);
}
