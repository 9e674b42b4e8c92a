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
    let unsigned = unsigned.git(&["commit", "-q", "--no-gpg-sign", "-m", "x"]).verify();
    unsigned.refused_by("signature");
    unsigned.has_code("not-signed");
    // Bob writes alice's name on it.
    let named = court.work("bob").pin("web", "production", &to).git(&["add", "-A"]);
    let author = "--author=alice <alice@example.com>";
    named
        .git(&["commit", "-q", author, "-m", "x\n\nSigned-off-by: alice <alice@example.com>"])
        .verify()
        .waits_for("signature");
    court.work("bob").pin("web", "staging", &court.commit("web", 7)).commit("x").verify().passes();
}

#[test]
fn a_promotion_says_before_it_lands_what_verify_would_say_of_it() {
    let court = Court::new();
    let promote = |name: &str, more: &[&str]| {
        let args = [&["promote", "web", "--to", "production", "-q", "-o", "json"], more].concat();
        court.environment(name).stageline(&court.world.clone, &args)
    };
    assert_eq!(promote("bob", &[]).exits(3).refusal(), "needs-a-signer");
    assert_eq!(promote("eve", &[]).exits(1).code(), Some(1));
    // Without the public half beside it nobody knows whose key it is before it has signed.
    for name in ["alice", "bob", "eve"] {
        std::fs::remove_file(court.key(name).with_extension("key.pub")).unwrap();
    }
    let before = court.world.tip();
    assert_eq!(promote("eve", &[]).exits(1).code(), Some(1));
    assert_eq!(promote("bob", &[]).exits(3).refusal(), "needs-a-signer");
    court.world.fetch();
    assert_eq!(court.world.tip(), before, "nothing of it landed");
    promote("alice", &[]).exits(0);
}

#[test]
fn a_request_waits_for_its_signer_and_for_its_time() {
    let court = Court::ruled(|rules| {
        *rules = rules.replace("    signers: managers\n", "    signers: managers\n    landing: merge-request\n");
    });
    let ask = |name: &str, app: &str| {
        let args = ["promote", app, "--to", "production", "-q", "-o", "json"];
        court.environment(name).stageline(&court.world.clone, &args)
    };
    let report = ask("bob", "api").exits(0).json();
    assert_eq!(report["stage"], "proposed");
    let waits: Vec<&str> = report["gates"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|gate| gate["verdict"] == "pending")
        .filter_map(|gate| gate["gate"].as_str())
        .collect();
    assert_eq!(waits, ["soak", "signature"]);
    let branch = report["request"]["branch"].as_str().unwrap().to_string();
    let head = court.work("alice").git(&["checkout", "-q", &branch]);
    let verdict = head.verify();
    assert_eq!((verdict.code, verdict.gates("fail").len()), (Some(3), 0), "{:#}", verdict.report);
    // What fails is not even asked for.
    assert_eq!(ask("alice", "web").exits(0).json()["stage"], "proposed");
    let args = ["promote", "web", "--to", "production", "--commit", &court.commit("web", 7), "-q", "-o", "json"];
    court.environment("alice").stageline(&court.world.clone, &args).exits(1);
}

