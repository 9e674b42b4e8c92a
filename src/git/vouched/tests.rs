//! Good signatures of every kind, and many that look like one: only the former vouch.

mod forged;
mod hand;
mod sealed;

use super::*;
use crate::process::Surroundings;

use self::hand::{Hand, NOW};

fn vouch(hand: &Hand, commits: &[CommitId], keys: &Keys) -> Vec<Vouched> {
    vouch_in(hand, &hand.sample.surroundings, commits, keys)
}

fn vouch_in(hand: &Hand, surroundings: &Surroundings, commits: &[CommitId], keys: &Keys) -> Vec<Vouched> {
    Repo::open(&hand.dir, surroundings).unwrap().vouched(commits, keys).unwrap()
}

fn ssh(lines: &[String]) -> Keys {
    Keys { ssh: Some(lines.concat().into_bytes()), ..Keys::default() }
}

#[test]
fn ssh_keys_and_certificates_vouch_and_all_names_of_a_key_are_told() {
    let hand = Hand::new();
    let (mei, li, ca) = (hand.ssh_key("mei"), hand.ssh_key("li"), hand.ssh_key("ca"));
    let certificate = hand.certify(&ca, &li, "li@x,other@y", "-1h:+1h");
    let payload = hand.payload("signed", NOW);
    let by_mei = hand.commit(&payload, &[("gpgsig", &hand.ssh_sign(&mei, "git", &payload))]);
    let by_li = hand.commit(&payload, &[("gpgsig", &hand.ssh_sign(&certificate, "git", &payload))]);
    let lines = [
        "# everybody\n\n".to_string(),
        format!("mei@x,\"mei lin@x\" namespaces=\"git\",valid-after=\"20200101\" {}\n", hand.public(&mei)),
        format!("old@x valid-before=\"20200101\" {}\n", hand.public(&mei)),
        format!("*@x,lin@x {}\n", hand.public(&mei)),
        format!("*@x CERT-authority {}", hand.public(&ca)),
    ];
    let unsigned = hand.commit(&payload, &[]);
    let found = vouch(&hand, &[by_mei, unsigned, by_li, by_mei], &ssh(&lines));
    let states: Vec<_> = found.iter().map(|one| one.state).collect();
    use SignatureWord::{Good, None as Unsigned};
    assert_eq!(states, [Good, Unsigned, Good, Good]);
    assert_eq!(found[0].principals, ["mei@x", "mei lin@x", "lin@x"]);
    assert_eq!(found[2].principals, ["li@x"], "what the authority may not give is nobody's");
    assert_eq!(found[2].fingerprint.as_deref(), Some(hand.fingerprint(&li).as_str()));
    assert_eq!(found[0].fingerprint.as_deref(), Some(hand.fingerprint(&mei).as_str()));
    assert_eq!((&found[1].principals[..], found[1].lacks), (&[][..], None));
    let pattern = vouch(&hand, &[by_mei], &ssh(&[format!("*@x {}\n", hand.public(&mei))]));
    assert_eq!((pattern[0].state, pattern[0].principals.len()), (Good, 0), "a pattern is nobody's name");
}

#[test]
fn openpgp_keys_and_subkeys_vouch_by_fingerprint_and_address() {
    let hand = Hand::new();
    let mei = hand.pgp_key("Mei <mei@x>", "never", None);
    hand.gpg(&["--quick-add-uid", &mei, "Mei Lin <lin@x>"], b"");
    let payload = hand.payload("signed", NOW);
    let primary = hand.commit(&payload, &[("gpgsig", &hand.pgp_sign(&mei, &payload))]);
    hand.gpg(&["--quick-add-key", &mei, "ed25519", "sign", "never"], b"");
    let subkey = hand.commit(&payload, &[("gpgsig", &hand.pgp_sign(&mei, &payload))]);
    let merge = format!("{payload}more\n").replacen("author", &format!("parent {primary}\nparent {subkey}\nauthor"), 1);
    let merge = hand.commit(&merge, &[("gpgsig", &hand.pgp_sign(&mei, &merge))]);
    for armored in [true, false] {
        let keys = Keys { openpgp: vec![hand.pgp_public(&mei, armored)], ..Keys::default() };
        for found in vouch(&hand, &[primary, subkey, merge], &keys) {
            let mut principals = found.principals.clone();
            principals.sort();
            assert_eq!(
                (found.state, principals),
                (SignatureWord::Good, vec![mei.clone(), "lin@x".into(), "mei@x".into()])
            );
            assert_eq!(found.fingerprint.as_ref(), Some(&mei));
        }
    }
}

