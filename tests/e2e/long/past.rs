//! What is said of the past is what landed: histories made by chance, with renames, rules and clusters that came and went,
//! merges and branches of their own, against what they were made to say.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::Value;

use crate::support::chance::Chance;
use crate::support::run::Environment;

use super::counts;
use super::figures::tell;
use super::generated::{ENVS, Generated, Landed, Said, app, version};

/// Landings of one history.
const LANDINGS: usize = 25;
/// Moments of one history at which it is asked what ran.
const MOMENTS: usize = 3;

/// One change as it is expected, or told: commit, application, environment, and the versions.
type Row = (String, String, String, Option<String>, Option<String>);

/// What a history must say, oldest first in each branch.
struct Model<'g> {
    generated: &'g Generated<'g>,
    ids: BTreeMap<usize, String>,
}

impl Model<'_> {
    /// The sites of a pair that count where these clusters are listed.
    fn counted(&self, env: usize, said: Option<&Said>, clusters: &[&str]) -> BTreeMap<String, usize> {
        let is_listed = |cluster: &str| env == 0 || clusters.contains(&cluster);
        let sites = said.into_iter().flatten();
        sites.filter(|(cluster, _)| is_listed(cluster)).map(|(one, number)| ((*one).to_string(), *number)).collect()
    }

    /// The clusters that a tree is read with: on a branch of its own, those of today.
    fn clusters<'l>(&'l self, branch: usize, landed: &'l Landed) -> &'l [&'static str] {
        match branch {
            0 => &landed.clusters,
            _ => &self.generated.landed[0].last().expect("a landing").clusters,
        }
    }

    /// The changes of one pair, oldest first, with their times.
    fn changes(&self, pair: (usize, usize)) -> Vec<(Row, i64)> {
        let branch = usize::from(self.generated.has_own_branch() && pair.1 == 1);
        let mut out = Vec::new();
        let mut before: Option<&Said> = None;
        for landed in &self.generated.landed[branch] {
            let clusters = self.clusters(branch, landed);
            let (was, is) =
                (self.counted(pair.1, before, clusters), self.counted(pair.1, landed.said.get(&pair), clusters));
            if was != is {
                let row =
                    (self.ids[&landed.mark].clone(), app(pair.0), ENVS[pair.1].to_string(), agreed(&was), agreed(&is));
                out.push((row, landed.time));
            }
            before = landed.said.get(&pair);
        }
        out
    }

    /// What ran at a moment: application, environment, version, and since which commit.
    fn at(&self, time: i64) -> BTreeSet<(String, String, Option<String>, String)> {
        let mut out = BTreeSet::new();
        for pair in self.pairs() {
            let branch = usize::from(self.generated.has_own_branch() && pair.1 == 1);
            let then = self.generated.landed[branch].iter().rfind(|landed| landed.time <= time);
            let Some(then) = then else { continue };
            let sites = self.counted(pair.1, then.said.get(&pair), self.clusters(branch, then));
            if sites.is_empty() {
                continue;
            }
            let last = self.changes(pair).into_iter().rfind(|(_, landed)| *landed <= time);
            let since = last.map_or_else(|| self.ids[&then.mark].clone(), |((commit, ..), _)| commit);
            out.insert((app(pair.0), ENVS[pair.1].to_string(), agreed(&sites), since));
        }
        out
    }

    fn pairs(&self) -> Vec<(usize, usize)> {
        (0..self.generated.apps()).flat_map(|app| [(app, 0), (app, 1)]).collect()
    }
}

/// The version that all sites say.
fn agreed(sites: &BTreeMap<String, usize>) -> Option<String> {
    let all: BTreeSet<&usize> = sites.values().collect();
    if all.len() == 1 { all.first().map(|number| version(**number)) } else { None }
}

fn text(value: &Value) -> Option<String> {
    value.as_str().map(str::to_string)
}

/// What `history` tells of a pair, oldest first; its numbers must count.
fn told(report: &Value, pair: (&str, &str)) -> Vec<Row> {
    let all = report["changes"].as_array().expect("changes");
    let own = all.iter().filter(|row| row["application"] == pair.0 && row["environment"] == pair.1).rev();
    let mut out = Vec::new();
    for (nth, row) in own.enumerate() {
        assert_eq!(row["rev"], format!("r{}", nth + 1), "{row}");
        let commit = text(&row["config_commit"]).expect("a commit");
        out.push((commit, pair.0.to_string(), pair.1.to_string(), text(&row["from"]), text(&row["to"])));
    }
    out
}

