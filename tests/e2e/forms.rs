//! Versions as people write them: the form of the source's tags, one commit in several forms, and what of a form only reads.

use crate::support::World;
use crate::support::example::kustomize;
use crate::support::world::overlay_file;

/// A world of `web` alone with these lines of its application in `stageline.yaml`, and these files in each environment, `ENV`
/// and the version filled in.
fn world(keys: &str, files: &[(&str, &str)], versions: [&dyn Fn(&World) -> String; 2]) -> World {
    let world = World::shaped(|shape| shape.applications = vec!["web".into()]);
    let settings = world.settings();
    let (head, _) = settings.split_once("    version:").expect("a version");
    for (env, version) in world.shape.environments.clone().iter().zip(versions) {
        for (file, text) in files {
            let version = version(&world);
            let short = version.get(..7).unwrap_or(&version);
            world.write(&file.replace("ENV", env), &text.replace("SHORT", short).replace("VERSION", &version));
        }
    }
    world.land_file("stageline.yaml", &format!("{head}{keys}"));
    world
}

const IMAGE: (&str, &str) = (
    "k/ENV/kustomization.yaml",
    "images:\n- name: shop/web\n  newTag: \"VERSION\" # it\nlabels:\n- pairs: {v: \"SHORT\"}\n",
);
const PIN: &str = "{ image: shop/web, in: \"k/{environment}\" }";
const LABEL: &str = "{ label: v, in: \"k/{environment}\" }";

/// What a file of an environment says where it counts.
fn landed(world: &World, env: &str) -> String {
    world.environment.git(&world.remote, &["show", &format!("main:k/{env}/kustomization.yaml")])
}

fn tagged(form: &str) -> World {
    let fixed = |version: &'static str| move |_: &World| version.to_string();
    let world =
        world(&format!("    tag: \"{form}\"\n    pins: [{PIN}]\n"), &[IMAGE], [&fixed("1.3.0"), &fixed("1.2.3")]);
    for (version, commit) in [("1.2.3", 1), ("1.3.0", 3), ("1.4.0", 4), ("1.4.0-rc.1", 4)] {
        let tag = form.replace("{application}", "web").replace("{version}", version);
        world.sources["web"].tag(&tag, &world.commit_of("web", commit));
    }
    world.sources["web"].tag("api/v9.9.9", &world.commit_of("web", 4));
    world
}

#[test]
fn a_tag_and_the_version_at_the_pin_lead_to_each_other() {
    for form in ["v{version}", "web/v{version}", "{application}@{version}", "{version}-ga"] {
        let world = tagged(form);
        let tag = |version: &str| form.replace("{application}", "web").replace("{version}", version);
        for asked in [tag("1.4.0"), "1.4.0".into(), world.commit_of("web", 4)] {
            let report = world.json(&["promote", &format!("web@{asked}"), "--to", "staging", "--dry-run"]);
            assert_eq!((&report["moves"][0]["from"], &report["moves"][0]["to"]), (&"1.3.0".into(), &"1.4.0".into()));
            assert_eq!(report["moves"][0]["commits_total"], 1, "{form} {asked}");
        }
        let rc = world.json(&["promote", "web@1.4.0-rc.1", "--to", "staging", "--dry-run"]);
        assert_eq!(rc["moves"][0]["to"], "1.4.0-rc.1", "{form}");
        world.run(&["promote", "web", "--to", "staging", "--version", "1.4.0"]).exits(0);
        let report = world.json(&["promote", "web", "--to", "production"]);
        assert_eq!((&report["moves"][0]["to"], &report["moves"][0]["commits_total"]), (&"1.4.0".into(), &3.into()));
        assert!(landed(&world, "production").contains("newTag: \"1.4.0\" # it"), "{form}");
        let contains = world.json(&["history", "--contains", "1.3.0"]);
        assert_eq!(contains["rows"].as_array().map(Vec::len), Some(2), "{form}");
        world.run(&["rollback", "web", "--env", "production", "--to", &tag("1.2.3")]).exits(0);
        assert!(landed(&world, "production").contains("newTag: \"1.2.3\""), "{form}");
        let diff = world.run(&["diff", "staging", "production", "-o", "json"]).exits(1).json();
        assert_eq!(diff["applications"][0]["ahead"], 3, "{form}");
    }
}

