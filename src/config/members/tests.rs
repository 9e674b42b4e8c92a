//! Members of families in small trees.

use super::*;
use crate::config::check::check;
use crate::domain::memory::Memory;
use crate::domain::settings::{FILE, PinKind};

fn settings(entries: &str) -> Settings {
    let text = format!(
        "version: 1\nenvironments:\n  - name: staging\n  - {{ name: production, clusters: [eu, us-*] }}\n  - name: pre-production\n\
         groups: {{ shop: [alice] }}\npeople: {{ alice: {{ principals: [alice@example.com] }} }}\napplications:\n{entries}"
    );
    check(text.as_bytes(), FILE).unwrap_or_else(|faults| panic!("{faults:?}\n{text}"))
}

/// The settings with the members that a tree has.
fn expanded(entries: &str, files: &[(&str, &str)]) -> Settings {
    let (settings, files) = (settings(entries), Memory::new(files.iter().copied()));
    with_members(&settings, &[Lives::all(&files, &settings)]).unwrap()
}

fn names(settings: &Settings) -> Vec<&str> {
    settings.applications.iter().map(|app| app.name.as_str()).collect()
}

/// What is no application, as its name, the places and the reason.
fn told(settings: &Settings) -> Vec<String> {
    settings.no_members.iter().map(|one| format!("{} ({}): {}", one.name, one.places.join(", "), one.why)).collect()
}

const FOLDERS: &str = "  - each: \"{application}\"\n    source: \"https://git.example.com/shop/{application}.git\"\n    pins: [{ image: \"r/{application}\", in: \"apps/{application}/{environment}\" }]\n";

#[test]
fn every_folder_that_has_an_environment_is_a_member_and_its_texts_are_filled() {
    let found = expanded(
        FOLDERS,
        &[
            ("apps/web/staging/k.yaml", ""),
            ("apps/web/production/k.yaml", ""),
            ("apps/api/production/k.yaml", ""),
            ("apps/docs/README.md", ""),
            ("apps/x.yaml", ""),
        ],
    );
    assert_eq!(names(&found), ["api", "web"]);
    assert_eq!(told(&found), Vec::<String>::new());
    let web = &found.applications[1];
    assert_eq!(web.source.as_ref().unwrap().0, "https://git.example.com/shop/web.git");
    assert_eq!((web.pins[0].within.as_str(), web.pins[0].kind.identity()), ("apps/web/{environment}", "r/web".into()));
    assert_eq!(web.family.as_ref().unwrap().holes, Holes::new([("application", "web")]));
}

#[test]
fn further_placeholders_are_filled_by_the_same_place_in_every_text() {
    let family = "  - each: \"{team}-{application}\"\n    source: \"https://g.example.com/{team}/{application}.git\"\n    path: [\"{team}/{application}\"]\n    owners: \"{team}\"\n    tag: \"{application}/v{version}\"\n    pins:\n      - { image: \"r/{team}/{application}\", in: \"teams/{team}/{application}/{environment}\" }\n      - { label: \"{team}/version\", in: \"teams/{team}/{application}/{environment}\", optional: true }\n";
    let found = expanded(family, &[("teams/shop/web/staging/k.yaml", ""), ("teams/other/api/staging/k.yaml", "")]);
    assert_eq!(names(&found), ["shop-web"]);
    let web = &found.applications[0];
    assert_eq!(web.source.as_ref().unwrap().0, "https://g.example.com/shop/web.git");
    assert_eq!(web.concerns[0].as_str(), "shop/web");
    assert_eq!(web.tag.as_ref().unwrap().tag("1.2.0"), "web/v1.2.0");
    assert_eq!(
        web.pins.iter().map(|pin| pin.kind.identity()).collect::<Vec<_>>(),
        ["r/shop/web", "label shop/version"]
    );
    assert_eq!(
        told(&found),
        ["other-api (teams/other/api/staging): its owner `other` is neither in `people:` nor in `groups:`"]
    );
}

