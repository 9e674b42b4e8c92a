//! A remote behind a real transport and many writers, each with a clone of its own.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::support::World;
use crate::support::run::{Environment, Ran, finish};
use crate::support::transport::{Served, Transport};

use super::ledger;

/// The writers and what they write to.
pub struct Field {
    pub world: World,
    served: Served,
    pub clones: Vec<PathBuf>,
    /// Where each writer is at work: on one machine one cache is shared, as between the jobs of one runner.
    machines: Vec<usize>,
    /// Where `main` stood before anybody wrote.
    pub base: String,
}

/// How one promotion ended.
pub struct Entry {
    pub app: String,
    pub version: String,
    pub took: Duration,
    pub ran: Ran,
    /// `landed`, `superseded`, ..., or the word of the refusal.
    pub word: String,
}

impl Field {
    /// Serves the world's remote and makes a clone for each writer, given the machine on which it is.
    pub fn new(world: World, transport: Transport, machines: impl IntoIterator<Item = usize>) -> Self {
        let machines: Vec<usize> = machines.into_iter().collect();
        let served = Served::start(&world, transport);
        let clones = (0..machines.len()).map(|index| {
            let clone = world.clone_as(&format!("clones/{index:02}"), &[]);
            served.lead(&clone);
            clone
        });
        let clones = clones.collect();
        let base = ledger::open(&world);
        Self { world, served, clones, machines, base }
    }

    /// Puts a hook into the remote.
    pub fn hook(&self, name: &str, script: &str) {
        put_hook(&self.world.remote, name, script);
    }

    /// The environment of a writer.
    pub fn environment(&self, writer: usize) -> Environment {
        let cache = self.world.path(&format!("caches/{:02}", self.machines[writer]));
        self.served.environment().with("XDG_CACHE_HOME", cache)
    }

    /// A writer promotes an application to the commit of that number in its source, and waits for the end.
    pub fn promote(&self, writer: usize, app: &str, commit: usize) -> Entry {
        let version = self.world.commit_of(app, commit);
        let begun = Instant::now();
        let args = ["promote", app, "--to", "staging", "--commit", &version, "-o", "json"];
        let child = self.environment(writer).start_stageline(&self.clones[writer], &args);
        let ran = finish(child, &args);
        Entry { app: app.to_owned(), version, took: begun.elapsed(), word: word(&ran), ran }
    }
}

/// Puts a hook into a bare repository.
pub fn put_hook(remote: &Path, name: &str, script: &str) {
    let hook = remote.join("hooks").join(name);
    fs::create_dir_all(remote.join("hooks")).expect("a folder");
    fs::write(&hook, format!("#!/bin/sh\n{script}\n")).expect("a hook");
    fs::set_permissions(&hook, fs::Permissions::from_mode(0o755)).expect("our own file");
}

/// The one word for how a run ended: the stage of its report, or the refusal's.
pub fn word(ran: &Ran) -> String {
    let report: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap_or_default();
    let word = report["stage"].as_str().or(report["error"]["code"].as_str());
    word.unwrap_or("no report").to_owned()
}
