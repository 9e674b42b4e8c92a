//! `verify` on what people make by hand: each way around the rules, beside the one that goes by them.

use crate::support::court::Court;

#[test]
fn a_pin_moved_by_hand_passes_by_the_rules_and_is_stopped_by_each_of_them() {
    let court = Court::new();
    court.work("alice").pin("web", "production", &court.commit("web", 5)).commit("web to production").verify().passes();
    let work = || court.work("alice");
    // It is on `latest` alone, and never was in staging.
    let unmerged = work().pin("web", "production", &court.unmerged("web")).commit("x").verify();
    assert_eq!(unmerged.gates("fail").into_iter().collect::<Vec<_>>(), ["branches", "order", "soak"]);
    work().pin("web", "staging", &court.unmerged("web")).commit("x").verify().passes();
    let skipped = work().pin("web", "production", &court.commit("web", 7)).commit("x").verify();
    assert_eq!(skipped.gates("fail").into_iter().collect::<Vec<_>>(), ["order", "soak"]);
    work().pin("api", "production", &court.commit("api", 5)).commit("x").verify().waits_for("soak");
}

#[test]
fn who_signs_decides_and_not_who_is_named() {
    let court = Court::new();
    let to = court.commit("web", 5);
    let change = |name: &str| court.work(name).pin("web", "production", &to).commit("web to production");
    change("alice").verify().passes();
    change("bob").verify().waits_for("signature");
    let eve = change("eve").verify();
    assert_eq!(eve.gates("fail").into_iter().collect::<Vec<_>>(), ["signature"]);
    let unsigned = court.work("alice").pin("web", "production", &to).git(&["add", "-A"]);
    unsigned.git(&["commit", "-q", "--no-gpg-sign", "-m", "x"]).verify().refused_by("signature");
    // Bob writes alice's name on it.
    let named = court.work("bob").pin("web", "production", &to).git(&["add", "-A"]);
    let author = "--author=alice <alice@example.com>";
    named
        .git(&["commit", "-q", author, "-m", "x\n\nSigned-off-by: alice <alice@example.com>"])
        .verify()
        .waits_for("signature");
    court.work("bob").pin("web", "staging", &court.commit("web", 7)).commit("x").verify().passes();
}
