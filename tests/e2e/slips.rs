//! Slips in commands and configurations, each with the word that scripts tell it by.

use crate::support::World;

/// The word with which a command ends.
#[track_caller]
fn ends_with(world: &World, args: &[&str], word: &str) {
    let ran = world.run(&[args, &["-o", "json"]].concat());
    assert_eq!(ran.refusal(), word, "{ran}");
}

#[test]
fn a_slip_in_a_command_has_its_own_word() {
    let world = World::new();
    let newer = world.commit_of("web", 5);
    for (args, word) in [
        (&["promote", "web", "--to", "nowhere"][..], "no-such-environment"),
        (&["promote", "nobody", "--to", "production"], "no-such-application"),
        (&["promote", "web", "web", "--to", "production"], "named-twice"),
        (&["promote", "web", "--to", "staging"], "first-environment"),
        (&["promote", "web", "checkout", "--to", "production", "--commit", &newer], "several-sources"),
        (&["promote", "web", "--to", "production", "--digest", "nonsense"], "bad-digest"),
        (&["promote", "web", "--to", "production", "--landing", "merge-request", "--no-push"], "no-push"),
        (&["promote", "web", "--to", "production", "--config", "stageline.yaml"], "config-for-dry-runs"),
        (&["promote", "web@nonsense", "--to", "production"], "no-such-revision"),
        (&["promote", "web", "--to", "production", "--nonsense"], "usage"),
        (&["rollback", "web"], "no-environment"),
        (&["rollback", "--all", "--env", "production"], "all-needs-a-target"),
        (&["rollback", "worker", "--env", "production"], "no-earlier-version"),
        (&["rollback", "web", "--env", "production", "--to", &newer], "never-landed"),
        (&["hold", "set", "--env", "production"], "reason-needed"),
        (&["hold", "set", "web", "--env", "production", "--until", "nonsense"], "bad-time"),
        (&["undo"], "which-landing"),
        (&["diff", "sta ging", "production"], "bad-environment"),
        (&["diff", "production@1970-01-01", "production"], "before-the-beginning"),
        (&["status", "--config", "nowhere.yaml"], "no-such-file"),
        (&["status", "--remote", "nowhere"], "no-such-remote"),
        (&["init", "--signing", "optional"], "exists"),
        (&["promote", "web", "--to", "production", "--version", "v 1"], "bad-version"),
        (&["rollback", "web", "--env", "production", "--to", "baseline/1"], "no-such-baseline"),
        (&["rollback", "web", "--env", "production", "--to", "staging"], "to-is-a-version"),
        (&["history", "--contains", "main"], "several-commits"),
        (&["completions", "bash"], "no-such-format"),
    ] {
        ends_with(&world, args, word);
    }
}

#[test]
fn what_a_landing_does_not_give_back_has_its_own_word() {
    let world = World::new();
    world.land_file("README.md", "hello\n");
    ends_with(&world, &["undo", &world.tip()], "nothing-to-undo");
    world.run(&["promote", "web", "--to", "production"]).exits(0);
    let landing = world.tip();
    world.edit_by_hand("web", "production", &world.commit_of("web", 5), 0);
    ends_with(&world, &["undo", &landing], "moved-since");
    let first = world.git(&["rev-list", "--max-parents=0", "HEAD"]);
    ends_with(&world, &["undo", &first, "--env", "production"], "pin-was-born");
    ends_with(&world, &["show", "nonsense"], "no-such-revision");
}

#[test]
fn what_a_configuration_lacks_has_its_own_word() {
    let world = World::new();
    world.write("stageline.yaml", "version: 1\nenvironments: [\n");
    world.git(&["commit", "-qam", "Break it"]);
    world.git(&["push", "-q"]);
    ends_with(&world, &["status"], "bad-config");
    let world = World::shaped(|shape| {
        shape.keys_of.insert("production".into(), vec!["landing: merge-request".into()]);
    });
    ends_with(&world, &["promote", "web", "--to", "production", "--landing", "direct"], "landing-weaker");
}

#[test]
fn all_applications_without_all_applications_are_none() {
    let world = World::new();
    let without = ["--exclude", "checkout", "--exclude", "web", "--exclude", "worker"];
    for (verb, args) in [
        ("promote", &["promote", "--all", "--to", "production"][..]),
        ("roll back", &["rollback", "--all", "--to", "config:HEAD", "--env", "production"]),
    ] {
        let args = [args, &without].concat();
        world.run(&args).exits(2).says(&format!("there is no application to {verb}")).says("see `stageline status`");
        assert_eq!(world.refused(2, &args), "no-applications");
    }
}

#[test]
fn the_beginning_of_several_versions_names_none_of_them() {
    let world = World::shaped(|shape| shape.sources = false);
    for version in ["release-1", "release-2", "release-3"] {
        world.edit_by_hand("web", "production", version, 0);
    }
    let to = |version| ["rollback", "web", "--env", "production", "--to", version];
    world.run(&to("release")).exits(2).says("release-1").says("release-2").says("write more of it");
    assert_eq!(world.refused(2, &to("release")), "ambiguous-version");
    world.run(&to("release-1")).exits(0);
}
