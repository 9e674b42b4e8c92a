//! Whose rules judge a change of an environment that lives on its own branch: the main branch's and the copy's there, both.

use crate::support::World;
use crate::support::landed::{petrov, production_on_a_branch};

const PROMOTE: &[&str] = &["promote", "web", "--to", "production"];

/// Production on its own branch, whose copy of the rules is this text.
fn with_copy(change: impl FnOnce(&str) -> String) -> World {
    let world = production_on_a_branch();
    let clone = world.clone_as("keeper", &["--branch", "production"]);
    std::fs::write(clone.join("stageline.yaml"), change(&world.settings())).expect("the copy");
    let environment = petrov(&world);
    environment.git(&clone, &["commit", "-qa", "--no-gpg-sign", "-m", "Change the rules here"]);
    environment.git(&clone, &["push", "-q", "origin", "HEAD"]);
    world.fetch();
    world
}

/// The main branch's rules change, and those of the copy stay as they were.
fn with_main(world: World, from: &str, to: &str) -> World {
    let text = world.settings();
    assert!(text.contains(from), "{text}");
    world.land_file("stageline.yaml", &text.replacen(from, to, 1));
    world
}

fn without_a_key(world: &World) {
    world.git(&["config", "user.signingkey", ""]);
}

fn tip(world: &World) -> String {
    world.environment.git(&world.remote, &["rev-parse", "production"])
}

const LOOSE: (&str, &str) = ("signing: required", "signing: optional");

#[test]
fn a_stale_copy_that_does_not_ask_for_signatures_lets_nothing_land_unsigned() {
    let world = with_copy(|text| text.replace(LOOSE.0, LOOSE.1));
    let before = tip(&world);
    without_a_key(&world);
    world.run(PROMOTE).exits(1).says("user.signingkey");
    assert_eq!(tip(&world), before);
}

#[test]
fn weakening_main_does_not_help_where_the_copy_still_asks_for_signatures() {
    let world = with_main(production_on_a_branch(), LOOSE.0, LOOSE.1);
    let before = tip(&world);
    without_a_key(&world);
    let report = world.run(&[PROMOTE, &["--dry-run", "-o", "json"]].concat()).exits(1).json();
    let failed = report["gates"].as_array().expect("gates").iter().find(|gate| gate["verdict"] == "fail").cloned();
    assert_eq!(failed.expect("one fails")["branch"], "production", "{report}");
    world.run(PROMOTE).exits(1);
    assert_eq!(tip(&world), before);
    // Where the tool lands elsewhere, the main branch's rules are all there are.
    world.run(&["promote", "web", "--to", "staging", "--commit", "main"]).exits(0);
}

#[test]
fn with_a_key_it_lands_signed_whichever_of_the_two_asks_for_it() {
    for world in
        [with_copy(|text| text.replace(LOOSE.0, LOOSE.1)), with_main(production_on_a_branch(), LOOSE.0, LOOSE.1)]
    {
        assert_eq!(world.json(PROMOTE)["signed"], true);
        let raw = world.environment.git(&world.remote, &["cat-file", "commit", "production"]);
        assert!(raw.contains("gpgsig"), "{raw}");
    }
}

#[test]
fn the_stricter_landing_of_the_two_counts() {
    let strict = "git: { branch: production }\n    landing: merge-request";
    for world in [
        with_copy(|text| text.replace("git: { branch: production }", strict)),
        with_main(production_on_a_branch(), "git: { branch: production }", strict),
    ] {
        let before = tip(&world);
        world.run(&[PROMOTE, &["--landing", "direct"]].concat()).exits(1).says("merge request only");
        assert_eq!(world.json(PROMOTE)["stage"], "proposed");
        assert_eq!(tip(&world), before);
    }
}

#[test]
fn an_application_that_the_copy_does_not_know_is_promoted_by_the_rules_of_its_environment() {
    let world = with_copy(|text| {
        let at = text.find("  - name: checkout").expect("checkout");
        let end = text[at + 1..].find("  - name:").map_or(text.len(), |end| at + 1 + end);
        format!("{}{}", &text[..at], &text[end..])
    });
    let report = world.json(&["promote", "checkout", "--to", "production"]);
    assert_eq!(report["moves"][0]["to"], world.pin("checkout", "staging"), "{report}");
    assert_eq!(world.pin_at("production", "checkout", "production"), world.pin("checkout", "staging"));
    // It has a past there too, and a way back.
    world.run(&["history", "checkout", "--env", "production"]).exits(0).says("r2");
    world.run(&["rollback", "checkout", "--env", "production", "-m", "errors"]).exits(0);
    world.run(&["undo", "--env", "production"]).exits(0);
    assert_eq!(world.pin_at("production", "checkout", "production"), world.pin("checkout", "staging"));
    // Strict rules of its environment hold for it too.
    let world = with_copy(|text| {
        let at = text.find("  - name: checkout").expect("checkout");
        let end = text[at + 1..].find("  - name:").map_or(text.len(), |end| at + 1 + end);
        let without = format!("{}{}", &text[..at], &text[end..]);
        without.replace("git: { branch: production }", "git: { branch: production }\n    landing: merge-request")
    });
    assert_eq!(world.json(&["promote", "checkout", "--to", "production"])["stage"], "proposed");
}

#[test]
fn an_application_that_only_the_copy_knows_is_none() {
    let world = with_copy(|text| text.replace("- name: web", "- name: ghost"));
    world.run(&["promote", "ghost", "--to", "production"]).exits(2).says("no application `ghost`");
    world.run(PROMOTE).exits(0);
}

#[test]
fn the_verbs_that_show_rules_name_the_branches_and_where_they_differ() {
    let same = production_on_a_branch();
    same.run(&["config", "show"]).exits(0).says("own branch `production`, which says the same");
    for verb in [&["status"][..], &["config", "check"]] {
        let ran = same.run(verb).exits(0);
        assert!(!format!("{ran}").contains("judged by"), "{ran}");
    }
    let world = with_copy(|text| text.replace(LOOSE.0, LOOSE.1).replace("- name: worker", "- name: labourer"));
    for verb in [&["status"][..], &["config", "check"], &["config", "show"]] {
        world
            .run(verb)
            .exits(0)
            .says("`production` is judged by the `stageline.yaml` of `main` and by the copy on its own branch")
            .says("`signing` is optional (`main`: required)")
            .says("it knows no application `worker`");
    }
}

#[test]
fn a_copy_that_cannot_be_read_is_told_with_its_branch() {
    let world = with_copy(|text| format!("{text}nonsense: true\n"));
    world.run(PROMOTE).exits(2).says("unknown key `nonsense`").says("the copy on the branch `production`");
}

#[test]
fn an_environments_own_branch_is_not_taken_for_the_one_whose_rules_judge() {
    let world = with_copy(|text| text.replace(LOOSE.0, LOOSE.1));
    without_a_key(&world);
    let before = tip(&world);
    let ran = world.run(&[PROMOTE, &["--branch", "production", "-o", "json"]].concat());
    assert_eq!((ran.refusal(), tip(&world)), ("strange-main".to_owned(), before.clone()), "{ran}");
    // Nor where its file does not say which branch is.
    let world = with_copy(|text| text.replace("branch: main, ", "").replace(LOOSE.0, LOOSE.1));
    without_a_key(&world);
    world
        .run(&[PROMOTE, &["--branch", "production"]].concat())
        .exits(2)
        .says("not the branch whose rules judge: `main`");
}
