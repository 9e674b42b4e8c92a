//! Owners of an application may sign for its own overlay: what of a change that is, and everything that it is not.

use crate::support::court::{Court, Verdict, Work};
use crate::support::world::overlay_file;

/// `web` is bob's and `api` is eve's; alice signs for production.
fn court() -> Court {
    ruled(|_| {})
}

/// The same by other rules.
fn ruled(change: impl FnOnce(&mut String)) -> Court {
    let court = Court::ruled(|rules| {
        *rules = rules
            .replace("people:\n", "people:\n  eve: { principals: [eve@example.com] }\n")
            .replace("managers: [alice] }", "managers: [alice], team-web: [bob], team-api: [eve] }")
            .replace("  - name: web\n", "  - name: web\n    owners: team-web\n")
            .replace("  - name: api\n", "  - name: api\n    owners: team-api\n");
        change(rules);
    });
    court.world.write(".stageline/allowed_signers", &court.signers(&["alice", "bob", "eve"]));
    court.land_ago(500, "Know eve");
    court
}

/// A file beside the kustomization of an overlay.
fn beside(app: &str, env: &str) -> String {
    overlay_file(app, env).replace("kustomization.yaml", "patch.yaml")
}

/// What is said of files that somebody writes.
fn written(court: &Court, name: &str, paths: &[&str]) -> Verdict {
    paths.iter().fold(court.work(name), |work, path| work.write(path, "a: 1\n")).commit("x").verify()
}

/// The overlay of an application with more in its kustomization.
fn with_more(work: Work, app: &str, env: &str, more: &str) -> Work {
    let file = overlay_file(app, env);
    let text = work.read(&file);
    work.write(&file, &format!("{text}{more}"))
}

#[test]
fn an_owner_signs_for_the_own_overlay_as_well_as_who_signs_for_the_environment() {
    let court = court();
    let of = |name: &str| {
        let work = with_more(court.work(name), "web", "production", "replicas: [{ name: web, count: 3 }]\n");
        work.write(&beside("web", "production"), "a: 1\n").commit("Three of them").verify()
    };
    of("bob").passes();
    of("alice").passes();
    let eve = of("eve");
    eve.waits_for("signature");
    // Whoever asks is told of both.
    let asked = eve.report["refs"][0]["changes"][0]["refusals"][0].clone();
    let told = asked["hints"].to_string();
    assert!(told.contains("`managers` (alice)") && told.contains("`team-web` (bob)"), "{asked:#}");
    // Without owners only the environment's signers may.
    let none = ruled(|rules| *rules = rules.replace("    owners: team-web\n", ""));
    written(&none, "bob", &[&beside("web", "production")]).waits_for("signature");
    written(&none, "alice", &[&beside("web", "production")]).passes();
}

#[test]
fn the_owner_of_another_application_does_not() {
    let court = court();
    let api = beside("api", "production");
    written(&court, "bob", &[&api]).waits_for("signature");
    written(&court, "eve", &[&api]).passes();
    // Nor the owner of one of two that change together.
    let both = [beside("web", "production"), api];
    let both: Vec<&str> = both.iter().map(String::as_str).collect();
    written(&court, "bob", &both).waits_for("signature");
    written(&court, "eve", &both).waits_for("signature");
    written(&court, "alice", &both).passes();
    let all = ruled(|rules| *rules = rules.replace("team-api: [eve]", "team-api: [eve, bob]"));
    written(&all, "bob", &both).passes();
}