#[test]
fn a_version_whose_tag_is_not_there_names_the_tags_beside_it() {
    let world = tagged("v{version}");
    world
        .run(&["promote", "web", "--to", "staging", "--version", "1.3.1"])
        .exits(3)
        .says("the source of `web` has no tag `v1.3.1`; beside it are `v1.2.3`, `v1.3.0`, `v1.4.0-rc.1`, `v1.4.0`");
    world.run(&["promote", "web@v1.3.1", "--to", "staging"]).exits(2).says("beside it are");
    world.run(&["promote", "web", "--to", "staging", "--version", "v1.4.0"]).exits(3).says("it is `1.4.0` that stands");
    // A commit without a tag has no version.
    world.run(&["promote", "web", "--to", "staging", "--latest"]).exits(2).says("of the form `v{version}`");
    // Where the form is not said the tags tell it.
    let settings = world.read("stageline.yaml").replace("tag: \"v{version}\"", "version: \"{tag}\"");
    world.land_file("stageline.yaml", &settings);
    world
        .run(&["promote", "web", "--to", "staging", "--version", "1.4.0"])
        .exits(3)
        .says("it has `v1.3.0`: say so with `tag: \"v{version}\"`");
}

/// Staging on the fifth commit, production on the third.
fn of_commits(keys: &str, files: &[(&str, &str)]) -> World {
    world(keys, files, [&|world| world.commit_of("web", 4), &|world| world.commit_of("web", 2)])
}

#[test]
fn one_commit_in_two_forms_agrees_and_each_stays_in_its_own() {
    for (keys, own) in [
        (format!("    pins: [{PIN}, {LABEL}]\n"), ""),
        (format!("    pins: [{LABEL}, {PIN}]\n"), ""),
        (
            format!(
                "    version: \"{{commit:40}}\"\n    pins: [{PIN}, {}]\n",
                LABEL.replace(" }", ", version: \"{commit:7}\" }")
            ),
            "",
        ),
        (format!("    pins: [{PIN}, {}]\n", LABEL.replace(" }", ", version: \"web-{commit:7}\" }")), "web-"),
    ] {
        let file = (IMAGE.0, &*IMAGE.1.replace("SHORT", &format!("{own}SHORT")));
        let world = of_commits(&keys, &[file]);
        let status = world.json(&["status"]);
        for cell in status["applications"][0]["cells"].as_array().expect("cells") {
            assert_eq!(cell["disagree"].as_array().map(Vec::len), Some(0), "{keys}");
            assert_eq!(cell["version"].as_str().map(str::len), Some(40), "{keys}");
        }
        let says = |env: &str, commit: &str| {
            let text = landed(&world, env);
            assert!(text.contains(&format!("newTag: \"{commit}\" # it")), "{keys} {text}");
            assert!(text.contains(&format!("{{v: \"{own}{}\"}}", &commit[..7])), "{keys} {text}");
        };
        let (fifth, newest) = (world.commit_of("web", 4), world.commit_of("web", 5));
        // By the environment before, by a commit, by a text, and back.
        let report = world.json(&["promote", "web", "--to", "production"]);
        assert_eq!(report["moves"][0]["commits_total"], 2);
        says("production", &fifth);
        world.run(&["promote", &format!("web@{}", &newest[..9]), "--to", "staging"]).exits(0);
        says("staging", &newest);
        world.run(&["promote", "web", "--to", "production", "--version", &newest]).exits(0);
        says("production", &newest);
        world.run(&["promote", "web", "--to", "production"]).exits(0).says("already");
        world.run(&["rollback", "web", "--env", "production"]).exits(0);
        says("production", &fifth);
    }
}

#[test]
fn sites_of_two_commits_disagree_in_whatever_form() {
    let world = of_commits(&format!("    pins: [{PIN}, {LABEL}]\n"), &[IMAGE]);
    let file = "k/staging/kustomization.yaml";
    let other = world.read(file).replace(&format!("\"{}\"}}", &world.commit_of("web", 4)[..7]), "\"0000000\"}");
    world.land_file(file, &other);
    assert_eq!(world.refused(1, &["promote", "web", "--to", "production"]), "sites-disagree");
}

