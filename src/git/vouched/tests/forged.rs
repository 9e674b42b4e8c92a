//! Forged and confusing signatures: none is good, and none has principals.

use std::path::Path;

use super::super::*;
use super::hand::{Hand, NOW};
use super::{ssh, vouch};

use SignatureWord::{Bad, Expired, Good, Revoked, Unknown, Untrusted};

type Row = (&'static str, CommitId, SignatureWord);

fn check(hand: &Hand, keys: &Keys, rows: &[Row]) {
    let commits: Vec<CommitId> = rows.iter().map(|row| row.1).collect();
    let found = vouch(hand, &commits, keys);
    let wrong = rows.iter().zip(&found).filter(|((_, _, word), found)| {
        found.state != *word || found.lacks.is_some() || (found.state == Good) == found.principals.is_empty()
    });
    let wrong: Vec<String> = wrong.map(|((name, _, word), found)| format!("{name}: not {word:?}: {found:?}")).collect();
    assert!(wrong.is_empty() && rows.len() == found.len(), "{}", wrong.join("\n"));
    assert_eq!(found.iter().filter(|one| one.state == Good).count(), 1, "one is good, or nothing is checked at all");
}

#[test]
fn no_forged_ssh_signature_vouches() {
    let hand = Hand::new();
    let [mei, eve, gone, late, filer, lost] =
        ["mei", "eve", "gone", "late", "filer", "lost"].map(|name| hand.ssh_key(name));
    let payload = hand.payload("signed", NOW);
    let good = hand.ssh_sign(&mei, "git", &payload);
    let of_eve = hand.ssh_sign(&eve, "git", &payload);
    let one = |signature: &str| hand.commit(&payload, &[("gpgsig", signature)]);
    let two = |first: (&str, &str), second: (&str, &str)| hand.commit(&payload, &[first, second]);
    let by = |key: &Path, namespace: &str| one(&hand.ssh_sign(key, namespace, &payload));
    let on = |text: &str| hand.commit(text, &[("gpgsig", &good)]);
    let old = hand.payload("before the key expired", 1_500_000_000);
    let tag = format!("object {}\ntype commit\ntag v1\ntagger Mei <mei@x> {NOW} +0000\n\nv1\n", one(&good));
    // The head of one with the tail of the other: the key and the start of the signature, and its end.
    let half = good.lines().count() / 2;
    let mixed: String = good.lines().take(half).chain(of_eve.lines().skip(half)).map(|l| format!("{l}\n")).collect();
    let rows = [
        ("the good one", one(&good), Good),
        ("another message", on(&payload.replace("signed", "forged")), Bad),
        ("a second tree", on(&format!("tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904\n{payload}")), Bad),
        ("one more parent", on(&payload.replacen("author", &format!("parent {}\nauthor", one(&good)), 1)), Bad),
        ("another date", on(&payload.replace(&NOW.to_string(), "1700000001")), Bad),
        ("line ends of another kind", on(&payload.replace("signed\n", "signed\r\n")), Bad),
        ("one line end more", on(&format!("{payload}\n")), Bad),
        ("one line end less", on(payload.trim_end()), Bad),
        ("a blank at the end of a line", on(&payload.replace("signed", "signed ")), Bad),
        ("something after a NUL", on(&format!("{payload}\0more")), Bad),
        ("another namespace", by(&mei, "file"), Bad),
        ("the namespace in another case", by(&mei, "Git"), Bad),
        ("a stranger", one(&of_eve), Untrusted),
        ("a key for files only", by(&filer, "git"), Untrusted),
        ("a key that is not good yet", by(&late, "git"), Untrusted),
        ("a key that is no longer good", by(&gone, "git"), Expired),
        ("backdated to when it was", hand.commit(&old, &[("gpgsig", &hand.ssh_sign(&gone, "git", &old))]), Expired),
        ("a lost key", by(&lost, "git"), Revoked),
        ("two headers", two(("gpgsig", &good), ("gpgsig", &good)), Bad),
        ("two signers", two(("gpgsig", &good), ("gpgsig", &of_eve)), Bad),
        ("beside one of the other hash", two(("gpgsig", &good), ("gpgsig-sha256", &good)), Bad),
        ("the other hash alone", hand.commit(&payload, &[("gpgsig-sha256", &good)]), Unknown),
        ("two in one header", one(&format!("{good}{good}")), Bad),
        ("a beginning after the end", one(&format!("{good}-----BEGIN SSH SIGNATURE-----\n")), Bad),
        ("words after the end", one(&format!("{good}trust me\n")), Bad),
        ("words before the beginning", one(&format!("trust me\n{good}")), Unknown),
        ("no end", one(&good.replace("-----END SSH SIGNATURE-----", "")), Bad),
        ("an end in the line", one(&good.replace("\n-----END", "-----END")), Bad),
        ("lines that end as on Windows", one(&good.replace('\n', "\r\n")), Bad),
        ("nothing in it", one("-----BEGIN SSH SIGNATURE-----\n-----END SSH SIGNATURE-----"), Bad),
        ("no base64", one("-----BEGIN SSH SIGNATURE-----\n&&&&\n-----END SSH SIGNATURE-----"), Bad),
        ("one key, another's signature", one(&mixed), Bad),
        ("a tag's signature", one(&hand.ssh_sign(&mei, "git", &tag)), Bad),
        ("an empty header", one(""), Unknown),
    ];
    let lines = [
        format!("mei@x {}\n", hand.public(&mei)),
        format!("gone@x valid-before=\"20200101\" {}\n", hand.public(&gone)),
        format!("late@x valid-after=\"20900101\" {}\n", hand.public(&late)),
        format!("filer@x namespaces=\"file\" {}\n", hand.public(&filer)),
        format!("lost@x {}\n", hand.public(&lost)),
        format!("# eve@x {}\n", hand.public(&eve)),
    ];
    let keys = Keys { revoked_ssh: Some(format!("{}\n", hand.public(&lost)).into_bytes()), ..ssh(&lines) };
    check(&hand, &keys, &rows);
    // Whoever cannot read the list of revoked keys knows of none that it is good.
    for unreadable in ["no key\n", "SSHKRL\n\0"] {
        let keys = Keys { revoked_ssh: Some(unreadable.into()), ..ssh(&lines) };
        assert_ne!(vouch(&hand, &[one(&good)], &keys)[0].state, Good, "{unreadable}");
    }
}

#[test]
fn no_forged_certificate_vouches() {
    let hand = Hand::new();
    let (ca, other) = (hand.ssh_key("ca"), hand.ssh_key("other"));
    let payload = hand.payload("signed", NOW);
    let by = |key: &Path| hand.commit(&payload, &[("gpgsig", &hand.ssh_sign(key, "git", &payload))]);
    let certified = |name: &str, authority: &Path, principals: &str, validity: &str| {
        let key = hand.ssh_key(name);
        (by(&hand.certify(authority, &key, principals, validity)), key)
    };
    let always = "always:forever";
    let (good, good_key) = certified("good", &ca, "mei@x", always);
    let (listed, listed_key) = certified("listed", &other, "mei@x", always);
    let rows = [
        ("the good one", good, Good),
        ("by another authority", certified("a", &other, "mei@x", always).0, Untrusted),
        ("for somebody else", certified("b", &ca, "mei@y", always).0, Untrusted),
        ("no longer good", certified("c", &ca, "mei@x", "20200101:20210101").0, Untrusted),
        ("not good yet", certified("d", &ca, "mei@x", "20900101:20910101").0, Untrusted),
        ("of a key that is listed itself", listed, Untrusted),
        ("the key without its certificate", by(&good_key), Untrusted),
        ("the authority itself", by(&ca), Untrusted),
    ];
    let lines = [format!("*@x cert-authority {}\n", hand.public(&ca)), format!("li@x {}\n", hand.public(&listed_key))];
    check(&hand, &ssh(&lines), &rows);
    let keys = Keys { revoked_ssh: Some(hand.public(&good_key).into_bytes()), ..ssh(&lines) };
    assert_eq!(vouch(&hand, &[good], &keys)[0].state, Revoked);
}

#[test]
fn no_forged_openpgp_signature_vouches() {
    let hand = Hand::new();
    let long_ago = Some("20200101T000000");
    let key = |user_id: &str| hand.pgp_key(user_id, "never", None);
    let (mei, eve, lost, part) = (key("Mei <mei@x>"), key("Mei Lin <mei@x>"), key("Lost <lost@x>"), key("Part <p@x>"));
    let (gone, old) = (hand.pgp_key("Gone <g@x>", "30d", long_ago), hand.pgp_key("Old <o@x>", "never", long_ago));
    hand.gpg(&["--quick-add-key", &part, "ed25519", "sign", "never"], b"");
    let payload = hand.payload("signed", NOW);
    let good = hand.pgp_sign(&mei, &payload);
    let one = |signature: &str| hand.commit(&payload, &[("gpgsig", signature)]);
    let two = |first: (&str, &str), second: (&str, &str)| hand.commit(&payload, &[first, second]);
    let on = |text: &str| hand.commit(text, &[("gpgsig", &good)]);
    let with = |args: &[&str]| one(&hand.pgp_sign_with(args, &payload));
    let said = |args: &[&str]| String::from_utf8(hand.gpg(args, payload.as_bytes())).unwrap();
    let crlf = payload.replace("signed\n", "signed\r\n");
    let by_text = hand.pgp_sign_with(&["-u", &mei, "--textmode"], &payload);
    let inline = said(&["-u", &mei, "--armor", "--sign"]);
    let public = String::from_utf8(hand.pgp_public(&mei, true)).unwrap();
    let ssh_key = hand.ssh_key("ssh");
    let by_ssh = hand.ssh_sign(&ssh_key, "git", &payload);
    let then = "--faked-system-time=20200110T000000";
    let rows = [
        ("the good one", one(&good), Good),
        ("another message", on(&payload.replace("signed", "forged")), Bad),
        ("line ends of another kind", on(&crlf), Bad),
        ("one line end less", on(payload.trim_end()), Bad),
        ("lines as text", one(&by_text), Bad),
        ("lines as text with other ends", hand.commit(&crlf, &[("gpgsig", &by_text)]), Bad),
        ("a stranger of the same address", with(&["-u", &eve]), Unknown),
        ("an expired key, of a time when it was good", with(&["-u", &gone, then]), Expired),
        ("an expired signature", with(&["-u", &old, then, "--default-sig-expire=5d"]), Expired),
        ("a revoked key", with(&["-u", &lost]), Revoked),
        ("a revoked subkey", with(&["-u", &part]), Revoked),
        ("one that is known and one that is not", with(&["-u", &mei, "-u", &eve]), Bad),
        ("two that are known", with(&["-u", &mei, "-u", &old]), Bad),
        ("two headers", two(("gpgsig", &good), ("gpgsig", &good)), Bad),
        ("beside one of the other hash", two(("gpgsig-sha256", &good), ("gpgsig", &good)), Bad),
        ("beside an SSH signature", two(("gpgsig", &good), ("gpgsig", &by_ssh)), Bad),
        ("with an SSH signature in one header", one(&format!("{good}{by_ssh}")), Bad),
        ("after an SSH signature in one header", one(&format!("{by_ssh}{good}")), Bad),
        ("a message that holds its own text", one(&inline), Unknown),
        ("the same by another name", one(&inline.replace("PGP MESSAGE", "PGP SIGNATURE")), Bad),
        ("a clear text", one(&said(&["-u", &mei, "--clear-sign"])), Unknown),
        ("a key", one(&public.replace("PGP PUBLIC KEY BLOCK", "PGP SIGNATURE")), Bad),
        ("nothing in it", one("-----BEGIN PGP SIGNATURE-----\n\n-----END PGP SIGNATURE-----"), Bad),
        ("X.509", one("-----BEGIN SIGNED MESSAGE-----\nMIIB\n-----END SIGNED MESSAGE-----"), Unknown),
    ];
    hand.revoke(&lost);
    hand.revoke_subkey(&part);
    let mut openpgp: Vec<_> = [&mei, &gone, &old, &lost, &part].map(|key| hand.pgp_public(key, true)).into();
    openpgp.insert(1, b"no key at all".to_vec());
    let lines = [format!("mei@x {}\n", hand.public(&ssh_key))];
    check(&hand, &Keys { openpgp, ..ssh(&lines) }, &rows);
}

#[test]
fn a_tag_is_no_commit_and_vouches_for_nothing() {
    let hand = Hand::new();
    let mei = hand.ssh_key("mei");
    let head = hand.sample.id(&hand.dir, "HEAD");
    let tag = format!("object {head}\ntype commit\ntag v1\ntagger Mei <mei@x> {NOW} +0000\n\nv1\n");
    let tag = hand.object("tag", &format!("{tag}{}", hand.ssh_sign(&mei, "git", &tag)));
    let repo = Repo::open(&hand.dir, &hand.sample.surroundings).unwrap();
    let keys = ssh(&[format!("mei@x {}\n", hand.public(&mei))]);
    assert!(matches!(repo.vouched(&[tag], &keys), Err(Error::CannotTell(_))));
}
