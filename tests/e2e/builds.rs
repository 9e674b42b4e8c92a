//! What a pin decides of a build (`tests/builds`): what lands is built by the real kustomize and helm, and what is refused would have changed nothing.

use std::fs;
use std::path::Path;

use crate::support::World;

/// A tree with one pin: see `tests/builds/README.md`.
struct Shape {
    name: String,
    pin: String,
    ends: String,
    says: Vec<String>,
    attempt: Option<(String, String)>,
    build: Vec<String>,
    files: Vec<(String, String)>,
}

impl Shape {
    fn read(name: &str, text: &str) -> Self {
        let (head, files) = text.split_once("\n-- ").unwrap_or_else(|| panic!("{name}: no files"));
        let all = |key: &str| -> Vec<String> {
            head.lines().filter_map(|line| Some(line.strip_prefix(key)?.trim().to_owned())).collect()
        };
        let one = |key: &str| all(key).pop().unwrap_or_else(|| panic!("{name}: no {key}"));
        let file = |part: &str| {
            let (path, text) = part.split_once(" --\n").unwrap_or_else(|| panic!("{name}: {part}"));
            (path.to_owned(), format!("{}\n", text.trim_end_matches('\n')))
        };
        let attempt = all("try:").pop().and_then(|line| {
            let (file, text) = line.split_once(": ")?;
            Some((file.to_owned(), text.to_owned()))
        });
        Self {
            name: name.to_owned(),
            pin: one("pin:"),
            ends: one("ends:"),
            says: all("says:"),
            attempt,
            build: one("build:").split_whitespace().map(str::to_owned).collect(),
            files: files.split("\n-- ").map(file).collect(),
        }
    }

    /// What its command builds; `None` where the program is not here, as `tests/run` tells.
    fn built(&self, world: &World) -> Option<String> {
        let (program, args) = self.build.split_first()?;
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        world.environment.has(program).then(|| world.environment.tool(program, &world.clone.join(&self.name), &args))
    }

    /// Writes its files into the clone with a version in the place of the pinned one.
    fn write(&self, world: &World, version: &str) {
        for (file, text) in &self.files {
            world.write(&format!("{}/{file}", self.name), &text.replace("PINNED", version));
        }
    }

    /// What it builds where the pin has been written by hand.
    fn built_by_hand(&self, world: &World) -> Option<String> {
        self.write(world, "v2");
        if let Some((file, text)) = &self.attempt {
            let path = format!("{}/{file}", self.name);
            world.write(&path, &format!("{}{text}\n", world.read(&path)));
        }
        let built = self.built(world);
        world.git(&["checkout", "-q", "--", "."]);
        built
    }
}

/// How a promotion may end here.
const ENDS: [&str; 3] = ["lands", "no-effect", "no-such-image"];

fn shapes() -> Vec<Shape> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/builds");
    let mut out = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.extension().is_some_and(|ending| ending == "txt") {
            let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
            out.push(Shape::read(&name, &fs::read_to_string(&path).expect("a file")));
        }
    }
    out.sort_by(|one, other| one.name.cmp(&other.name));
    out
}

/// A world with all of them.
fn world(shapes: &[Shape]) -> World {
    let world = World::shaped(|shape| shape.applications.clear());
    let settings = world.settings();
    let mut settings = settings.trim_end().trim_end_matches("applications:").to_owned() + "applications:\n";
    for shape in shapes {
        settings += &format!("  - {{ name: {}, pins: [{}] }}\n", shape.name, shape.pin);
        shape.write(&world, "v1");
    }
    world.land_file("stageline.yaml", &settings);
    world
}

