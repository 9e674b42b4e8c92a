//! `verify` reads rules, keys and classes of paths where nobody who proposes a change can reach them.

use crate::support::court::Court;
use crate::support::world::overlay_file;

#[test]
fn rules_that_are_weakened_in_the_same_change_do_not_count_in_it() {
    let court = Court::new();
    let to = court.commit("api", 5);
    let weaken = |name: &str| court.work(name).change("stageline.yaml", "soak: 1h", "soak: 1s");
    weaken("alice").pin("api", "production", &to).commit("x").verify().waits_for("soak");
    weaken("alice").commit("Soak for a second").verify().passes();
    weaken("bob").commit("Soak for a second").verify().waits_for("scope");
}

#[test]
fn rules_of_an_earlier_base_do_not_count() {
    let court = Court::new();
    let older = court.work("alice").pin("web", "production", &court.commit("web", 5)).commit("web to production");
    older.verify().passes();
    let rules = court.world.read("stageline.yaml").replace("soak: 1h", "soak: 30d");
    court.world.write("stageline.yaml", &rules);
    court.land_ago(60, "Soak for a month");
    older.verify().waits_for("soak");
}

#[test]
fn taking_the_rules_away_is_refused_to_everybody_and_breaking_them_too() {
    let court = Court::new();
    court.work("alice").git(&["rm", "-q", "stageline.yaml"]).commit("x").verify().refused_by("scope");
    let link = court.work("alice").git(&["mv", "stageline.yaml", "rules.yaml"]);
    std::os::unix::fs::symlink("rules.yaml", link.dir.join("stageline.yaml")).unwrap();
    assert_eq!(link.commit("x").verify().code, Some(1));
    let broken = court.work("alice").change("stageline.yaml", "version: 1\n", "version: one\n").commit("x").verify();
    assert_eq!((broken.code, broken.gates("fail").len()), (Some(1), 1), "{:#}", broken.report);
    court.work("alice").change("stageline.yaml", "soak: 1h", "soak: 2h").commit("x").verify().passes();
}

#[test]
fn nobody_lets_himself_in() {
    let court = Court::new();
    let all = court.signers(&["alice", "bob", "eve"]);
    let eve = court.work("eve").write(".stageline/allowed_signers", &all).commit("x").verify();
    assert_eq!(eve.gates("fail").into_iter().collect::<Vec<_>>(), ["signature"]);
    court.work("bob").write(".stageline/allowed_signers", &all).commit("x").verify().waits_for("scope");
    court.work("bob").write(".stageline/allowed_signers", &all).commit("x").verify().has_code("needs-owners");
    court.work("bob").write(".stageline/keys/eve.asc", "a key").commit("x").verify().waits_for("scope");
    court
        .work("bob")
        .write(".stageline/revoked_keys", &court.signers(&["alice"]))
        .commit("x")
        .verify()
        .waits_for("scope");
    court
        .work("bob")
        .change("stageline.yaml", "managers: [alice]", "managers: [alice, bob]")
        .commit("x")
        .verify()
        .waits_for("scope");
    court.work("bob").change("stageline.yaml", "    signers: managers\n", "").commit("x").verify().waits_for("scope");
    court.work("bob").change("stageline.yaml", "owners: managers\n", "").commit("x").verify().waits_for("scope");
    court.work("alice").write(".stageline/allowed_signers", &all).commit("x").verify().passes();
}

#[test]
fn a_change_of_people_keys_or_signers_lands_alone() {
    let court = Court::new();
    let to = court.commit("web", 5);
    let keys = || court.work("alice").write(".stageline/allowed_signers", &court.signers(&["alice"]));
    keys().commit("x").verify().passes();
    let both = keys().pin("web", "production", &to).commit("x").verify();
    both.refused_by("scope");
    both.has_code("not-alone");
    let group = court.work("alice").change("stageline.yaml", "managers: [alice]", "managers: [bob]");
    group.pin("web", "production", &to).commit("x").verify().refused_by("scope");
    let base = court.work("alice").change("stageline.yaml", "soak: 1h", "soak: 2h");
    base.pin("web", "production", &to).commit("x").verify().passes();
}

