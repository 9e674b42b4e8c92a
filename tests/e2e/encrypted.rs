//! Pins beside encrypted values: what SOPS's checksum covers is not touched, and `ENC[...]` is never a version.

use crate::support::World;
use crate::support::pinned::pinned;

const MAC: &str =
    "sops:\n    mac: ENC[AES256_GCM,data:zzzz,iv:xx,tag:yy,type:str]\n    encrypted_regex: ^(password)$\n";
const SECRET: &str = "ENC[AES256_GCM,data:abcd,iv:xx,tag:yy,type:str]";

fn world(path: &str, sops: &str) -> World {
    let pin = format!("{{ file: \"{{environment}}.yaml\", path: {path} }}");
    let text = format!("image:\n    tag: v1\npassword: {SECRET}\n{sops}");
    let files = ["staging.yaml", "production.yaml"].map(|file| (file, text.clone()));
    pinned(&[&pin], &files)
}

const PROMOTE: [&str; 6] = ["promote", "a", "--version", "v2", "--to", "staging"];

#[test]
fn a_plain_value_that_the_mac_covers_is_refused_and_one_that_it_does_not_cover_is_moved() {
    let covered = world("image.tag", MAC);
    let before = covered.tip();
    assert_eq!(covered.refused(1, &PROMOTE), "encrypted");
    covered.run(&PROMOTE).exits(1).says("staging.yaml:5:5:").says("mac_only_encrypted: true");
    assert_eq!(covered.tip(), before);
    let free = world("image.tag", &format!("{MAC}    mac_only_encrypted: true\n"));
    free.run(&PROMOTE).exits(0);
    assert!(free.read("staging.yaml").contains("tag: v2\n"));
    world("image.tag", "sops: { enabled: true }\n").run(&PROMOTE).exits(0);
}

#[test]
fn an_encrypted_value_is_no_version_and_is_not_copied() {
    let world = world("password", "");
    assert_eq!(world.refused(2, &PROMOTE), "encrypted");
    assert_eq!(world.refused(2, &["promote", "a", "--to", "production"]), "encrypted");
    let status = world.run(&["status"]).exits(0);
    assert!(!status.stdout.contains("AES256"), "{status}");
}