#[test]
fn a_signature_of_another_commit_or_of_a_key_that_is_gone_is_none() {
    let court = Court::new();
    let good = court.work("alice").pin("web", "production", &court.commit("web", 5)).commit("web to production");
    good.verify().passes();
    // Alice's signature on what bob has made.
    let bob = court.work("bob").pin("web", "production", &court.commit("web", 5)).commit("bob's");
    let raw = |work: &crate::support::court::Work| work.environment.git(&work.dir, &["cat-file", "commit", "HEAD"]);
    let signature = |text: &str| {
        let from = text.find("gpgsig ").unwrap();
        let until = text[from..].find("\n\n").unwrap() + from;
        text[from..until].to_string()
    };
    let (hers, his) = (raw(&good), raw(&bob));
    let forged = his.replace(&signature(&his), &signature(&hers)) + "\n";
    std::fs::write(bob.dir.join("../forged"), forged).unwrap();
    let id = bob.environment.git(&bob.dir, &["hash-object", "-t", "commit", "-w", "../forged"]);
    let forged = bob.git(&["reset", "-q", "--hard", &id]).verify();
    assert!(forged.gates("fail").contains("signature"), "{:#}", forged.report);
    // A key that expired counts no more, whatever date the commit has.
    let expired = court.signers(&["alice"]).replace(" namespaces", " valid-before=\"20200101\",namespaces");
    court.world.write(".stageline/allowed_signers", &(expired + &court.signers(&["bob"])));
    court.land_ago(60, "alice's key ends");
    let mut old = court.work("alice").pin("web", "production", &court.commit("web", 5));
    old.environment = old.environment.with("GIT_COMMITTER_DATE", "2019-06-01T00:00:00Z");
    let old = old.commit("x").verify();
    assert!(old.gates("fail").contains("signature"), "{:#}", old.report);
    court.world.write(".stageline/allowed_signers", &court.signers(&["alice", "bob"]));
    court.world.write(
        ".stageline/revoked_keys",
        &std::fs::read_to_string(court.key("alice").with_extension("key.pub")).unwrap(),
    );
    court.land_ago(50, "alice's key is revoked");
    let revoked = court.work("alice").pin("web", "production", &court.commit("web", 5)).commit("x").verify();
    assert!(revoked.gates("fail").contains("signature"), "{:#}", revoked.report);
}

#[test]
fn rules_that_name_people_without_anybodys_key_let_nobody_in() {
    let court = Court::new();
    court.world.git(&["rm", "-q", ".stageline/allowed_signers"]);
    court.land_ago(60, "Away with the keys");
    for name in ["alice", "eve"] {
        let args = ["promote", "web", "--to", "production", "-q", "-o", "json"];
        let refused = court.environment(name).stageline(&court.world.clone, &args).exits(3);
        assert!(refused.json().to_string().contains("nobody's signature is known"), "{:#}", refused.json());
        let hold = ["hold", "set", "web", "--env", "staging", "-m", "x", "-q", "-o", "json"];
        court.environment(name).stageline(&court.world.clone, &hold).exits(3);
    }
    court.work("alice").pin("web", "production", &court.commit("web", 5)).commit("x").verify().unknown_to("signature");
}

#[test]
fn a_base_is_counted_back_and_cut_short_as_git_does_and_no_tag_stands_for_one() {
    let court = Court::new();
    let work = court.work("alice").pin("web", "production", &court.commit("web", 5)).commit("web to production");
    let (head, base) = (work.head(), work.environment.git(&work.dir, &["rev-parse", "HEAD~1"]));
    let judged_on = |range: &str| {
        let verdict = work.verify_with(&[range]);
        verdict.passes();
        verdict.report["refs"][0]["base"].clone()
    };
    let wanted = judged_on(&format!("{base}..{head}"));
    assert_eq!(wanted, base.as_str());
    let short = &base[..9];
    for range in [format!("{head}~1..{head}"), format!("{head}^..{head}"), format!("{short}..{head}")] {
        assert_eq!(judged_on(&range), wanted, "{range}");
    }
    assert_eq!(judged_on("origin/main~0..HEAD"), wanted);
    // What anybody may push a tag by the name of is no base.
    work.environment.git(&work.dir, &["tag", "abcdef1", &head]);
    work.environment.git(&work.dir, &["tag", "base", &head]);
    for bad in ["abcdef1", "base", "base~1", "HEAD~1", "origin/main@{1}", "0123456789", "origin/main~99"] {
        let ran = work.verify_with(&[&format!("{bad}..HEAD")]);
        assert_eq!(
            (ran.code, &ran.report["error"]["code"]),
            (Some(2), &"no-such-branch".into()),
            "{bad}: {:#}",
            ran.report
        );
    }
}