#[test]
fn what_may_say_what_lands_is_policy_wherever_it_stands() {
    let court = Court::new();
    for path in [
        ".github/workflows/verify.yml",
        "CODEOWNERS",
        ".gitlab-ci.yml",
        "docs/CODEOWNERS",
        "Jenkinsfile",
        ".stageline/more.yaml",
    ] {
        court.work("bob").write(path, "x\n").commit("x").verify().waits_for("scope");
    }
    court.work("alice").write("CODEOWNERS", "* @alice\n").commit("x").verify().passes();
    court.work("bob").write("notes/CI.md", "x\n").commit("x").verify().passes();
}

#[test]
fn what_overlays_build_on_belongs_to_their_environments() {
    let court = Court::new();
    let base = "apps/web/base/deployment.yaml";
    let image = "image: registry.example.com/shop/web";
    let evil = |name: &str| court.work(name).change(base, image, "image: registry.example.com/evil/web").commit("x");
    evil("bob").verify().waits_for("signature");
    evil("alice").verify().passes();
    // Of staging alone, which has no signers.
    let overlay = overlay_file("web", "staging");
    let text = court.world.read(&overlay);
    let component = "apps/web/extra/kustomization.yaml";
    let more = format!("{text}components: [../../extra]\n");
    let with = |name: &str| {
        let work = court.work(name).write(component, "kind: Component\napiVersion: kustomize.config.k8s.io/v1alpha1\n");
        work.write(&overlay, &more).commit("x")
    };
    with("bob").verify().passes();
    let production = overlay_file("web", "production");
    let more = format!("{}components: [../../extra]\n", court.world.read(&production));
    let work = court.work("bob").write(component, "kind: Component\napiVersion: kustomize.config.k8s.io/v1alpha1\n");
    work.write(&production, &more).commit("x").verify().waits_for("signature");
}

#[test]
fn what_generators_charts_and_releases_name_is_built_on_as_well() {
    let court = Court::new();
    let production = overlay_file("web", "production");
    let folder = production.rsplit_once('/').unwrap().0.to_string();
    let text = court.world.read(&production);
    let more =
        "generators: [generator.yaml]\nconfigMapGenerator:\n- name: x\n  files: [key=../../../../shared/config.txt]\n";
    court.world.write(&production, &format!("{text}{more}"));
    court.world.write("shared/config.txt", "a\n");
    let generator =
        "apiVersion: builtin\nkind: ConfigMapGenerator\nmetadata: { name: y }\nfiles: [../../../../shared/other.txt]\n";
    court.world.write(&format!("{folder}/generator.yaml"), generator);
    court.world.write("shared/other.txt", "a\n");
    let release = "kind: HelmRelease\nspec:\n  chart:\n    spec:\n      chart: ./charts/web\n";
    court.world.write(&format!("{folder}/release.yaml"), release);
    court.world.write(
        "charts/web/Chart.yaml",
        "name: web\nversion: 1.0.0\ndependencies:\n- { name: lib, version: 1.0.0, repository: \"file://../lib\" }\n",
    );
    court.world.write("charts/web/templates/x.yaml", "a: 1\n");
    court.world.write("charts/lib/templates/y.yaml", "a: 1\n");
    court.world.write("charts/none/z.yaml", "a: 1\n");
    court.land_ago(60, "More that production is built from");
    for path in ["shared/config.txt", "shared/other.txt", "charts/web/templates/x.yaml", "charts/lib/templates/y.yaml"]
    {
        court.work("bob").write(path, "b: 2\n").commit("x").verify().waits_for("signature");
    }
    court.work("bob").write("charts/none/z.yaml", "b: 2\n").commit("x").verify().passes();
}

