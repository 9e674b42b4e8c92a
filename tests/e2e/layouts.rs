//! `init` on layouts that public config repositories have (`tests/layouts`), measured by what a person says runs where.

mod found;
mod score;
mod truth;

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use rayon::iter::{IntoParallelRefIterator as _, ParallelIterator as _};

use found::Found;
use score::{Score, table};
use truth::{Cell, Layout, floors, layouts};

use crate::support::World;

/// What each layout gets a copy of: making one takes longer than all that is measured.
fn emptied() -> World {
    World::emptied(|shape| shape.remote = false)
}

/// What is to be done about the line of a layout in the table of floors.
fn fault(score: &Score, floor: Option<(usize, usize)>) -> Option<String> {
    let now = (score.recall(), score.precision());
    let line = format!("{} {} {}", score.name, now.0, now.1);
    match floor {
        None => Some(format!("no floor, add: {line}")),
        Some(floor) if now.0 < floor.0 || now.1 < floor.1 => {
            Some(format!("below its floor of {} {}: {line}", floor.0, floor.1))
        }
        Some(floor) if now != floor => Some(format!("better, raise the floor to: {line}")),
        Some(_) => None,
    }
}

#[test]
#[allow(clippy::print_stdout, reason = "the test harness takes what is printed so")]
fn what_init_proposes_for_usual_layouts_is_no_less_true_than_it_was() {
    let emptied = emptied();
    let scores: Vec<Score> =
        layouts().par_iter().map(|layout| Score::of(layout, &Found::of(layout, &emptied))).collect();
    println!("\n{}", table(&scores));
    let failing: Vec<&String> =
        scores.iter().flat_map(|score| &score.told).filter(|line| line.starts_with("fails")).collect();
    assert!(failing.is_empty(), "what was found cannot be promoted: {failing:#?}");
    // Of layouts that somebody brings the table is all there is to say.
    let Some(floors) = floors() else { return };
    let mut faults = Vec::new();
    faults.extend(scores.iter().filter_map(|score| fault(score, floors.get(&score.name).copied())));
    let names: BTreeSet<&String> = scores.iter().map(|score| &score.name).collect();
    faults.extend(
        floors.keys().filter(|name| !names.contains(name)).map(|name| format!("a floor without a layout: {name}")),
    );
    assert!(faults.is_empty(), "tests/layouts/floors.txt:\n{}", faults.join("\n"));
}

