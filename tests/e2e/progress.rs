//! What a long run says of itself: in a job a line every ten seconds, and nothing of it with `-q`.

use std::thread;

use crate::support::World;

#[test]
fn a_job_whose_remote_is_slow_says_every_ten_seconds_what_it_is_at_and_a_quiet_one_does_not() {
    let world = World::new();
    world.git(&["config", "remote.origin.uploadpack", "sleep 11; git-upload-pack"]);
    let (told, quiet) = thread::scope(|scope| {
        let quiet = scope.spawn(|| world.run(&["status", "--fetch", "--quiet"]).exits(0));
        (world.run(&["status", "--fetch"]).exits(0), quiet.join().expect("it ran"))
    });
    assert!(told.progress.starts_with("fetching origin ... (1"), "{told}");
    assert_eq!((&*quiet.stderr, &*quiet.progress), ("", ""), "{quiet}");
    assert_eq!(told.stdout, quiet.stdout);
}