#[test]
fn a_tag_here_and_a_commit_there_are_compared_by_the_source() {
    let keys = format!(
        "    tag: \"v{{version}}\"\n    pins: [{PIN}, {}]\n",
        LABEL.replace(" }", ", version: \"{commit:7}\" }")
    );
    let text = "images:\n- {name: shop/web, newTag: TAG}\nlabels:\n- pairs: {v: \"SHORT\"}\n";
    let world = of_commits(&keys, &[(IMAGE.0, text)]);
    for (env, tag, commit) in [("staging", "1.5.0", 4), ("production", "1.3.0", 2)] {
        world.sources["web"].tag(&format!("v{tag}"), &world.commit_of("web", commit));
        let file = format!("k/{env}/kustomization.yaml");
        let text = world.read(&file).replace("TAG", tag);
        world.land_file(&file, &text);
    }
    world.run(&["promote", "web", "--to", "production"]).exits(0);
    let says = landed(&world, "production");
    assert!(says.contains("newTag: 1.5.0") && says.contains(&world.commit_of("web", 4)[..7]), "{says}");
    world.sources["web"].tag("v1.6.0", &world.commit_of("web", 5));
    world.run(&["promote", "web", "--to", "staging", "--version", "1.6.0"]).exits(0);
    let says = landed(&world, "staging");
    assert!(says.contains("newTag: 1.6.0") && says.contains(&world.commit_of("web", 5)[..7]), "{says}");
    let file = "k/staging/kustomization.yaml";
    let apart = world.read(file).replace("1.6.0", "1.3.0");
    world.land_file(file, &apart);
    world.run(&["status"]).exits(0).says("disagree");
    assert_eq!(world.refused(1, &["promote", "web", "--to", "production"]), "sites-disagree");
}

#[test]
fn two_pins_that_are_found_by_the_same_are_copied_each_to_its_own() {
    let keys = "    pins:\n    - { file: \"a/{environment}.yaml\", path: tag }\n    - { file: \"b/{environment}.yaml\", path: tag, version: \"b-{commit:7}\" }\n";
    let world = of_commits(keys, &[("a/ENV.yaml", "tag: VERSION\n"), ("b/ENV.yaml", "tag: b-SHORT\n")]);
    world.run(&["promote", "web", "--to", "production"]).exits(0);
    let of = |file: &str| world.environment.git(&world.remote, &["show", &format!("main:{file}/production.yaml")]);
    let commit = world.commit_of("web", 4);
    assert_eq!((of("a"), of("b")), (format!("tag: {commit}"), format!("tag: b-{}", &commit[..7])));
}

#[test]
fn a_pin_of_another_form_in_the_next_environment_gets_the_commit_in_its_own() {
    let pin = |env: &str, form: &str| {
        format!("    - {{ image: shop/web, in: \"k/{{environment}}\", environments: [{env}]{form} }}\n")
    };
    let keys = format!("    pins:\n{}{}", pin("staging", ""), pin("production", ", version: \"sha-{commit:7}\""));
    let world = of_commits(&keys, &[IMAGE]);
    let file = "k/production/kustomization.yaml";
    let third = world.commit_of("web", 2);
    let text = world.read(file).replace(&third, &format!("sha-{}", &third[..7]));
    world.land_file(file, &text);
    world.run(&["promote", "web", "--to", "production"]).exits(0);
    assert!(landed(&world, "production").contains(&format!("\"sha-{}\"", &world.commit_of("web", 4)[..7])));
}