#[test]
fn what_is_more_than_a_pin_is_told_from_it() {
    let court = Court::new();
    let file = overlay_file("web", "production");
    let of = |name: &str, from: &str, to: &str| court.work(name).change(&file, from, to).commit("x").verify();
    let now = court.commit("web", 3);
    let digest = format!("digest: sha256:{}\n    newTag: \"{now}\"", "a".repeat(64));
    let named = format!("newName: evil.example.com/web\n    newTag: \"{now}\"");
    let tag = format!("newTag: \"{now}\"");
    for to in [&digest, &named] {
        of("bob", &tag, to).waits_for("signature");
    }
    of("alice", &tag, &named).passes();
}

#[test]
fn what_cannot_be_read_any_more_is_refused() {
    let court = Court::new();
    let file = overlay_file("web", "production");
    let now = court.commit("web", 3);
    let text = court.world.read(&file);
    let line = format!("newTag: \"{now}\"");
    let twice = text.replace(&line, &format!("newTag: {}\n    {line}", court.commit("web", 7)));
    court.work("alice").write(&file, &twice).commit("x").verify().refused_by("scope");
    court.work("alice").write(&file, "images: [").commit("x").verify().refused_by("scope");
    court.work("alice").write(&file, &format!("{text}# a remark\n")).commit("x").verify().passes();
}

#[test]
fn links_and_other_repositories_do_not_stand_in_for_governed_files() {
    let court = Court::new();
    let file = overlay_file("web", "production");
    let link = court.work("alice").git(&["mv", &file, "elsewhere.yaml"]);
    std::os::unix::fs::symlink("../../../../elsewhere.yaml", link.dir.join(&file)).unwrap();
    link.commit("x").verify().refused_by("scope");
    let head = court.work("alice").head();
    let info = format!("160000,{head},apps/web/overlays/production/more");
    let module = court.work("alice").git(&["update-index", "--add", "--cacheinfo", &info]);
    let module = module.git(&["commit", "-q", "-m", "x"]).verify();
    module.refused_by("scope");
    module.has_code("strange-tree");
    let outside = court.work("bob");
    std::os::unix::fs::symlink("README.md", outside.dir.join("README")).unwrap();
    outside.commit("x").verify().passes();
}

#[test]
fn names_that_some_file_systems_take_for_one_another_are_refused() {
    let court = Court::new();
    let twin = overlay_file("web", "production").replace("kustomization", "Kustomization");
    court.work("alice").write(&twin, "images: []\n").commit("x").verify().refused_by("scope");
    let folder = overlay_file("web", "production").replace("production", "Production");
    court.work("alice").write(&folder, "images: []\n").commit("x").verify().refused_by("scope");
    let composed = court.work("alice").write("apps/web/overlays/production/caf\u{e9}.yaml", "a: 1\n");
    composed.write("apps/web/overlays/production/cafe\u{301}.yaml", "a: 2\n").commit("x").verify().refused_by("scope");
    court.work("bob").write("docs/A.md", "x\n").write("docs/a.md", "x\n").commit("x").verify().passes();
}

/// A name that git itself takes only where it does not look at it as Windows or macOS do.
fn named(court: &Court, name: &str, path: &str) -> crate::support::court::Verdict {
    let work =
        court.work(name).git(&["config", "core.protectNTFS", "false"]).git(&["config", "core.protectHFS", "false"]);
    work.write(path, "a: 1\n").commit("x").verify()
}

#[test]
fn what_windows_or_macos_takes_for_a_governed_name_is_refused_beside_it() {
    let court = Court::new();
    for path in [
        "stageline.yaml.",
        "stageline.yaml ",
        "stageline.yaml::$DATA",
        "STAGEL~1.YAM",
        "stage\u{200c}line.yaml",
        "stageline.yaml\u{feff}",
        ".stageline./allowed_signers",
        ".stageline/allowed_signers ",
        ".stageline/ALLOWE~1",
        "STAGEL~1/allowed_signers",
        ".stage\u{200d}line/keys/eve.asc",
        "apps/web/overlays/production/kustomization.yaml.",
        "apps/web/overlays/production/kustomization.yaml:x",
        "apps/web/overlays/production/KUSTOM~1.YAM",
        "apps/web/overlays/production./patch.yaml",
        "apps/web/overlays/PRODUC~1/patch.yaml",
        "apps/web/overlays/pro\u{200b}duction/patch.yaml",
        "apps/web/base./deployment.yaml",
        "apps/web/base/deployment.yaml ",
    ] {
        let said = named(&court, "alice", path);
        assert_eq!((said.code, said.gates("fail").contains("scope")), (Some(1), true), "{path:?} {:#}", said.report);
        said.has_code("strange-tree");
    }
}