#[test]
fn every_truth_speaks_of_its_own_files() {
    let mut faults = Vec::new();
    for layout in layouts() {
        let name = &layout.name;
        let files = found::files(&layout);
        if files.len() > 60 {
            faults.push(format!("{name}: {} files are too many to be reviewed", files.len()));
        }
        let texts: String = files
            .iter()
            .map(|file| fs::read_to_string(layout.folder.join(file)).expect("text") + file + "\n")
            .collect();
        for cell in &layout.cells {
            if !texts.contains(&cell.version) {
                faults.push(format!("{name}: no file has the version of: {cell}"));
            }
            if !texts.contains(&cell.environment) {
                faults.push(format!("{name}: no file speaks of the environment of: {cell}"));
            }
            if layout.others.contains(&cell.application) {
                faults.push(format!("{name}: a cell, and not to be proposed: {cell}"));
            }
            let same = layout.cells.iter().filter(|other| {
                other.is_in(&cell.application, &cell.environment)
                    && (other.cluster == cell.cluster || cell.cluster.is_none())
            });
            if same.count() != 1 {
                faults.push(format!("{name}: two versions of one cell: {cell}"));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn a_cell_is_right_only_where_name_environment_and_version_are() {
    let text = "# Two applications.\n\nweb staging v2\nweb production eu v1\napi staging v1\n\nnot: redis\n";
    let layout = Layout::read("made-up", PathBuf::new(), text);
    let cell = |line: &str| {
        let words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        let [application, environment, cluster, version] = words.try_into().expect("four words");
        Cell { application, environment, cluster: Some(cluster).filter(|name| name != "-"), version }
    };
    let found = |lines: &[&str], broken: Option<&str>| Found {
        cells: lines.iter().map(|line| cell(line)).collect(),
        broken: broken.map(str::to_owned),
        ..Found::default()
    };
    let figures = |lines: &[&str], broken: Option<&str>| {
        let score = Score::of(&layout, &found(lines, broken));
        (score.right, score.recall(), score.precision())
    };
    assert_eq!(figures(&["web staging - v2", "web production eu v1", "api staging - v1"], None), (3, 100, 100));
    assert_eq!(figures(&["web staging - v2", "web production eu v1"], Some("config check")), (0, 0, 0));
    for wrong in
        ["web staging - v1", "web stage - v2", "website staging - v2", "web production - v1", "redis staging - v7"]
    {
        assert_eq!(figures(&[wrong], None), (0, 0, 0), "{wrong}");
        assert_eq!(figures(&[wrong, "api staging - v1"], None), (1, 33, 50), "{wrong}");
    }
    assert_eq!(figures(&[], None), (0, 0, 0));
    let nothing = Layout::read("made-up", PathBuf::new(), "# Nothing to promote.\n");
    let of_nothing = |lines: &[&str]| Score::of(&nothing, &found(lines, None));
    assert_eq!((of_nothing(&[]).recall(), of_nothing(&[]).precision()), (100, 100));
    assert_eq!(of_nothing(&["web staging - v2"]).precision(), 0);
    let told = Score::of(&layout, &found(&["redis staging - v7"], None)).told;
    assert!(told.iter().any(|line| line == "wrong    redis staging v7   (not to be proposed at all)"), "{told:#?}");
    assert!(told.iter().any(|line| line == "missing  web production eu v1"), "{told:#?}");
}

#[test]
fn floors_hold_from_below_and_are_raised_from_above() {
    let score = Score { name: "made-up".into(), truth: 4, proposed: 5, right: 3, told: Vec::new() };
    assert_eq!(fault(&score, Some((75, 60))), None);
    assert_eq!(fault(&score, None).as_deref(), Some("no floor, add: made-up 75 60"));
    for floor in [(76, 60), (75, 61), (50, 61), (100, 0)] {
        let said = fault(&score, Some(floor));
        assert!(said.is_some_and(|said| said.starts_with("below its floor of ")), "{floor:?}");
    }
    let said = fault(&score, Some((75, 59)));
    assert_eq!(said.as_deref(), Some("better, raise the floor to: made-up 75 60"));
}

/// What a file that somebody wrote by hand finds in a layout.
fn by_hand(layout: &Layout, text: &str, emptied: &World) -> Score {
    let world = emptied.copy();
    world.fill(&layout.folder);
    world.land_file("stageline.yaml", text);
    Score::of(layout, &Found::by_the_file(&world, layout))
}

#[test]
fn a_file_by_hand_reaches_the_truth_and_leaves_nothing_behind() {
    let (layouts, emptied) = (layouts(), emptied());
    let written: Vec<(&Layout, String)> =
        layouts.iter().filter_map(|layout| Some((layout, layout.by_hand()?))).collect();
    let faults: Vec<String> = written
        .par_iter()
        .map(|(layout, text)| by_hand(layout, text, &emptied))
        .filter(|score| (score.recall(), score.precision()) != (100, 100) || !score.told.is_empty())
        .map(|score| format!("{}:\n  {}", score.name, score.told.join("\n  ")))
        .collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert!(!written.is_empty());
}

#[test]
fn a_file_that_reads_less_gets_less() {
    let (all, emptied) = (layouts(), emptied());
    let score = |name: &str, from: &str, to: &str| {
        let layout = all.iter().find(|layout| layout.name == name).unwrap_or_else(|| panic!("no layout {name}"));
        let text = layout.by_hand().unwrap_or_else(|| panic!("{name}: no file by hand"));
        assert!(text.contains(from), "{name}: no {from}");
        by_hand(layout, &text.replace(from, to), &emptied)
    };
    let one_cluster = score(
        "clusters-below-environments",
        "tracker/overlays/{environment}/{cluster}",
        "tracker/overlays/{environment}/eu1",
    );
    assert_eq!((one_cluster.proposed, one_cluster.right), (5, 5), "us1 is not read: {:#?}", one_cluster.told);
    let label = r#"      - { file: "clusters/{environment}/apps/web/deployment.yaml", path: 'spec.template.metadata.labels."app.kubernetes.io/version"' }"#;
    let no_label = score("clusters-as-environments", label, "");
    assert_eq!(no_label.told, ["stays    web in staging: clusters/staging/apps/web/deployment.yaml:16"]);
    let no_pin = score("versions-file", "applications.portal", "applications.portico");
    assert!(no_pin.right < no_pin.truth && !no_pin.told.is_empty(), "{:#?}", no_pin.told);
}