#[test]
fn a_short_id_that_several_commits_share_is_written_longer() {
    let world = of_commits(&format!("    pins: [{PIN}, {LABEL}]\n"), &[IMAGE]);
    // Both begin with the same seven digits.
    let source = &world.sources["web"].path;
    let shared = [7754, 14479].map(|number| {
        let who = "Mei Lin <mei@example.com> 1789300800 +0000";
        let tree = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";
        let text = format!("tree {tree}\nauthor {who}\ncommitter {who}\n\nfeat: number {number}\n");
        let file = world.path("commit");
        std::fs::write(&file, text).expect("a file");
        world.environment.git(source, &["hash-object", "-t", "commit", "-w", &file.to_string_lossy()])
    });
    assert_eq!(shared[0][..7], shared[1][..7]);
    world.run(&["promote", "web", "--to", "staging", "--commit", &shared[0], "--allow-older"]).exits(0);
    let says = landed(&world, "staging");
    assert!(says.contains(&format!("v: \"{}\"", &shared[0][..8])), "{says}");
    let status = world.json(&["status"]);
    assert_eq!(status["applications"][0]["cells"][0]["commit"], shared[0]);
}

#[test]
fn no_commit_is_written_over_another_form_also_with_allow_older() {
    let world = of_commits(&format!("    pins: [{PIN}]\n"), &[IMAGE]);
    let file = "k/staging/kustomization.yaml";
    let text = world.read(file).replace(&world.commit_of("web", 4), "main-20261123-hotfix");
    world.land_file(file, &text);
    let commit = world.commit_of("web", 5);
    for more in [&["--allow-older"][..], &[]] {
        let mut args = vec!["promote", "web", "--to", "staging", "--commit", commit.as_str()];
        args.extend(more);
        world.run(&args).exits(1).says("is not of the form `{commit}`").says("`version:` of `web`");
        assert!(landed(&world, "staging").contains("main-20261123-hotfix"));
    }
    assert_eq!(world.refused(1, &["promote", "web", "--to", "staging", "--commit", &commit]), "other-form");
    let named = format!("web@{commit}");
    assert_eq!(world.refused(1, &["promote", &named, "--to", "staging", "--allow-older"]), "other-form");
    // A name may be the version itself.
    world.sources["web"].tag("0.4.1", &commit);
    let ran = world.run(&["promote", "web@0.4.1", "--to", "staging", "--allow-older"]).exits(1);
    let ran = ran.says("if `0.4.1` itself is the version: `--version 0.4.1`");
    assert!(!ran.stderr.contains(&format!("--version {}", &commit[..7])), "{ran}");
    world.run(&["promote", "web", "--to", "staging", "--version", &commit, "--allow-older"]).exits(0);
    assert!(landed(&world, "staging").contains(&commit));
}

#[test]
fn any_text_may_stand_around_a_version() {
    let keys = "    tag: \"v{version}\"\n    pins:\n    - { file: \"a/{environment}.yaml\", path: tag }\n    - { file: \"b/{environment}.yaml\", path: tag, as: \"web-{version}-x\" }\n";
    let fixed = |version: &'static str| move |_: &World| version.to_string();
    let files = [("a/ENV.yaml", "tag: VERSION\n"), ("b/ENV.yaml", "tag: 'web-VERSION-x' # it\n")];
    let world = world(keys, &files, [&fixed("1.3.0"), &fixed("1.2.3")]);
    for (version, commit) in [("1.2.3", 1), ("1.3.0", 3)] {
        world.sources["web"].tag(&format!("v{version}"), &world.commit_of("web", commit));
    }
    world.run(&["promote", "web", "--to", "production"]).exits(0).says("web part 3");
    let text = world.environment.git(&world.remote, &["show", "main:b/production.yaml"]);
    assert_eq!(text, "tag: 'web-1.3.0-x' # it");
    world.land_file("b/production.yaml", "tag: api-1.3.0-x\n");
    world.run(&["promote", "web", "--to", "production"]).exits(2).says("is not of the form `web-{version}-x`");
}

#[test]
fn what_only_the_build_knew_is_copied_and_cannot_be_derived_from_a_commit() {
    let keys = format!("    version: \"{{branch}}-{{number}}-{{commit:7}}\"\n    pins: [{PIN}]\n");
    let world = of_commits(&keys, &[(IMAGE.0, &IMAGE.1.replace("newTag: \"VERSION\"", "newTag: main-20261123-SHORT"))]);
    let fifth = world.commit_of("web", 4);
    let report = world.json(&["promote", "web", "--to", "production"]);
    assert_eq!(report["moves"][0]["to"], format!("main-20261123-{}", &fifth[..7]));
    assert_eq!(report["moves"][0]["commits_total"], 2);
    world
        .run(&["promote", "web", "--to", "staging", "--commit", &world.commit_of("web", 5)])
        .exits(2)
        .says("{number} is known only to the build")
        .says("--version TEXT");
    let version = format!("main-20261124-{}", &world.commit_of("web", 5)[..7]);
    world.run(&["promote", "web", "--to", "staging", "--version", &version]).exits(0).says("web part 5");
}