#[test]
fn whom_the_same_change_makes_an_owner_is_none_in_it() {
    let court = court();
    let made = |work: Work| work.change("stageline.yaml", "team-web: [bob]", "team-web: [bob, eve]");
    let both = made(court.work("eve")).write(&beside("web", "production"), "a: 1\n").commit("x").verify();
    assert_eq!(both.code, Some(1), "{:#}", both.report);
    assert!(both.gates("pending").contains("signature"), "{:#}", both.report);
    // In two commits of one push, of which the first is good, neither.
    let first = made(court.work("alice").git(&["checkout", "-q", "-b", "topic"])).commit("Eve, too");
    let head = first.head();
    let second = Work { environment: court.environment("eve"), dir: first.dir.clone() };
    let second = second.write(&beside("web", "production"), "a: 1\n").commit("x");
    let old = court.world.environment.git(&court.world.remote, &["rev-parse", "main"]);
    let lines = |new: &str| format!("{old} {new} refs/heads/main\n");
    let pushed = second.pre_receive(&second.dir, &lines(&second.head()));
    assert_eq!((pushed.code, pushed.gates("pending").contains("signature")), (Some(1), true), "{:#}", pushed.report);
    second.pre_receive(&second.dir, &lines(&head)).passes();
    // Once it has landed she is one.
    court.world.write("stageline.yaml", &second.read("stageline.yaml"));
    court.land_ago(60, "Eve, too");
    written(&court, "eve", &[&beside("web", "production")]).passes();
}

#[test]
fn what_two_overlays_build_on_is_nobodys_own() {
    let court = court();
    // Also where both are of the same application.
    written(&court, "bob", &["apps/web/base/more.yaml"]).waits_for("signature");
    let base = "apps/web/base/deployment.yaml";
    let image = |name: &str| court.work(name).change(base, "shop/web", "evil/web").commit("x").verify();
    image("bob").waits_for("signature");
    image("alice").passes();
    written(&court, "bob", &[&beside("web", "production")]).passes();
    written(&court, "bob", &[&beside("web", "production"), "apps/web/base/more.yaml"]).waits_for("signature");
}

#[test]
fn an_overlay_that_another_one_builds_on_is_nobodys_own() {
    let court = court();
    let part = "apps/web/overlays/production/part";
    let component = "kind: Component\napiVersion: kustomize.config.k8s.io/v1alpha1\n";
    court.world.write(&format!("{part}/kustomization.yaml"), component);
    court.land_ago(60, "A part");
    let inside = format!("{part}/x.yaml");
    written(&court, "bob", &[&inside]).passes();
    // The very change that leads there counts as well.
    let leads = "components: [../../../web/overlays/production/part]\n";
    let both = with_more(court.work("bob"), "api", "staging", leads).write(&inside, "a: 1\n").commit("x");
    both.verify().waits_for("signature");
    let text = court.world.read(&overlay_file("api", "production"));
    court.world.write(&overlay_file("api", "production"), &format!("{text}{leads}"));
    court.land_ago(50, "api builds on it");
    written(&court, "bob", &[&inside]).waits_for("signature");
    written(&court, "alice", &[&inside]).passes();
    // What api does not reach is web's alone.
    written(&court, "bob", &[&beside("web", "production")]).passes();
}

#[test]
fn a_pin_that_moves_with_it_takes_the_signers() {
    let court = court();
    let to = court.commit("web", 5);
    let patched = |name: &str| court.work(name).write(&beside("web", "production"), "a: 1\n");
    patched("bob").pin("web", "production", &to).commit("x").verify().waits_for("signature");
    patched("alice").pin("web", "production", &to).commit("x").verify().passes();
    // The pin alone takes them as ever, also where a digest is all that comes.
    court.work("bob").pin("web", "production", &to).commit("x").verify().waits_for("signature");
    let now = court.commit("web", 3);
    let digest = format!("newTag: \"{now}\"\n    digest: sha256:{}", "a".repeat(64));
    let file = overlay_file("web", "production");
    court.work("bob").change(&file, &format!("newTag: \"{now}\""), &digest).commit("x").verify().waits_for("signature");
    // One of another application in that environment, too; one of an environment without signers does not.
    let other = patched("bob").pin("api", "production", &court.commit("api", 5)).commit("x").verify();
    assert!(other.gates("pending").contains("signature"), "{:#}", other.report);
    patched("bob").pin("web", "staging", &court.commit("web", 6)).commit("x").verify().passes();
}

