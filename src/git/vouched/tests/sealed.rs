//! Signatures of bytes that are no commit: only one that was made for the asked namespace vouches.

use super::*;

/// A signature in its binary form.
fn sign(hand: &Hand, key: &std::path::Path, namespace: &str, payload: &str) -> Vec<u8> {
    armor::blob(&hand.ssh_sign(key, namespace, payload)).unwrap()
}

fn states(hand: &Hand, sealed: &[(&str, &[u8])], keys: &Keys) -> Vec<(SignatureWord, Vec<String>)> {
    let sealed: Vec<_> =
        sealed.iter().map(|(payload, signature)| SealedBytes { payload: payload.as_bytes(), signature }).collect();
    let repo = Repo::open(&hand.dir, &hand.sample.surroundings).unwrap();
    let found = repo.vouched_bytes("said", &sealed, keys).unwrap();
    found.into_iter().map(|one| (one.state, one.principals)).collect()
}

#[test]
fn a_signature_for_another_namespace_or_of_other_bytes_is_bad_and_garbage_is_no_error() {
    let hand = Hand::new();
    let (mei, li) = (hand.ssh_key("mei"), hand.ssh_key("li"));
    let keys = ssh(&[format!("mei@x {}\n", hand.public(&mei)), format!("li@x {}\n", hand.public(&li))]);
    let (by_mei, by_li) = (sign(&hand, &mei, "said", "this"), sign(&hand, &li, "said", "this"));
    let for_git = sign(&hand, &mei, "git", "this");
    let cut = &by_mei[..by_mei.len() - 1];
    let longer = [&by_mei[..], b"x"].concat();
    let armored = hand.ssh_sign(&mei, "said", "this").into_bytes();
    let mut keyless = by_mei.clone();
    keyless[10] = 0xff;
    let found = states(
        &hand,
        &[
            ("this", &by_mei),
            ("that", &by_mei),
            ("this", b""),
            ("this", &by_li),
            ("this", &for_git),
            ("this", cut),
            ("this", &longer),
            ("this", &armored),
            ("this", &keyless),
            ("this", b"garbage \xff\0"),
        ],
        &keys,
    );
    let (bad, good) = ((SignatureWord::Bad, vec![]), |name: &str| (SignatureWord::Good, vec![name.to_string()]));
    assert_eq!((&found[0], &found[3]), (&good("mei@x"), &good("li@x")), "in the order that was asked");
    for nth in [1, 2, 4, 5, 6, 7, 8, 9] {
        assert_eq!(found[nth], bad, "{nth}");
    }
    assert_eq!(states(&hand, &[], &keys), []);
}

#[test]
fn a_key_counts_for_the_namespaces_of_its_line_and_until_it_is_revoked_or_expires() {
    let hand = Hand::new();
    let mei = hand.ssh_key("mei");
    let (by_mei, public) = (sign(&hand, &mei, "said", "this"), hand.public(&mei));
    let told = |options: &str| {
        let keys = ssh(&[format!("mei@x {options} {public}\n")]);
        states(&hand, &[("this", &by_mei)], &keys).remove(0).0
    };
    use SignatureWord::{Expired, Good, Revoked, Unknown, Untrusted};
    assert_eq!(told(""), Good);
    assert_eq!(told("namespaces=\"git,said\""), Good);
    assert_eq!(told("namespaces=\"git\""), Untrusted, "commits are what it is for");
    assert_eq!(told("valid-before=\"20200101\""), Expired);
    let revoked = Keys { revoked_ssh: Some(public.clone().into_bytes()), ..ssh(&[format!("mei@x {public}\n")]) };
    assert_eq!(states(&hand, &[("this", &by_mei)], &revoked)[0].0, Revoked);
    assert_eq!(states(&hand, &[("this", &by_mei)], &ssh(&[]))[0].0, Untrusted);
    assert_eq!(states(&hand, &[("this", &by_mei)], &Keys::default())[0].0, Unknown);
}