/// Staging and production with one file each, at the fifth and the third commit.
fn placed(pins: &str, text: &str) -> World {
    of_commits(&format!("    pins: [{pins}]\n"), &[("k/ENV/kustomization.yaml", text)])
}

#[test]
fn several_places_of_one_file_at_one_version_move_as_one_and_are_counted() {
    for (pin, text) in [
        (
            "{ base: \"https://github.com/shop/web\", in: \"k/{environment}\" }",
            "resources:\n- https://github.com/shop/web/config/default?ref=VERSION\n- https://github.com/shop/web/config/gc?ref=VERSION # two\n",
        ),
        (
            "{ chart: web, in: \"k/{environment}\" }",
            "helmCharts:\n- {name: web, releaseName: a, version: VERSION}\n- {name: web, releaseName: b, version: VERSION}\n",
        ),
        (
            "{ image: shop/web, in: \"k/{environment}/kustomization.yaml\" }",
            "patches:\n- patch: |\n    kind: Pod\n    spec:\n      initContainers: [{name: init, image: \"shop/web:VERSION\"}]\n      containers: [{name: web, image: \"shop/web:VERSION\"}]\n",
        ),
    ] {
        let world = placed(pin, text);
        let before = landed(&world, "production");
        let run = world.run(&["promote", "web", "--to", "production", "-o", "json"]).exits(0);
        let report = run.json();
        assert_eq!(report["moves"][0]["sites"].as_array().map(Vec::len), Some(2), "{pin}");
        assert!(report["notes"].to_string().contains("2 places pin"), "{pin} {report}");
        let (old, new) = (world.commit_of("web", 2), world.commit_of("web", 4));
        assert_eq!(landed(&world, "production"), before.replace(&old, &new));
        world.run(&["undo", "--env", "production"]).exits(0);
        assert_eq!(landed(&world, "production"), before);
        // Apart they are two pins.
        let file = "k/staging/kustomization.yaml";
        let apart = world.read(file).replacen(&new, &world.commit_of("web", 5), 1);
        world.land_file(file, &apart);
        assert_eq!(world.refused(2, &["promote", "web", "--to", "production"]), "two-pins", "{pin}");
    }
}

#[test]
fn an_anchor_moves_with_its_aliases_where_they_follow_and_are_of_one_environment() {
    let pin = |follow: &str| format!("{{ image: shop/web, in: \"k/{{environment}}/compose.yaml\"{follow} }}");
    let text = "x-app: &app\n  image: shop/web:VERSION # it\nservices:\n  web: {<<: *app}\n  worker: *app\n";
    let placed = |pin: &str| of_commits(&format!("    pins: [{pin}]\n"), &[("k/ENV/compose.yaml", text)]);
    let landed = |world: &World| world.environment.git(&world.remote, &["show", "main:k/production/compose.yaml"]);
    let world = placed(&pin(""));
    world.run(&["promote", "web", "--to", "production"]).exits(2).says("aliases: follow");
    let world = placed(&pin(", aliases: follow"));
    let before = landed(&world);
    world.run(&["promote", "web", "--to", "production"]).exits(0);
    let after = before.replace(&world.commit_of("web", 2), &world.commit_of("web", 4));
    assert_eq!(landed(&world), after);
    world.run(&["history", "web", "--env", "production"]).exits(0).says("promote");
    // Helm values: a tag for several images.
    let values =
        "web: {repository: shop/web, tag: &tag VERSION}\nworker: {repository: shop/web, tag: *tag}\njob: {tag: *tag}\n";
    let pins = "{ image: shop/web, in: \"v/{environment}.yaml\", aliases: follow }";
    let world = of_commits(&format!("    pins: [{pins}]\n"), &[("v/ENV.yaml", values)]);
    world.run(&["promote", "web", "--to", "production"]).exits(0);
    let text = world.environment.git(&world.remote, &["show", "main:v/production.yaml"]);
    assert_eq!(text, values.replace("VERSION", &world.commit_of("web", 4)).trim_end());
    // One file of both: what refers to it may be the other's.
    let keys = "    pins:\n    - { file: all.yaml, path: a.tag, environments: [staging], aliases: follow }\n    - { file: all.yaml, path: b.tag, environments: [production] }\n";
    let world = of_commits(keys, &[("all.yaml", "a: {tag: &t VERSION}\nc: *t\nb: {tag: SHORT}\n")]);
    let commit = world.commit_of("web", 5);
    world
        .run(&["promote", "web", "--to", "staging", "--commit", &commit])
        .exits(2)
        .says("cannot tell whose the aliases are");
}