/// Makes the history of a seed and asks for it in every way.
fn check(seed: u64, landings: usize) -> usize {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let environment = Environment::below(folder.path());
    let dir = folder.path().join("config");
    std::fs::create_dir(&dir).expect("a folder");
    let mut chance = Chance::of(seed);
    let generated = Generated::new(&mut chance, landings);
    let ids = generated.build(&environment, &dir);
    let marks: BTreeMap<&String, &usize> = ids.iter().map(|(mark, id)| (id, mark)).collect();
    let model = Model { generated: &generated, ids: ids.clone() };
    let json = |args: &[&str]| -> Value {
        let ran = environment.stageline(&dir, &[args, &["-o", "json"]].concat());
        assert!(ran.code() == Some(0), "seed {seed}: {args:?}\n{}\n{}", generated.told, ran.stdout);
        ran.json()
    };
    let wrong = |what: &str, told: &dyn std::fmt::Debug, wanted: &dyn std::fmt::Debug| -> String {
        let mut shown = format!("{}\nseed {seed}, {what}:\n told   {told:?}\n wanted {wanted:?}", generated.told);
        for (id, mark) in &marks {
            shown = shown.replace(id.as_str(), &format!("#{mark}"));
        }
        shown
    };
    let report = json(&["history"]);
    assert!(report["complete"] == true, "{}", wrong("complete", &report["notes"], &true));
    let mut count = 0;
    for pair in model.pairs() {
        let wanted: Vec<Row> = model.changes(pair).into_iter().map(|(row, _)| row).collect();
        let names = (app(pair.0), ENVS[pair.1]);
        let all = told(&report, (&names.0, names.1));
        assert!(all == wanted, "{}", wrong("history", &all, &wanted));
        let alone = told(&json(&["history", &names.0, "--env", names.1]), (&names.0, names.1));
        assert!(alone == wanted, "{}", wrong("history of one", &alone, &wanted));
        count += wanted.len();
    }
    moments(&model, &mut Chance::of(seed + 1), &json, &wrong);
    ages(&model, &dir, &json, &wrong);
    count
}

/// Asks what ran at some moments.
fn moments(
    model: &Model<'_>,
    chance: &mut Chance,
    json: &dyn Fn(&[&str]) -> Value,
    wrong: &dyn Fn(&str, &dyn std::fmt::Debug, &dyn std::fmt::Debug) -> String,
) {
    let main = &model.generated.landed[0];
    for _ in 0..MOMENTS {
        let time = main[chance.below(main.len())].time;
        let moment = jiff::Timestamp::from_second(time).expect("a moment").to_string();
        let report = json(&["history", "--at", &moment]);
        let row = |row: &Value| {
            let word = |key: &str| text(&row[key]).expect("a word");
            (word("application"), word("environment"), text(&row["version"]), word("config_commit"))
        };
        let told: BTreeSet<_> = report["rows"].as_array().expect("rows").iter().map(row).collect();
        let wanted = model.at(time);
        assert!(told == wanted, "{}", wrong(&format!("at {moment}"), &told, &wanted));
    }
}

/// Asks since when everything runs, with nothing remembered, and again.
fn ages(
    model: &Model<'_>,
    dir: &Path,
    json: &dyn Fn(&[&str]) -> Value,
    wrong: &dyn Fn(&str, &dyn std::fmt::Debug, &dyn std::fmt::Debug) -> String,
) {
    let _ = std::fs::remove_dir_all(dir.join(".git/stageline"));
    for again in [false, true] {
        let report = json(&["status"]);
        for row in report["applications"].as_array().expect("rows") {
            for cell in row["cells"].as_array().expect("cells") {
                let (name, env) = (text(&row["application"]).expect("a name"), text(&cell["environment"]));
                let pair =
                    model.pairs().into_iter().find(|pair| app(pair.0) == name && Some(ENVS[pair.1]) == env.as_deref());
                let Some(pair) = pair else { continue };
                let last = model.changes(pair).pop();
                let there = cell["present"] == true;
                let told = text(&cell["since"]).filter(|_| there);
                let wanted =
                    last.filter(|_| there).map(|(_, time)| jiff::Timestamp::from_second(time).expect("a moment"));
                let wanted = wanted.map(|moment| moment.to_string());
                assert!(
                    told == wanted,
                    "{}",
                    wrong(&format!("age of {name} in {env:?}, again {again}"), &told, &wanted)
                );
            }
        }
    }
}

#[test]
fn generated_histories_are_told_as_they_were_made() {
    let first = Chance::new().seed;
    let (mut histories, mut changes) = (0, 0);
    for nth in 0..counts::histories() {
        // The same ones in each run first; another one at the end.
        let seed = if nth + 1 == counts::histories() { first } else { nth as u64 };
        changes += check(seed, LANDINGS);
        histories += 1;
    }
    tell(&format!(
        "past: {histories} histories, {changes} changes of pins, every one told as it was made (last seed {first})"
    ));
}