#[test]
fn what_git_itself_signs_vouches_also_a_merge() {
    let hand = Hand::new();
    let (mei, li) = (hand.ssh_key("mei"), hand.pgp_key("Li <li@x>", "never", None));
    let (dir, sample) = (&hand.dir, &hand.sample);
    let with_ssh = format!("user.signingkey={}", mei.display());
    let ssh_args = ["-c", "gpg.format=ssh", "-c", with_ssh.as_str()];
    let args = |more: &[&'static str]| [&ssh_args[..], more].concat();
    sample.git(dir, &args(&["commit", "-q", "-S", "--allow-empty", "-m", "by ssh"]));
    let by_ssh = sample.id(dir, "HEAD");
    sample.git(dir, &["checkout", "-q", "-b", "topic"]);
    hand.git_with_keyring(&["commit", "-q", &format!("-S{li}"), "--allow-empty", "-m", "by openpgp"]);
    let by_openpgp = sample.id(dir, "HEAD");
    sample.git(dir, &["checkout", "-q", "main"]);
    sample.git(dir, &args(&["merge", "-q", "--no-ff", "-S", "-m", "merge", "topic"]));
    let merge = sample.id(dir, "HEAD");
    let keys = Keys { openpgp: vec![hand.pgp_public(&li, true)], ..ssh(&[format!("mei@x {}\n", hand.public(&mei))]) };
    let found = vouch(&hand, &[by_ssh, by_openpgp, merge], &keys);
    assert!(found.iter().all(|one| one.state == SignatureWord::Good), "{found:?}");
    assert_eq!(found[2].principals, ["mei@x"]);
}

#[test]
fn nothing_that_is_configured_counts() {
    let hand = Hand::new();
    let (mei, li) = (hand.ssh_key("mei"), hand.pgp_key("Li <li@x>", "never", None));
    let payload = hand.payload("signed", NOW);
    let commits = [hand.ssh_sign(&mei, "git", &payload), hand.pgp_sign(&li, &payload)]
        .map(|signature| hand.commit(&payload, &[("gpgsig", &signature)]));
    let signers = hand.sample.path("signers");
    std::fs::write(&signers, format!("mei@x {}\n", hand.public(&mei))).unwrap();
    for level in ["--local", "--global"] {
        for (key, value) in [
            ("gpg.ssh.allowedSignersFile", signers.to_str().unwrap()),
            ("gpg.program", "/bin/true"),
            ("gpg.ssh.program", "/bin/true"),
        ] {
            hand.sample.git(&hand.dir, &["config", level, key, value]);
        }
    }
    let mut surroundings = hand.sample.surroundings.clone();
    surroundings.variables.insert("GNUPGHOME".into(), hand.ring.clone().into());
    let stranger = hand.ssh_key("stranger");
    for keys in [Keys::default(), ssh(&[format!("x@x {}\n", hand.public(&stranger))])] {
        for found in vouch_in(&hand, &surroundings, &commits, &keys) {
            assert!(matches!(found.state, SignatureWord::Unknown | SignatureWord::Untrusted), "{found:?}");
            assert!(found.principals.is_empty() && found.lacks.is_none(), "{found:?}");
        }
    }
}

#[test]
fn a_program_that_is_not_installed_is_named() {
    let hand = Hand::new();
    let (mei, li) = (hand.ssh_key("mei"), hand.pgp_key("Li <li@x>", "never", None));
    let payload = hand.payload("signed", NOW);
    let commits = [hand.ssh_sign(&mei, "git", &payload), hand.pgp_sign(&li, &payload)]
        .map(|signature| hand.commit(&payload, &[("gpgsig", &signature)]));
    let bin = hand.sample.path("bin");
    std::fs::create_dir(&bin).unwrap();
    let path = hand.sample.surroundings.variable("PATH").unwrap();
    let git = std::env::split_paths(path).map(|folder| folder.join("git")).find(|file| file.exists()).unwrap();
    std::os::unix::fs::symlink(git, bin.join("git")).unwrap();
    let mut surroundings = hand.sample.surroundings.clone();
    surroundings.variables.insert("PATH".into(), bin.into());
    let keys = Keys { openpgp: vec![hand.pgp_public(&li, true)], ..ssh(&[format!("mei@x {}\n", hand.public(&mei))]) };
    for keys in [keys, Keys::default()] {
        let found = vouch_in(&hand, &surroundings, &commits, &keys);
        let told: Vec<_> = found.iter().map(|one| (one.state, one.lacks, one.principals.len())).collect();
        let unknown = |program| (SignatureWord::Unknown, Some(program), 0);
        assert_eq!(told, [unknown("ssh-keygen"), unknown("gpg")]);
    }
}

#[test]
fn a_program_that_is_too_old_is_named_and_calls_nothing_bad() {
    let hand = Hand::new();
    let (mei, li) = (hand.ssh_key("mei"), hand.pgp_key("Li <li@x>", "never", None));
    let payload = hand.payload("signed", NOW);
    let commits = [hand.ssh_sign(&mei, "git", &payload), hand.pgp_sign(&li, &payload)]
        .map(|signature| hand.commit(&payload, &[("gpgsig", &signature)]));
    let bin = hand.sample.path("bin");
    std::fs::create_dir(&bin).unwrap();
    for (name, end) in [("ssh-keygen", 1), ("gpg", 2)] {
        let file = bin.join(name);
        std::fs::write(&file, format!("#!/bin/sh\necho unknown option >&2\nexit {end}\n")).unwrap();
        std::fs::set_permissions(&file, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    }
    let mut surroundings = hand.sample.surroundings.clone();
    let path = surroundings.variable("PATH").unwrap().to_string_lossy().into_owned();
    surroundings.variables.insert("PATH".into(), format!("{}:{path}", bin.display()).into());
    let keys = Keys { openpgp: vec![hand.pgp_public(&li, true)], ..ssh(&[format!("mei@x {}\n", hand.public(&mei))]) };
    let found = vouch_in(&hand, &surroundings, &commits, &keys);
    let told: Vec<_> = found.iter().map(|one| (one.state, one.lacks)).collect();
    let unknown = |program| (SignatureWord::Unknown, Some(program));
    assert_eq!(told, [unknown("ssh-keygen"), unknown("gpg")]);
}

#[test]
fn no_key_at_all_is_no_reason_to_call_a_signature_good_or_a_forged_one_unknown() {
    let hand = Hand::new();
    let mei = hand.ssh_key("mei");
    let payload = hand.payload("signed", NOW);
    let good = hand.ssh_sign(&mei, "git", &payload);
    let commits =
        [payload.clone(), payload.replace("signed", "forged")].map(|text| hand.commit(&text, &[("gpgsig", &good)]));
    let states = |keys: &Keys| vouch(&hand, &commits, keys).into_iter().map(|one| one.state).collect::<Vec<_>>();
    assert_eq!(states(&Keys::default()), [SignatureWord::Unknown, SignatureWord::Bad]);
    assert_eq!(states(&ssh(&[])), [SignatureWord::Untrusted, SignatureWord::Bad]);
    assert_eq!(Repo::open(&hand.dir, &hand.sample.surroundings).unwrap().vouched(&[], &ssh(&[])).unwrap(), []);
}
