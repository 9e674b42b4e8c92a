//! `diff`: pins, application commits in both directions, and the exit code that scripts read.

use crate::support::World;
use crate::support::run::Ran;

#[test]
fn two_environments_differ_by_pins_and_by_application_commits() {
    let world = World::new();
    let report = world.run(&["diff", "staging", "production", "web", "-o", "json"]).exits(1).json();
    assert_eq!(report["differences"], 1);
    let row = &report["applications"][0];
    assert_eq!(row["left"], world.commit_of("web", 4));
    assert_eq!(row["right"], world.commit_of("web", 2));
    assert_eq!((&row["ahead"], &row["behind"]), (&2.into(), &0.into()));
    assert_eq!(row["ahead_commits"][0]["subject"], "feat: web part 4");
    let site = &row["sites"][0];
    assert!(site["file"].as_str().is_some_and(|file| file.ends_with("kustomization.yaml")), "{report}");
    assert_eq!(site["line"], 11, "{report}");
}

#[test]
fn a_hotfix_shows_in_the_other_direction() {
    let world = World::new();
    let hotfix = world.sources["web"].commit("hotfix", &world.commit_of("web", 2), "fix.txt", "fix: charge only once");
    world.edit_by_hand("web", "production", &hotfix, 60);
    world.fetch();
    let report = world.run(&["diff", "staging", "production", "web", "-o", "json"]).exits(1).json();
    let row = &report["applications"][0];
    assert_eq!((&row["ahead"], &row["behind"]), (&2.into(), &1.into()));
    assert_eq!(row["behind_commits"][0]["subject"], "fix: charge only once");
}

#[test]
fn equal_environments_exit_0_and_an_unknown_one_exits_2() {
    let world = World::new();
    world.run(&["promote", "--all", "--to", "production"]).exits(0);
    let report = world.run(&["diff", "staging", "production", "-o", "json"]).exits(0).json();
    assert_eq!(report["differences"], 0);
    world.run(&["diff", "staging", "prodution"]).exits(2).says("`production`");
}

#[test]
fn one_environment_is_compared_with_itself_at_another_config_commit() {
    let world = World::new();
    world.run(&["promote", "web", "--to", "production"]).exits(0);
    let report = world.run(&["diff", "production@HEAD~1", "production", "-o", "json"]).exits(1).json();
    assert_eq!(report["differences"], 1);
    let changed = report["applications"].as_array().expect("rows").iter().find(|row| row["same"] == false);
    assert_eq!(changed.map(|row| &row["application"]), Some(&"web".into()));
}

#[test]
fn rendered_shows_the_image_in_the_built_manifests() {
    let world = World::shaped(|shape| shape.applications = vec!["web".into()]);
    let found = ["kustomize", "kubectl"].iter().any(|name| world.environment.has(name));
    let ran = world.run(&["diff", "staging", "production", "--rendered", "-o", "json"]);
    if !found {
        // Without a builder the tool has to name both, and that is what is checked.
        ran.exits(2).says("kustomize").says("kubectl");
        return;
    }
    let report = ran.exits(1).json();
    let diff = report["rendered"][0]["diff"].as_str().expect("a diff").to_owned();
    let line = |sign: char, index: usize| {
        format!("{sign}        image: registry.example.com/shop/web:{}", world.commit_of("web", index))
    };
    let squeezed: Vec<String> =
        diff.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
    for wanted in [line('-', 4), line('+', 2)] {
        let wanted = wanted.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(squeezed.iter().any(|line| line.contains(&wanted[2..])), "{wanted}\n{diff}");
    }
}

#[test]
fn two_changes_of_one_application_are_compared_by_their_numbers() {
    let world = World::new();
    world.run(&["promote", "web", "--to", "production"]).exits(0);
    world.run(&["promote", "checkout", "--to", "production"]).exits(0);
    let args = ["diff", "production@r1", "production@r2", "web", "-o", "json"];
    let row = world.run(&args).exits(1).json()["applications"][0].clone();
    assert_eq!((&row["left"], &row["right"]), (&world.commit_of("web", 2).into(), &world.commit_of("web", 4).into()));
    // Another application's numbers are its own: what it did meanwhile does not count.
    world.run(&["diff", "production@r2", "production", "web"]).exits(0);
    assert_eq!(world.refused(2, &["diff", "production@r3", "production", "web"]), "no-such-change");
}

#[test]
fn a_number_needs_the_one_application_that_it_counts() {
    let world = World::new();
    for more in [&[][..], &["web", "checkout"]] {
        let args = [&["diff", "production@r1", "production"], more].concat();
        world.run(&args).exits(2).says("counts the changes of one application").says("name exactly one application");
    }
    assert_eq!(world.refused(2, &["diff", "production@r1", "production", "wbe"]), "no-such-application");
    let alone = World::shaped(|shape| shape.applications = vec!["web".into()]);
    alone.run(&["diff", "production@r1", "production"]).exits(0);
}