#[test]
fn a_part_of_a_name_and_a_key_of_a_mapping_tell_members_too() {
    let part = "  - each: \"{application}\"\n    pins: [{ file: \"values/{application}-{environment}.yaml\", path: image.tag }]\n";
    let files = [
        ("values/web-staging.yaml", ""),
        ("values/web-pre-production.yaml", ""),
        ("values/README.md", ""),
        ("values/x-unknown.yaml", ""),
        ("values/-staging.yaml", ""),
    ];
    assert_eq!(names(&expanded(part, &files)), ["web"], "the longest environment counts");
    let key =
        "  - each: \"{application}\"\n    pins: [{ file: \"tags/{environment}.yaml\", path: \"{application}.tag\" }]\n";
    let found = expanded(
        key,
        &[
            ("tags/staging.yaml", "web: { tag: v1 }\n\"a.b\": { tag: v2 }\nglobal: { x: 1 }\n"),
            ("tags/production.yaml", "api: { tag: v1 }\n"),
            ("tags/broken.yaml", "a: [\n"),
        ],
    );
    assert_eq!(names(&found), ["a.b", "api", "web"]);
    let PinKind::Field(field) = &found.applications[0].pins[0].kind else { panic!() };
    assert_eq!(field.route, "\"a.b\".tag", "what is filled in stays one key");
}

#[test]
fn images_charts_and_documents_of_one_file_tell_members_by_their_names() {
    let images = "  - each: \"{application}\"\n    pins: [{ image: \"r/shop/{application}\", in: \"overlays/{environment}\" }]\n";
    let text = "resources: []\nimages:\n- { name: r/shop/web, newTag: v1 }\n- { name: r/shop/api, newTag: v1 }\n- { name: redis, newTag: v7 }\n";
    assert_eq!(names(&expanded(images, &[("overlays/staging/kustomization.yaml", text)])), ["api", "web"]);
    let objects = "  - each: \"{application}\"\n    pins: [{ file: \"argo/{environment}.yaml\", kind: Application, name: \"{application}-app\", path: spec.source.targetRevision }]\n";
    let text = "kind: Application\nmetadata: { name: web-app }\nspec: { source: { targetRevision: v1 } }\n---\nkind: Project\nmetadata: { name: p-app }\n---\nkind: Application\nmetadata: { name: none-app }\n";
    assert_eq!(names(&expanded(objects, &[("argo/staging.yaml", text)])), ["web"]);
}

#[test]
fn clusters_are_those_of_the_environment() {
    let family = "  - each: \"{application}\"\n    pins: [{ image: \"r/{application}\", in: \"apps/{application}/{environment}/{cluster}\", environments: [production] }]\n";
    let found = expanded(
        family,
        &[
            ("apps/web/production/eu/k.yaml", ""),
            ("apps/api/production/us-1/k.yaml", ""),
            ("apps/x/production/ap/k.yaml", ""),
            ("apps/y/staging/eu/k.yaml", ""),
        ],
    );
    assert_eq!(names(&found), ["api", "web"]);
}

#[test]
fn a_named_entry_wins_and_names_say_who_is_left_out() {
    let both = format!(
        "{}    names: [\"*\", \"!legacy-*\", \"!_*\", legacy-shop]\n  - {{ name: web, pins: [{{ image: own/web, in: \"apps/web/{{environment}}\" }}] }}\n",
        FOLDERS
    );
    let found = expanded(
        &both,
        &[
            ("apps/web/staging/k", ""),
            ("apps/legacy-x/staging/k", ""),
            ("apps/legacy-shop/staging/k", ""),
            ("apps/_t/staging/k", ""),
        ],
    );
    assert_eq!(names(&found), ["web", "legacy-shop"]);
    assert_eq!(found.applications[0].pins[0].kind.identity(), "own/web");
    assert_eq!(told(&found), Vec::<String>::new());
}

