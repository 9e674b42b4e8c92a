//! Which repository a source may be, and which of its commits concern an application.

use crate::support::World;

/// The world with other lines in the place of web's `source:`.
fn web_is_built_from(world: &World, lines: &str) {
    let own = format!("    source: {}\n", world.sources["web"].path.display());
    world.land_file("stageline.yaml", &world.settings().replace(&own, lines));
}

#[test]
fn the_config_repository_is_no_source_by_any_of_its_addresses() {
    let world = World::new();
    world.git(&["remote", "add", "forge", "git@git.example.com:ops/config.git"]);
    world.git(&["config", "remote.forge.pushurl", "https://push.example.com/ops/config"]);
    world.git(&["config", "url.https://git.example.com/.insteadOf", "work:"]);
    world.environment.git(&world.path(""), &["clone", "-q", &world.remote.to_string_lossy(), "another"]);
    let remote = world.remote.display();
    for address in [
        format!("{remote}"),
        format!("{remote}/"),
        format!("file://{remote}"),
        format!("file://{}", world.clone.display()),
        "../remote".to_owned(),
        "../another".to_owned(),
        "https://git.example.com/Ops/Config".to_owned(),
        "ssh://git@push.example.com:2222/ops/config.git".to_owned(),
        "git@push.example.com:ops/config".to_owned(),
        "work:ops/config".to_owned(),
    ] {
        web_is_built_from(&world, &format!("    source: \"{address}\"\n"));
        let before = world.tip();
        let promote = ["promote", "web", "--latest", "--to", "production"];
        assert_eq!(world.refused(2, &promote), "source-is-config", "{address}");
        assert_eq!(world.tip(), before);
        if address != "../another" {
            let told = world.run(&["config", "check"]).exits(2);
            told.says("stageline.yaml:16:13: this is the config repository itself");
        }
    }
}

#[test]
fn latest_is_the_newest_commit_that_concerns_the_application() {
    let world = World::shaped(|shape| shape.one_source = true);
    let source = &world.sources["web"];
    let tip = source.commits.last().expect("commits").clone();
    let web = source.commit("main", &tip, "services/web/part.txt", "fix: web");
    let lib = source.commit("main", &web, "libs/a.txt", "feat: a library");
    let page = source.commit("main", &lib, "libs/README.md", "docs: a page");
    let other = source.commit("main", &page, "services/checkout/b.txt", "feat: checkout");
    let address = format!("    source: {}\n", source.path.display());
    for (path, newest) in [
        ("services/web", &web),
        ("[services/web, libs]", &page),
        ("[services/web, libs, \"!**/*.md\"]", &lib),
        ("[\"services/w*\"]", &web),
        ("[\"**/*.md\"]", &page),
        (".", &other),
    ] {
        web_is_built_from(&world, &format!("{address}    path: {path}\n"));
        let ran = world.run(&["promote", "web", "--latest", "--to", "staging", "--dry-run", "-o", "json"]);
        let told = ran.exits(0).json();
        assert_eq!(told["moves"][0]["to"], newest.as_str(), "{path}: {told}");
    }
    web_is_built_from(&world, &format!("{address}    path: services/nothing\n"));
    assert_eq!(world.refused(2, &["promote", "web", "--latest", "--to", "staging"]), "no-such-revision");
}

#[test]
fn a_commit_that_does_not_concern_the_application_is_told_with_the_one_that_does() {
    let world = World::shaped(|shape| shape.one_source = true);
    let source = &world.sources["web"];
    let tip = source.commits.last().expect("commits").clone();
    let web = source.commit("main", &tip, "services/web/part.txt", "fix: web");
    let other = source.commit("main", &web, "services/checkout/b.txt", "feat: checkout");
    web_is_built_from(&world, &format!("    source: {}\n    path: services/web\n", source.path.display()));
    let named = format!("web@{other}");
    let ran = world.run(&["promote", &named, "--to", "staging"]).exits(0);
    ran.says(&format!("{} changes nothing that concerns `web` (`path: services/web`)", &other[..7]))
        .says(&format!("the newest that does is {}", &web[..7]));
    // What is copied was named by somebody before: it is not said again.
    let ran = world.run(&["promote", "web", "--to", "production"]).exits(0);
    assert!(!ran.stdout.contains("concerns"), "{ran}");
}

#[test]
fn where_the_source_is_shallow_the_newest_commit_that_concerns_it_cannot_be_told() {
    let world = World::shaped(|shape| shape.one_source = true);
    let source = &world.sources["web"];
    let tip = source.commits.last().expect("commits").clone();
    source.commit("main", &tip, "services/checkout/b.txt", "feat: checkout");
    let address = format!("file://{}", source.path.display());
    world.environment.git(&world.path(""), &["clone", "-q", "--depth", "1", &address, "shallow"]);
    web_is_built_from(&world, "    source: ../shallow\n    path: services/web\n");
    assert_eq!(world.refused(3, &["promote", "web", "--latest", "--to", "staging"]), "shallow");
}
