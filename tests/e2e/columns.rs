//! A terminal of 80 columns: no line of a screen is wider, and a pipe gets every word.

use crate::support::World;
use crate::support::landed::on_a_terminal;
use crate::support::run::Ran;

const REASON: &str = "orders were lost since the sale began, in every region, and nobody knows why";

/// A promotion and a hold for a long reason, by somebody with a long name.
fn world() -> World {
    let world = World::new();
    world.git(&["config", "user.name", "María de los Ángeles Fernández-Castañeda"]);
    world.run(&["promote", "web", "--to", "production", "-m", REASON]).exits(0);
    world.run(&["hold", "set", "checkout", "--env", "production", "-m", REASON]).exits(0);
    world
}

/// A run on a terminal of 80 columns, with these keys typed; `-echo`: the keys are no part of the screen.
fn narrow(world: &World, args: &str, keys: &str) -> Ran {
    let line = format!("stty cols 80 rows 50 -echo; PAGER=cat exec stageline --color never {args}");
    on_a_terminal(&world.environment, &world.clone, &line, keys)
}

/// The lines of a screen, without what moves the cursor.
fn screen(ran: &Ran) -> Vec<String> {
    let text = ran.stdout.replace("\r\n", "\n");
    let last = |line: &str| line.rsplit(['\r', '\u{1b}']).next().unwrap_or_default().to_owned();
    text.lines().map(|line| if line.contains('\u{1b}') { last(line) } else { line.to_owned() }).collect()
}

#[test]
fn no_screen_is_wider_than_the_terminal_and_a_pipe_gets_every_word() {
    let world = world();
    for args in [
        "history",
        "history --env production",
        "history -o wide",
        "hold list",
        "hold list -o wide",
        "status",
        "status -o wide",
        "show",
        "why checkout --to production",
        "diff staging production",
        "promote checkout --to production --dry-run",
        "rollback web --env production --dry-run",
        "doctor --offline",
        "locate main web",
    ] {
        let ran = narrow(&world, args, "");
        for line in screen(&ran) {
            let is_one = line.split_whitespace().any(|word| word.chars().count() > 72) || is_command(&line);
            assert!(line.chars().count() <= 80 || is_one, "{args}: {line}\n{ran}");
        }
        assert!(!ran.stdout.trim().is_empty(), "{args}");
    }
    let listed = world.run(&["hold", "list"]).exits(0);
    assert!(listed.stdout.contains(&format!("Castañeda <mei@example.com>  no end  {REASON}\n")), "{listed}");
}

/// What is to be copied is never broken.
fn is_command(line: &str) -> bool {
    let line = line.trim_start();
    let is_quoted = line.starts_with('`') && line.trim_end_matches([';', '.', ',']).ends_with('`');
    is_quoted || line.starts_with("hint: stageline ") || line.starts_with("undo:  ") || line.starts_with("stageline ")
}

#[test]
fn the_file_of_a_plan_and_an_answer_of_no_hold_their_lines() {
    let world = World::new();
    let tip = world.tip();
    let ran = narrow(&world, "promote web --to production", "n\n").exits(1);
    let lines = screen(&ran);
    assert!(lines.iter().any(|line| line.starts_with("error: stopped; nothing was written")), "{ran}");
    let file = lines.iter().find(|line| line.contains("newTag")).unwrap_or_else(|| panic!("no file\n{ran}"));
    assert!(file.chars().count() <= 80 && file.contains("kustomization.yaml:") && file.contains("…\" -> \""), "{ran}");
    assert_eq!(world.tip(), tip);
}

#[test]
fn a_terminal_shows_ages_and_exact_times_where_these_are_asked_for() {
    let world = world();
    let exact = |ran: &Ran| ran.stdout.lines().any(|line| line.contains("T") && line.contains("Z  "));
    let (ages, times) = (narrow(&world, "history web", ""), narrow(&world, "history web --absolute", ""));
    assert!(!exact(&ages) && ages.stdout.contains("just now"), "{ages}");
    assert!(exact(&times) && !times.stdout.contains("just now"), "{times}");
}