#[test]
fn what_would_become_policy_elsewhere_is_policy() {
    let court = Court::new();
    for path in [
        ".gitattributes.",
        "CODEOWNERS ",
        ".github./workflows/x.yml",
        "GITATT~1",
        "Jenkinsfile::$DATA",
        ".git\u{200c}modules",
    ] {
        named(&court, "bob", path).waits_for("scope");
    }
    // Of a base, and of an overlay that is not there yet.
    named(&court, "bob", "apps/api/overlays/production/more.").waits_for("signature");
    named(&court, "bob", "apps/new/x.yaml").passes();
}

#[test]
fn names_with_dots_blanks_or_letters_of_any_script_are_fine() {
    let court = Court::new();
    for path in [
        "stageline.yaml.md",
        "stage.line.yaml",
        "stageline.v2.yaml",
        "docs/stageline.yaml.",
        "docs/a b. c.md",
        "docs/STAGEL~1.YAM",
        "notes~1.txt",
        "web~1",
        "docs/\u{645}\u{6cc}\u{200c}\u{62e}\u{648}\u{627}\u{647}\u{645}.md",
        "docs/\u{914d}\u{7f6e}.yaml",
        "docs/a:b.md",
    ] {
        named(&court, "bob", path).passes();
    }
    for path in [
        "apps/web/overlays/production/v1.2.yaml",
        "apps/web/overlays/production/\u{914d}\u{7f6e}.yaml",
        "apps/web/overlays/production/\u{645}\u{6cc}\u{200c}\u{62e}\u{648}.yaml",
        "apps/web/overlays/production/patch-1.yaml",
    ] {
        named(&court, "alice", path).passes();
    }
}

#[test]
fn attributes_by_which_a_checkout_differs_are_refused_where_they_reach_a_governed_file() {
    let court = Court::new();
    for line in [
        "*.yaml filter=evil",
        "*.yaml working-tree-encoding=UTF-16",
        "kustomization.yaml ident",
        "* export-subst",
        "apps/** merge=union",
    ] {
        let work = court.work("alice").write(".gitattributes", &format!("{line}\n")).git(&["add", ".gitattributes"]);
        work.git(&["commit", "-q", "-m", "x"]).verify().refused_by("scope");
    }
    court.work("alice").write("apps/web/.gitattributes", "*.yaml -diff\n").commit("x").verify().refused_by("scope");
    court.work("alice").write(".gitattributes", "*.png filter=lfs\n*.md text\n").commit("x").verify().passes();
}

#[test]
fn an_environment_or_application_that_the_rules_do_not_know_yet_needs_their_owners() {
    let court = Court::new();
    let add = |name: &str| {
        let work =
            court.work(name).change("stageline.yaml", "  - name: production\n", "  - name: qa\n  - name: production\n");
        work.write(&overlay_file("web", "qa"), &court.world.read(&overlay_file("web", "staging"))).commit("x")
    };
    add("bob").verify().waits_for("scope");
    add("alice").verify().passes();
    let with = |name: &str| {
        let work = court.work(name);
        let rules = work.read("stageline.yaml");
        let entry = "  - name: new\n    pins: [{ image: shop/new, in: \"new/{environment}\" }]\n";
        let work = work.write("stageline.yaml", &format!("{rules}{entry}"));
        work.write("new/staging/kustomization.yaml", "images: [{ name: shop/new, newTag: v1 }]\n").commit("x")
    };
    with("bob").verify().waits_for("scope");
}

