//! A server whose hook judges what is pushed: how it is installed there, and what becomes of a push.

use std::path::Path;
use std::process::Output;

use super::court::{Court, Work};

/// Installs the hook in the court's server; its sources are paths there.
pub fn hooked(court: &Court) {
    install(court);
    lets_local_sources(&court.world.remote.join("stageline-hook.yaml"));
}

/// Installs it as it comes.
pub fn install(court: &Court) {
    install_in(court, &court.world.remote);
}

/// Installs it in another repository or folder of hooks.
pub fn install_in(court: &Court, place: &Path) {
    let args = ["verify", "--branch", "main", "--install-hook", &place.to_string_lossy()];
    court.world.environment.stageline(&court.world.path(""), &args).exits(0).says("it judges what is pushed");
}

/// Installs what judges and what records, with a key of the server's.
pub fn install_recording(court: &Court, place: &Path) {
    let (place, key) = (place.to_string_lossy(), court.key("server").to_string_lossy());
    let args = ["verify", "--branch", "main", "--install-hook", &place, "--receipts", &key];
    let ran = court.world.environment.stageline(&court.world.path(""), &args);
    ran.exits(0).says("it judges what is pushed, and records when it came");
}

/// The receipt of a tip of main, as the repository of a server has it.
pub fn receipt(court: &Court, repository: &Path, tip: &str) -> String {
    court.world.environment.git(repository, &["show", &format!("stageline/receipts:main/{}/{tip}.yaml", &tip[..2])])
}

/// From now on the sources may be paths on the server, by its settings.
pub fn lets_local_sources(settings: &Path) {
    let text = std::fs::read_to_string(settings).expect("settings");
    std::fs::write(settings, text.replace("local-sources: false", "local-sources: true")).expect("settings");
}

/// Pushes, and gives what the server said.
pub fn push(work: &Work, args: &[&str]) -> Output {
    let args: Vec<&str> = ["push", "origin"].into_iter().chain(args.iter().copied()).collect();
    work.environment.try_git(&work.dir, &args)
}

/// It lands; what the server said.
#[track_caller]
pub fn lands(work: &Work, args: &[&str]) -> String {
    let out = push(work, args);
    let said = String::from_utf8_lossy(&out.stderr).into_owned();
    assert!(out.status.success(), "{said}");
    said
}

/// The server refuses it, and says this.
#[track_caller]
pub fn refused(work: &Work, args: &[&str], says: &str) -> String {
    let out = push(work, args);
    let said = String::from_utf8_lossy(&out.stderr).into_owned();
    assert!(!out.status.success(), "it landed: {said}");
    assert!(said.contains(says), "{said}");
    said
}

/// The first line that the server's hook said.
pub fn first_line(said: &str) -> &str {
    said.lines().find_map(|line| line.strip_prefix("remote: ")).unwrap_or_default().trim_end()
}