#[test]
fn what_cannot_be_an_application_is_told_with_its_places_and_takes_nobody_along() {
    let teams = "  - each: \"{application}\"\n    pins: [{ image: \"r/{application}\", in: \"teams/{team}/{application}/{environment}\" }]\n";
    let found = expanded(
        teams,
        &[
            ("teams/a/web/staging/k", ""),
            ("teams/b/web/staging/k", ""),
            ("teams/a/API/staging/k", ""),
            ("teams/a/api/staging/k", ""),
            ("teams/a/_x/staging/k", ""),
            ("teams/a/production/staging/k", ""),
            ("teams/a/good/staging/k", ""),
        ],
    );
    assert_eq!(names(&found), ["good"]);
    assert_eq!(
        told(&found),
        [
            "API (teams/a/API/staging): `api` is called the same but for capitals",
            "_x (teams/a/_x/staging): `_x` does not begin with a letter or a digit",
            "api (teams/a/api/staging): `API` is called the same but for capitals",
            "production (teams/a/production/staging): `production` is an environment",
            "web (teams/a/web/staging, teams/b/web/staging): it is found in more than one place",
        ]
    );
    let twice = format!(
        "{FOLDERS}  - each: \"{{application}}\"\n    pins: [{{ image: x, in: \"more/{{application}}/{{environment}}\" }}]\n"
    );
    let found = expanded(&twice, &[("apps/web/staging/k", ""), ("more/web/staging/k", "")]);
    assert_eq!(told(&found), ["web (apps/web/staging, more/web/staging): two families find it"]);
    let unclear =
        "  - each: \"{team}-{application}\"\n    pins: [{ image: x, in: \"{team}-{application}/{environment}\" }]\n";
    let found = expanded(unclear, &[("a-b-c/staging/k", ""), ("a-b/staging/k", "")]);
    assert_eq!(
        (names(&found), told(&found)),
        (vec!["a-b"], vec!["a-b-c (a-b-c): it fits `{team}-{application}` in more than one way".to_string()])
    );
}

#[test]
fn one_member_is_found_by_its_name_without_the_others() {
    let settings = settings(
        "  - each: \"team-{application}\"\n    names: [\"*\", \"!team-old\"]\n    pins: [{ image: \"r/{team}/{application}\", in: \"teams/{team}/{application}/{environment}\" }]\n",
    );
    let files = Memory::new([
        ("teams/a/web/staging/k", ""),
        ("teams/a/old/staging/k", ""),
        ("teams/a/two/staging/k", ""),
        ("teams/b/two/staging/k", ""),
    ]);
    let find = |name: &str| named(&settings, &files, &AppName::new(name).unwrap()).unwrap();
    assert_eq!(find("team-web").unwrap().pins[0].kind.identity(), "r/a/web");
    for name in ["web", "team-old", "team-two", "team-none"] {
        assert!(find(name).is_none(), "{name}");
    }
}

#[test]
fn members_of_several_trees_come_together_by_the_environments_that_live_there() {
    let settings = settings(FOLDERS);
    let (main, own) = (
        Memory::new([("apps/web/staging/k", ""), ("apps/stale/production/k", "")]),
        Memory::new([("apps/web/production/k", ""), ("apps/api/production/k", "")]),
    );
    let of = |name: &str| settings.environments.iter().filter(|env| env.name.as_str() == name).collect();
    let trees =
        [Lives { files: &main, environments: of("staging") }, Lives { files: &own, environments: of("production") }];
    assert_eq!(names(&with_members(&settings, &trees).unwrap()), ["api", "web"]);
}

#[test]
fn an_environment_on_the_way_of_a_path_is_one_of_the_environments() {
    let family =
        "  - each: \"{application}\"\n    pins: [{ file: versions.yaml, path: \"{environment}.{application}.tag\" }]\n";
    let text = "staging: { web: { tag: v1 } }\nproduction: { web: { tag: v1 }, api: { tag: v1 } }\nother: { x: { tag: v1 } }\n";
    let found = expanded(family, &[("versions.yaml", text)]);
    assert_eq!(names(&found), ["api", "web"]);
    let PinKind::Field(field) = &found.applications[0].pins[0].kind else { panic!() };
    assert_eq!(field.route, "{environment}.api.tag", "the environment is filled for each place");
}

#[test]
fn exceptions_alone_are_exceptions_of_all() {
    let files = [("apps/web/staging/k", ""), ("apps/api/staging/k", "")];
    let names_of = |list: &str| names(&expanded(&format!("{FOLDERS}    names: {list}\n"), &files)).join(" ");
    assert_eq!(names_of("[\"!api\"]"), "web");
    assert_eq!(names_of("[api]"), "api");
    assert_eq!(names_of("[\"*\", \"!web\"]"), "api");
}