#[test]
fn what_lands_is_built_and_what_is_refused_would_have_changed_nothing() {
    let shapes = shapes();
    let world = world(&shapes);
    let mut faults = Vec::new();
    for shape in &shapes {
        let before = shape.built(&world);
        let by_hand = shape.built_by_hand(&world);
        assert!(ENDS.contains(&&*shape.ends), "{}: {}", shape.name, shape.ends);
        let args = ["promote", &*shape.name, "--to", "staging", "--version", "v2", "--allow-older", "-o", "json"];
        let ran = world.run(&args);
        let text = format!("{}{}", ran.stdout, ran.stderr);
        world.git(&["pull", "-q", "--ff-only"]);
        let after = shape.built(&world);
        let ended = if ran.code() == Some(0) { "lands".to_owned() } else { ran.refusal() };
        let mut wrong = |what: &str| faults.push(format!("{}: {what}\n{text}\n{after:?}", shape.name));
        if ended != shape.ends {
            wrong(&format!("it ends as {ended}, not as {}", shape.ends));
        }
        shape
            .says
            .iter()
            .filter(|says| !text.contains(*says))
            .for_each(|says| wrong(&format!("it does not say {says}")));
        let (Some(before), Some(by_hand), Some(after)) = (before, by_hand, &after) else { continue };
        match shape.ends.as_str() {
            "lands" if !after.contains("v2") || before.contains("v2") => wrong("what landed is not built"),
            "lands" => {}
            _ if by_hand != before => wrong(&format!("written by hand it has effect: {by_hand}")),
            _ if *after != before => wrong("it was refused, and something changed"),
            _ => {}
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n\n"));
}

#[test]
fn what_else_names_the_old_version_in_the_same_document_is_said_and_stays() {
    let world = World::shaped(|shape| {
        shape.applications.clear();
        shape.sources = false;
    });
    let text = "kind: Deployment\nmetadata: {name: op}\nspec:\n  template:\n    spec:\n      containers:\n      - name: op\n        image: r/shop/op:v1\n        env: [{name: RELATED_IMAGE_AGENT, value: \"r/shop/op:v1\"}]\n        args: [\"--image=r/shop/op:v1\", \"r/shop/op-agent:v1\"]\n";
    world.write("m/staging/op.yaml", text);
    let settings = world.settings();
    let head = settings.split("applications:").next().expect("the head");
    let pins = "[{ image: r/shop/op, in: \"m/{environment}/op.yaml\" }]";
    world.land_file("stageline.yaml", &format!("{head}applications:\n  - {{ name: op, pins: {pins} }}\n"));
    let args = ["promote", "op", "--to", "staging", "--version", "v2", "--allow-older"];
    let wanted = [
        "m/staging/op.yaml:9:50: `spec.template.spec.containers[name=op].env[name=RELATED_IMAGE_AGENT].value` still names `r/shop/op:v1`: only the pin moves",
        "m/staging/op.yaml:10:16: `spec.template.spec.containers[name=op].args[0]` still names `r/shop/op:v1`: only the pin moves",
    ];
    let notes = |report: serde_json::Value| -> Vec<String> {
        let notes = report["notes"].as_array().expect("notes").clone();
        notes.iter().filter_map(|note| note.as_str()).filter(|note| note.contains("still")).map(str::to_owned).collect()
    };
    assert_eq!(notes(world.run(&[&args[..], &["--dry-run", "-o", "json"]].concat()).exits(0).json()), wanted);
    world.run(&[&args[..], &["--dry-run"]].concat()).exits(0).says(wanted[0]);
    assert_eq!(notes(world.json(&args)), wanted);
    world.git(&["pull", "-q", "--ff-only"]);
    assert_eq!(world.read("m/staging/op.yaml"), text.replacen("op:v1", "op:v2", 1));
}

#[test]
fn config_check_names_the_place_that_wins_and_init_proposes_only_what_is_built() {
    let world = World::shaped(|shape| {
        shape.applications.clear();
        shape.file = false;
    });
    for env in ["staging", "production"] {
        let folder = format!("components/lister/{env}/base");
        let images = "images:\n- name: lister\n  newName: r/shop/lister\n  newTag: v1\n";
        world.write(&format!("{folder}/kustomization.yaml"), &format!("resources: [deployment.yaml]\n{images}"));
        let pod = "kind: Deployment\nmetadata: { name: lister }\nspec:\n  template:\n    spec:\n      containers:\n      - name: lister\n        image: lister:v0.0.1\n";
        world.write(&format!("{folder}/deployment.yaml"), &format!("apiVersion: apps/v1\n{pod}"));
    }
    world.land_file("README.md", "Two environments.\n");
    let report = world.json(&["init"]);
    let text = report["text"].as_str().expect("a text");
    assert!(text.contains("in: \"components/lister/{environment}/base\""), "{text}");
    let told = report["left_out"].to_string() + &report["to_look_at"].to_string();
    let why = "what stands here for `lister` is not what is built: components/lister/production/base/kustomization.yaml:5 decides";
    assert!(told.contains(why), "{told}");
    world.git(&["clean", "-fdq"]);
    let pins = "[{ image: lister, in: \"components/lister/{environment}/base/deployment.yaml\" }]";
    let settings = format!(
        "version: 1\nenvironments: [{{ name: staging }}, {{ name: production }}]\napplications:\n  - {{ name: lister, pins: {pins} }}\n"
    );
    world.land_file("stageline.yaml", &settings);
    let check = world.json(&["config", "check"]);
    let notices = check["notices"].to_string();
    for env in ["staging", "production"] {
        let place = format!("components/lister/{env}/base/kustomization.yaml:5:11 (`images:`) decides that");
        assert!(notices.contains(&place), "{notices}");
    }
    assert_eq!(check["valid"], true);
    assert_eq!(world.refused(1, &["promote", "lister", "--to", "staging", "--version", "v2"]), "no-effect");
}
