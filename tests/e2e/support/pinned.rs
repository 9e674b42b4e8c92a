//! A world of one application, whose pins and their files a test writes itself.

use super::World;

/// A digest of this pair of hex digits.
pub fn digest(pair: &str) -> String {
    format!("sha256:{}", pair.repeat(32))
}

/// One application, `a`, pinned by these lines of `stageline.yaml`, with these files.
pub fn pinned(pins: &[&str], files: &[(&str, String)]) -> World {
    let world = World::shaped(|shape| {
        shape.applications.clear();
        shape.sources = false;
    });
    let pins: String = pins.iter().map(|pin| format!("      - {pin}\n")).collect();
    for (path, text) in files {
        world.write(path, text);
    }
    let settings = world.settings();
    let without = settings.split("applications:").next().expect("the head");
    world.land_file("stageline.yaml", &format!("{without}applications:\n  - name: a\n    pins:\n{pins}"));
    world
}