#[test]
fn a_pin_that_may_be_missing_is_left_out_where_it_is_missing() {
    let optional = "{ file: \"k/{environment}/kustomization.yaml\", path: side.tag, optional: true }, { image: shop/side, in: \"k/{environment}\", optional: true }";
    let world = placed(&format!("{PIN}, {optional}"), IMAGE.1);
    world.run(&["promote", "web", "--to", "production"]).exits(0);
    let says = landed(&world, "production");
    assert!(says.contains(&world.commit_of("web", 4)) && !says.contains("side"), "{says}");
    let world = placed(&format!("{PIN}, {}", optional.replace(", optional: true", "")), IMAGE.1);
    world.run(&["promote", "web", "--to", "production"]).exits(2);
}

#[test]
fn a_label_keeps_its_own_length_and_an_image_the_text_that_was_built() {
    let world = of_commits(&format!("    pins: [{PIN}, {LABEL}]\n"), &[IMAGE]);
    let (third, fifth) = (world.commit_of("web", 2), world.commit_of("web", 4));
    let file = "k/production/kustomization.yaml";
    let text = world.read(file).replace(&format!("\"{}\"}}", &third[..7]), &format!("\"{}\"}}", &third[..12]));
    world.land_file(file, &text.replace(&format!("\"{third}\""), &format!("\"{}\"", &third[..9])));
    world.run(&["promote", "web", "--to", "production"]).exits(0);
    let says = landed(&world, "production");
    assert!(
        says.contains(&format!("\"{fifth}\" # it")) && says.contains(&format!("{{v: \"{}\"}}", &fifth[..12])),
        "{says}"
    );
}

#[test]
fn an_image_without_the_v_and_a_git_revision_with_it_are_one_version() {
    let fixed = |version: &'static str| move |_: &World| version.to_string();
    let keys = "    tag: \"v{version}\"\n    pins:\n    - { image: shop/web, in: \"k/{environment}\" }\n    - { revision: \"https://git.example.com/shop/web\", in: \"argo/{environment}.yaml\", version: \"v{tag}\" }\n";
    let argo = "kind: Application\nspec:\n  source: {repoURL: \"https://git.example.com/shop/web.git\", path: deploy, targetRevision: vVERSION}\n";
    let world = world(keys, &[IMAGE, ("argo/ENV.yaml", argo)], [&fixed("1.3.0"), &fixed("1.2.3")]);
    for (version, commit) in [("1.2.3", 1), ("1.3.0", 3), ("1.4.0", 4)] {
        world.sources["web"].tag(&format!("v{version}"), &world.commit_of("web", commit));
    }
    let revision = |env: &str| world.environment.git(&world.remote, &["show", &format!("main:argo/{env}.yaml")]);
    world.run(&["promote", "web", "--to", "production"]).exits(0).says("web part 3");
    assert!(
        landed(&world, "production").contains("\"1.3.0\"") && revision("production").contains("targetRevision: v1.3.0")
    );
    for asked in [&["web@v1.4.0"][..], &["web", "--version", "1.4.0"]] {
        let mut args = vec!["promote", "--to", "staging"];
        args.extend(asked);
        world.run(&args).exits(0);
        assert!(
            landed(&world, "staging").contains("\"1.4.0\"") && revision("staging").contains("targetRevision: v1.4.0")
        );
    }
}