/// The rules with one family in the place of the named applications.
fn family(rules: &mut String, born: &str, sources: &str) {
    let at = rules.find("applications:\n").expect("the section");
    rules.truncate(at);
    rules.push_str(&format!(
        "applications:\n  - each: \"{{application}}\"\n    born: {born}\n    source: \"{sources}/{{application}}\"\n    \
         pins: [{{ image: \"registry.example.com/shop/{{application}}\", in: \"apps/{{application}}/overlays/{{environment}}\" }}]\n"
    ));
}

#[test]
fn a_member_that_is_born_by_adding_a_folder_is_let_in_by_whom_its_family_names() {
    let born = |by: &str| {
        Court::ruled(|rules| {
            let line = rules.lines().find_map(|line| line.trim().strip_prefix("source: ")).expect("a source");
            let sources = line.rsplit_once('/').expect("a path").0.to_string();
            family(rules, by, &sources);
        })
    };
    let owners = born("owners");
    let add = |court: &Court, name: &str, env: &str| {
        let new = court.world.sources["web"].path.parent().unwrap().join("new");
        if !new.exists() {
            let from = court.world.sources["web"].path.display().to_string();
            court
                .world
                .environment
                .git(&court.world.path(""), &["clone", "-q", "--bare", &from, &new.to_string_lossy()]);
        }
        let text = court.world.read(&overlay_file("web", "production")).replace("shop/web", "shop/new");
        court.work(name).write(&overlay_file("new", env), &text).commit("x").verify()
    };
    add(&owners, "bob", "staging").waits_for("scope");
    add(&owners, "alice", "staging").passes();
    let signers = born("signers");
    add(&signers, "bob", "staging").passes();
    let production = add(&signers, "bob", "production");
    assert!(production.code != Some(0), "{:#}", production.report);
    // A name that no application can have is no way around that.
    let text = owners.world.read(&overlay_file("web", "production")).replace("shop/web", "shop/_x");
    let odd = signers.work("alice").write(&overlay_file("_x", "production"), &text).commit("x").verify();
    odd.refused_by("scope");
}

/// Production lives on a branch of its own, with the copy of the rules that it began with.
fn apart() -> Court {
    let court = Court::ruled(|rules| {
        *rules = rules.replace("    branches: [main]\n", "    branches: [main]\n    git: { branch: production }\n");
    });
    court.world.git(&["push", "-q", "origin", "HEAD:refs/heads/production"]);
    court
}

#[test]
fn who_may_what_by_the_copy_of_an_environments_own_branch_changes_alone_too() {
    let court = apart();
    let work = || {
        let work = court.work("alice").git(&["checkout", "-q", "production"]);
        work.change("stageline.yaml", "managers: [alice]", "managers: [alice, bob]")
    };
    let onto = |work: crate::support::court::Work| work.commit("x").verify_with(&["--onto", "production"]);
    let to = court.commit("web", 5);
    let with = onto(work().pin("web", "production", &to));
    with.refused_by("scope");
    with.has_code("not-alone");
    onto(work()).passes();
    let gone = court.work("alice").git(&["checkout", "-q", "production"]).git(&["rm", "-q", "stageline.yaml"]);
    onto(gone.pin("web", "production", &to)).refused_by("scope");
    // What is no rule of who may what comes with what it likes, by its owners.
    let soak =
        court.work("alice").git(&["checkout", "-q", "production"]).change("stageline.yaml", "soak: 1h", "soak: 2h");
    onto(soak.pin("web", "production", &to)).passes();
}

#[test]
fn rules_of_the_main_branch_and_of_an_environments_own_count_both() {
    let court = apart();
    let ask = |name: &str| {
        let work = court.work(name).git(&["checkout", "-q", "production"]);
        work.pin("web", "production", &court.commit("web", 5))
            .commit("web to production")
            .verify_with(&["--onto", "production"])
    };
    ask("alice").passes();
    ask("bob").waits_for("signature");
    // The copy is stale: it knows nothing of the longer soak.
    let rules = court.world.read("stageline.yaml");
    court.world.write("stageline.yaml", &rules.replace("soak: 1h", "soak: 30d"));
    court.land_ago(60, "Soak for a month");
    ask("alice").waits_for("soak");
    court.world.write("stageline.yaml", &rules);
    court.land_ago(50, "Soak for an hour");
    ask("alice").passes();
    // And it may be stricter; then weakening main does not help.
    let own =
        court.work("alice").git(&["checkout", "-q", "production"]).change("stageline.yaml", "soak: 1h", "soak: 30d");
    own.commit("Soak for a month here").git(&["push", "-q", "origin", "HEAD:production"]);
    ask("alice").waits_for("soak");
}

