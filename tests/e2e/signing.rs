//! Signatures: made by the user's own setup, required unless the repository says otherwise.

use std::fs;

use crate::support::keys::OpenPgp;
use crate::support::{World, fingerprint};

#[test]
fn a_missing_key_is_an_error_with_the_two_commands_that_set_one_up() {
    let world = World::shaped(|shape| shape.key = false);
    let before = fingerprint::of(&world.remote);
    let ran = world.run(&["promote", "web", "--to", "production"]).exits(1);
    assert_eq!(ran.stderr.matches("git config").count(), 2, "{ran}");
    assert!(ran.stderr.contains("user.signingkey") && ran.stderr.contains("gpg.format ssh"), "{ran}");
    fingerprint::assert_same(&before, &fingerprint::of(&world.remote));
    assert_eq!(world.git(&["status", "--porcelain"]), "");
}

#[test]
fn a_key_that_is_gone_is_an_error_and_nothing_lands() {
    let world = World::new();
    fs::remove_file(&world.key).expect("our own file");
    let before = world.tip();
    let ran = world.run(&["promote", "web", "--to", "production"]).exits(1);
    assert!(!ran.stderr.is_empty(), "{ran}");
    assert_eq!(world.tip(), before);
}

#[test]
fn where_signing_is_optional_a_user_without_a_key_lands_unsigned() {
    let world = World::shaped(|shape| {
        shape.key = false;
        shape.signing = "optional".into();
    });
    let report = world.json(&["promote", "web", "--to", "production"]);
    assert_eq!(report["signed"], false);
    let raw = world.environment.git(&world.remote, &["cat-file", "commit", "main"]);
    assert!(!raw.contains("gpgsig"), "{raw}");
}

#[test]
fn an_openpgp_key_signs_and_git_verifies_it() {
    let world = World::shaped(|shape| shape.key = false);
    let key = OpenPgp::make(&world.environment, "Mei Lin", "mei@example.com");
    world.git(&["config", "user.signingkey", &key.fingerprint]);
    let promote = ["promote", "web", "--to", "production", "-o", "json"];
    // Whose it is shows when it has signed, and nobody has listed it yet.
    let before = world.tip();
    assert_eq!(key.environment().stageline(&world.clone, &promote).exits(1).refusal(), "not-signed");
    assert_eq!(world.tip(), before);
    world.land_file(".stageline/keys/mei.asc", &key.public());
    key.environment().stageline(&world.clone, &promote).exits(0);
    key.environment().git(&world.clone, &["verify-commit", &world.tip()]);
    let raw = world.environment.git(&world.remote, &["cat-file", "commit", "main"]);
    assert!(raw.contains("BEGIN PGP SIGNATURE"), "{raw}");
}

#[test]
fn an_ssh_signature_is_good_for_git_with_the_signers_of_the_repository() {
    let world = World::new();
    world.run(&["promote", "web", "--to", "production"]).exits(0);
    let signers = world.clone.join(".stageline/allowed_signers");
    let signers = format!("gpg.ssh.allowedSignersFile={}", signers.display());
    let said = world.git(&["-c", &signers, "log", "-1", "--format=%G? %GS", "main"]);
    assert_eq!(said, "G mei@example.com");
}

#[test]
fn the_copy_of_the_settings_on_an_environments_own_branch_may_ask_for_more() {
    let world = World::shaped(|shape| {
        shape.key = false;
        shape.signing = "optional".into();
        shape.keys_of.insert("production".into(), vec!["git: { branch: production }".into()]);
    });
    world.git(&["checkout", "-q", "-b", "production"]);
    world.write("stageline.yaml", &world.settings().replace("signing: optional", "signing: required"));
    world.git(&["commit", "-q", "-a", "-m", "Only signed changes here"]);
    world.git(&["push", "-q", "origin", "production"]);
    world.git(&["checkout", "-q", "main"]);
    let before = world.environment.git(&world.remote, &["rev-parse", "production"]);
    assert_eq!(world.refused(1, &["promote", "web", "--to", "production"]), "cannot-sign");
    assert_eq!(world.environment.git(&world.remote, &["rev-parse", "production"]), before);
    world.run(&["promote", "web", "--to", "staging", "--commit", "main"]).exits(0);
}