#[test]
fn the_real_kustomize_builds_what_was_promoted_in_every_form() {
    let text = "resources: [pod.yaml]\nlabels:\n- pairs: {v: \"SHORT\"}\ncommonAnnotations: {at: web-SHORT}\npatches:\n- patch: |\n    kind: Pod\n    apiVersion: v1\n    metadata: {name: web}\n    spec:\n      initContainers: [{name: init, image: \"shop/web:VERSION\"}]\n      containers: [{name: web, image: \"shop/web:VERSION\"}]\n";
    let pod = "kind: Pod\napiVersion: v1\nmetadata: {name: web}\nspec: {containers: [{name: web, image: shop/web}]}\n";
    let keys = "    pins:\n    - { image: shop/web, in: \"k/{environment}\" }\n    - { label: v, in: \"k/{environment}\" }\n    - { annotation: at, in: \"k/{environment}\", version: \"web-{commit:7}\" }\n";
    let world = of_commits(keys, &[(IMAGE.0, text), ("k/ENV/pod.yaml", pod)]);
    let built = || {
        world.fetch();
        world.git(&["merge", "-q", "--ff-only", "origin/main"]);
        world.environment.has("kustomize").then(|| kustomize(&world, &world.clone.join("k/production")))
    };
    let before = built();
    world.run(&["promote", "web", "--to", "production"]).exits(0);
    let (old, new) = (world.commit_of("web", 2), world.commit_of("web", 4));
    // kustomize quotes what looks like a number, which one id in twenty does.
    let plain = |text: String| text.replace('"', "");
    let wanted = before.map(|text| plain(text).replace(&old, &new).replace(&old[..7], &new[..7]));
    assert_eq!(built().map(plain), wanted);
    assert!(wanted.is_none_or(|text| text.matches(&new).count() == 2 && text.matches(&new[..7]).count() == 4));
}

#[test]
fn init_finds_the_form_of_the_tags_of_the_sources_that_a_draft_names() {
    let world = World::shaped(|shape| {
        shape.applications = vec!["web".into()];
        shape.file = false;
    });
    for (env, version, commit) in [("staging", "1.3.0", 4), ("production", "1.2.3", 2)] {
        let file = overlay_file("web", env);
        let text = world.read(&file).replace(&world.commit_of("web", commit), version);
        world.land_file(&file, &text);
        world.sources["web"].tag(&format!("web/v{version}"), &world.commit_of("web", commit));
        world.sources["web"].tag(&format!("api/v{version}"), &world.commit_of("web", 0));
    }
    let draft = world.path("draft.yaml");
    let source = world.sources["web"].path.display().to_string();
    let pin = "{ image: registry.example.com/shop/web, in: \"apps/web/overlays/{environment}\" }";
    let text = format!(
        "version: 1\nenvironments: [{{ name: staging }}, {{ name: production }}]\napplications:\n- {{ name: web, source: \"{source}\", pins: [{pin}] }}\n"
    );
    std::fs::write(&draft, text).expect("a file");
    let run = world.run(&["init", "--dry-run", "--config", &draft.to_string_lossy(), "-o", "json"]).exits(0);
    let text = run.json()["text"].as_str().expect("a text").to_string();
    assert!(text.contains("tag: \"web/v{version}\"") && text.contains(&source), "{text}");
}

#[test]
fn of_several_tags_of_a_commit_the_one_is_written_that_tells_the_release() {
    let world = of_commits(&format!("    version: \"{{tag}}\"\n    pins: [{PIN}]\n"), &[IMAGE]);
    let newest = world.commit_of("web", 5);
    for tag in ["latest", "stable", "web@2.0.0", "v2", "v2.0", "v2.0.0", "v2.0.0-rc.1"] {
        world.sources["web"].tag(tag, &newest);
    }
    let report = world.json(&["promote", "web", "--latest", "--to", "staging", "--dry-run", "--allow-older"]);
    assert!(report.to_string().contains("v2.0.0\""), "{report}");
    assert_eq!(report["moves"][0]["to"], "v2.0.0", "{report}");
}