#[test]
fn a_signer_is_good_on_both_branches_and_holds_of_both_count() {
    let court = apart();
    let ask = || {
        let work = court.work("alice").git(&["checkout", "-q", "production"]);
        work.pin("web", "production", &court.commit("web", 5))
            .commit("web to production")
            .verify_with(&["--onto", "production"])
    };
    let keys = court.world.read(".stageline/allowed_signers");
    court.world.write(".stageline/allowed_signers", &court.signers(&["bob"]));
    court.land_ago(60, "Alice has left, says main");
    let gone = ask();
    assert!(gone.gates("fail").contains("signature"), "{:#}", gone.report);
    court.world.write(".stageline/allowed_signers", &keys);
    court.land_ago(50, "Alice is back");
    ask().passes();
    let hold = "reason: it burns\nby: \"bob <bob@example.com>\"\nsince: 2026-11-01T00:00:00Z\ncause: asked\n";
    court.world.write(".stageline/holds/production/web.yaml", hold);
    court.land_ago(40, "Hold it, on main");
    ask().refused_by("hold");
}

#[test]
fn what_an_environment_would_take_from_where_nobody_can_tell_what_comes_is_unknown_also_by_a_signer() {
    let court = Court::new();
    let folder = overlay_file("web", "production").replace("kustomization.yaml", "");
    let with = |line: &str| {
        let work = court.work("alice");
        let text = work.read(&overlay_file("web", "production"));
        work.write(&overlay_file("web", "production"), &format!("{text}{line}\n"))
    };
    let commit = "9d3e7aa1c0ffee00112233445566778899aabbcc";
    let base = |at: &str| format!("components: [\"https://github.com/org/repo//base{at}\"]");
    for at in ["", "?ref=main", "?timeout=90s"] {
        let verdict = with(&base(at)).commit("a base from elsewhere").verify();
        verdict.unknown_to("scope");
        assert!(verdict.report.to_string().contains("names no commit or release"), "{:#}", verdict.report);
    }
    with(&base(&format!("?ref={commit}"))).commit("a base from elsewhere").verify().passes();
    with(&base("?ref=v1.2.0")).commit("a base from elsewhere").verify().passes();
    let chart =
        |version: &str| format!("helmCharts: [{{ name: cache, repo: \"https://charts.example.com\"{version} }}]");
    with(&chart("")).commit("a chart").verify().unknown_to("scope");
    with(&chart(", version: \"~1.2.3\"")).commit("a chart").verify().unknown_to("scope");
    with(&chart(", version: 1.2.3")).commit("a chart").verify().passes();
    // A plugin of its own, and one that was built in and is none any more.
    let exec = "apiVersion: example.com/v1\nkind: Run\nmetadata: { name: x }\n";
    let builtin = "apiVersion: builtin\nkind: PrefixTransformer\nmetadata: { name: x }\nprefix: a-\n";
    let plugin = |text: &str| with("transformers: [x.yaml]").write(&format!("{folder}x.yaml"), text).commit("a plugin");
    let verdict = plugin(exec).verify();
    verdict.unknown_to("scope");
    assert!(verdict.report.to_string().contains("runs a program"), "{:#}", verdict.report);
    let landed = plugin(builtin);
    landed.verify().passes();
    landed.git(&["push", "-q", "origin", "HEAD:main"]);
    court.work("alice").write(&format!("{folder}x.yaml"), exec).commit("another plugin").verify().unknown_to("scope");
}