#[test]
fn a_shallow_clone_counts_nothing() {
    let world = World::new();
    world.run(&["promote", "web", "--to", "production"]).exits(0);
    let shallow = world.clone_as("shallow", &["--depth", "1"]);
    let ran = world.environment.stageline(&shallow, &["diff", "production@r1", "production", "web"]);
    ran.exits(3).says("git fetch --unshallow");
}

#[test]
fn a_revision_that_is_called_like_a_number_is_reached_by_its_prefix() {
    let world = World::new();
    world.run(&["promote", "web", "--to", "production"]).exits(0);
    world.git(&["tag", "--no-sign", "r1", "HEAD"]);
    world.run(&["diff", "production@r1", "production", "web"]).exits(1);
    world.run(&["diff", "production@config:r1", "production", "web"]).exits(0);
}

#[test]
fn the_names_in_json_are_what_the_schema_says_of_them() {
    let world = World::new();
    let schema = world.run(&["schema", "diff"]).exits(0).stdout;
    assert!(schema.contains("Application commits that the left side has and the right side lacks."), "{schema}");
    let row =
        world.run(&["diff", "production", "staging", "web", "-o", "json"]).exits(1).json()["applications"][0].clone();
    assert_eq!((&row["ahead"], &row["behind"]), (&0.into(), &2.into()), "{row}");
    assert_eq!(row["behind_commits"][0]["subject"], "feat: web part 4");
}

/// The lines of the table that begin with a sign, each as its sign and its subject.
fn signs(ran: &Ran) -> Vec<(char, String)> {
    let lines = ran.stdout.lines().filter_map(|line| line.trim_start().split_at_checked(2));
    lines
        .filter(|(sign, _)| ["+ ", "- "].contains(sign))
        .map(|(sign, rest)| {
            (
                sign.chars().next().expect("a sign"),
                rest[rest.find("feat:").or(rest.find("fix:")).unwrap_or(0)..].to_owned(),
            )
        })
        .collect()
}

#[test]
fn between_two_moments_of_one_environment_plus_is_what_came() {
    let world = World::new();
    world.run(&["promote", "web", "--to", "production"]).exits(0);
    let ran = world.run(&["diff", "production@r1", "production@r2", "web"]).exits(1);
    // As the promotion itself showed it, and `show` does.
    assert_eq!(signs(&ran), signs(&world.run(&["show"]).exits(0)), "{ran}");
}

#[test]
fn of_diverged_sides_each_has_its_sign() {
    let world = World::new();
    let hotfix = world.sources["web"].commit("hotfix", &world.commit_of("web", 2), "fix.txt", "fix: charge only once");
    world.edit_by_hand("web", "production", &hotfix, 60);
    world.fetch();
    let ran = world.run(&["diff", "staging", "production", "web"]).exits(1);
    let signs = signs(&ran);
    assert!(signs.contains(&('+', "fix: charge only once".into())), "{ran}");
    assert!(signs.contains(&('-', "feat: web part 4".into())), "{ran}");
}

#[test]
fn plus_is_what_the_right_side_has_more_and_minus_what_it_lacks() {
    let world = World::new();
    let both = |sign: char| vec![(sign, "feat: web part 4".to_owned()), (sign, "feat: web part 3".to_owned())];
    for format in ["table", "wide"] {
        let newer_on_the_right = world.run(&["diff", "production", "staging", "web", "-o", format]).exits(1);
        assert_eq!(signs(&newer_on_the_right), both('+'), "{newer_on_the_right}");
        let newer_on_the_left = world.run(&["diff", "staging", "production", "web", "-o", format]).exits(1);
        assert_eq!(signs(&newer_on_the_left), both('-'), "{newer_on_the_left}");
    }
}

#[test]
fn rendered_leaves_out_what_is_no_kustomization_and_says_so() {
    let world = World::new();
    if !["kustomize", "kubectl"].iter().any(|name| world.environment.has(name)) {
        return;
    }
    let chart = "  - name: shop\n    pins:\n      - { file: \"charts/{environment}.yaml\", path: image.tag }\n";
    world.land_file("stageline.yaml", &format!("{}{chart}", world.settings()));
    for (env, tag) in [("staging", "v2"), ("production", "v1")] {
        world.land_file(&format!("charts/{env}.yaml"), &format!("image:\n  tag: {tag}\n"));
    }
    let report = world.run(&["diff", "staging", "production", "--rendered", "-o", "json"]).exits(1).json();
    assert!(report["notes"].to_string().contains("`shop` is not rendered"), "{report}");
    assert!(report["rendered"].to_string().contains("web"), "{report}");
}