#[test]
fn policy_in_an_overlay_and_names_beside_it_are_not_the_owners() {
    let court = court();
    written(&court, "bob", &["apps/web/overlays/production/CODEOWNERS"]).waits_for("scope");
    let cased = written(&court, "bob", &["apps/web/overlays/Production/patch.yaml"]);
    assert_ne!(cased.code, Some(0), "{:#}", cased.report);
    assert!(cased.gates("pending").contains("signature"), "{:#}", cased.report);
    written(&court, "bob", &["apps/web/overlays/production/owners.md"]).passes();
}

#[test]
fn the_whole_folder_is_the_signers_where_its_pin_goes_with_it() {
    let court = court();
    let gone =
        |name: &str| court.work(name).git(&["rm", "-q", "-r", "apps/web/overlays/production"]).commit("x").verify();
    gone("bob").waits_for("signature");
    gone("alice").passes();
}

#[test]
fn an_environment_on_its_own_branch_takes_an_owner_of_both_files() {
    let court = ruled(|rules| {
        *rules = rules.replace("    signers: managers\n", "    signers: managers\n    git: { branch: production }\n");
    });
    court.world.git(&["push", "-q", "origin", "HEAD:production"]);
    let ask = |name: &str| {
        let work = court.work(name).git(&["checkout", "-q", "production"]);
        work.write(&beside("web", "production"), "a: 1\n").commit("x").verify_with(&["--onto", "production"])
    };
    ask("bob").passes();
    let own = |from: &str, to: &str| {
        let work = court.work("alice").git(&["checkout", "-q", "production"]).change("stageline.yaml", from, to);
        work.commit("x").git(&["push", "-q", "origin", "HEAD:production"]);
    };
    // The copy has another owner: neither is one of both.
    own("owners: team-web", "owners: team-api");
    ask("bob").waits_for("signature");
    ask("eve").waits_for("signature");
    ask("alice").passes();
    // Nor does main's say alone count where the copy names none.
    own("    owners: team-api\n    source", "    source");
    ask("bob").waits_for("signature");
    own("  - name: web\n", "  - name: web\n    owners: team-web\n");
    ask("bob").passes();
    // And main may have another one, too.
    court.world.write(
        "stageline.yaml",
        &court.world.read("stageline.yaml").replacen("owners: team-web", "owners: team-api", 1),
    );
    court.land_ago(60, "web is eve's");
    ask("bob").waits_for("signature");
}

#[test]
fn members_of_a_family_have_the_owners_that_the_family_names_and_no_others() {
    let of = |owners: &str| {
        ruled(|rules| {
            let at = rules.find("applications:").expect("applications");
            let line = rules.lines().find_map(|line| line.trim().strip_prefix("source: ")).expect("a source");
            let sources = line.rsplit_once('/').expect("a path").0.to_string();
            rules.truncate(at);
            rules.push_str(&format!(
                "applications:\n  - each: \"{{application}}\"\n{owners}    source: \"{sources}/{{application}}\"\n    version: \"{{commit}}\"\n    \
                 pins: [{{ image: \"registry.example.com/shop/{{application}}\", in: \"apps/{{application}}/overlays/{{environment}}\" }}]\n"
            ));
        })
    };
    let file = beside("web", "production");
    let none = of("");
    written(&none, "bob", &[&file]).waits_for("signature");
    written(&none, "alice", &[&file]).passes();
    let some = of("    owners: team-web\n");
    written(&some, "bob", &[&file]).passes();
    written(&some, "eve", &[&file]).waits_for("signature");
    // A folder of none that is known has no owners.
    let unknown = written(&some, "bob", &["apps/new/overlays/production/patch.yaml"]);
    assert!(unknown.gates("pending").contains("signature"), "{:#}", unknown.report);
}