#[test]
fn what_stood_there_already_keeps_no_pin_from_moving() {
    let court = Court::new();
    let file = overlay_file("web", "production");
    let work = court.work("alice");
    let text = work.read(&file);
    let taken =
        work.write(&file, &format!("{text}components: [\"https://github.com/org/repo//base\"]\n")).commit("a base");
    taken.verify().unknown_to("scope");
    taken.git(&["push", "-q", "origin", "HEAD:main"]);
    court.work("alice").pin("web", "production", &court.commit("web", 5)).commit("web").verify().passes();
    let more = court.work("alice").change(&file, "components: [", "components: [\"github.com/org/other?ref=main\", ");
    more.commit("and another base").verify().unknown_to("scope");
}

#[test]
fn a_pin_that_two_readers_read_in_two_ways_is_refused_also_by_a_signer() {
    let court = Court::new();
    let (file, to) = (overlay_file("web", "production"), court.commit("web", 5));
    let moved = || court.work("alice").pin("web", "production", &to);
    moved().commit("web to production").verify().passes();
    // One key twice: some readers take the first, some the last.
    let line = |text: &str| text.lines().find(|line| line.contains("newTag:")).expect("a tag").to_string();
    let work = moved();
    let tag = line(&work.read(&file));
    let twice = format!("{tag}\n{}", tag.replace(&to, &court.commit("web", 7)));
    work.change(&file, &tag, &twice).commit("twice").verify().refused_by("scope");
    // A merged mapping that brings the tag: `<<` is YAML 1.1's, and not every reader has it.
    let work = moved();
    let tag = line(&work.read(&file));
    let indent = &tag[..tag.len() - tag.trim_start().len()];
    let merged = work.change(&file, &tag, &format!("{indent}<<: {{ newTag: \"{to}\" }}"));
    merged.commit("merged").verify().refused_by("scope");
    // A digest beside the tag, or the whole list, by the same way.
    let work = moved();
    let digest = format!("{tag}\n{indent}<<: {{ digest: \"sha256:{}\" }}", "0".repeat(64));
    let tag = line(&work.read(&file));
    let merged = work.change(&file, &tag, &digest.replace(&court.commit("web", 3), &to));
    merged.commit("a digest").verify().refused_by("scope");
    let work = moved();
    let text = work.read(&file);
    let (before, images) = text.split_once("images:\n").expect("images");
    let indented = images.lines().map(|line| format!("    {line}\n")).collect::<String>();
    let whole = work.write(&file, &format!("{before}<<:\n  images:\n{indented}"));
    whole.commit("the whole list").verify().refused_by("scope");
}

#[test]
fn a_request_for_an_environments_own_branch_is_not_verified_as_one_for_the_main_branch() {
    let court = apart();
    let landed = court.work("bob").git(&["checkout", "-q", "production"]).write("notes.md", "x\n").commit("notes");
    landed.git(&["push", "-q", "origin", "HEAD:production"]);
    let work = court.work("eve").git(&["checkout", "-q", "production"]).git(&["checkout", "-q", "-b", "asked"]);
    let work = work.pin("web", "production", &court.commit("web", 7)).commit("web to production");
    let unsaid = work.verify();
    assert_eq!(unsaid.code, Some(3), "{:#}", unsaid.report);
    assert_eq!(unsaid.report["error"]["code"], "which-branch", "{:#}", unsaid.report);
    assert_eq!(work.verify_with(&["--onto", "production"]).code, Some(1));
    // Whoever says so may bring all of it to the main branch.
    work.verify_with(&["--onto", "main"]);
    court.work("bob").write("news.md", "x\n").commit("news").verify().passes();
}

#[test]
fn what_has_to_stand_in_the_first_environment_before_is_named_with_its_version() {
    let court = Court::new();
    let to = court.commit("web", 7);
    let verdict = court.work("alice").pin("web", "production", &to).commit("web").verify();
    let hint = format!("`stageline promote web@{to} --to staging`");
    assert!(verdict.report.to_string().contains(&hint), "{:#}", verdict.report);
    let work = court.work("bob");
    let ran = work.environment.stageline(&work.dir, &["promote", &format!("web@{to}"), "--to", "staging", "--dry-run"]);
    ran.exits(0);
}
