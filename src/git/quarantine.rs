//! What a pre-receive hook sees of a real push: the same answers, from objects that are not in the repository yet.

use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::domain::commit::Known;
use crate::domain::files::Files as _;
use crate::domain::path::RepoPath;
use crate::process::Surroundings;

use super::merged::Merged;
use super::pushed::Past;
use super::repo::Repo;
use super::sample::Sample;

/// A push that stands still in the hook of the server, and is refused when this goes.
struct Standing {
    push: Child,
    go: PathBuf,
    surroundings: Surroundings,
}

impl Standing {
    fn new(sample: &Sample, from: &Path, server: &Path, refspec: &str) -> Self {
        let (seen, go) = (sample.path("seen"), sample.path("go"));
        let hook = server.join("hooks/pre-receive");
        let script = format!(
            "#!/bin/sh\nenv -0 >'{seen}.part' && mv '{seen}.part' '{seen}'\nwhile [ ! -e '{}' ]; do sleep 0.05; done\nexit 1\n",
            go.display(),
            seen = seen.display(),
        );
        std::fs::create_dir_all(hook.parent().unwrap()).unwrap();
        std::fs::write(&hook, script).unwrap();
        std::fs::set_permissions(&hook, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
        let mut push = Command::new("git");
        push.args(["push", "-q"]).arg(server).arg(refspec).current_dir(from).env_clear();
        let push = push.envs(&sample.surroundings.variables).stderr(Stdio::null()).spawn().unwrap();
        let begun = Instant::now();
        while !seen.exists() {
            assert!(begun.elapsed() < Duration::from_secs(30), "the hook did not start");
            std::thread::sleep(Duration::from_millis(10));
        }
        let bytes = std::fs::read(&seen).unwrap();
        let pairs = bytes.split(|byte| *byte == 0).filter_map(|pair| {
            let at = pair.iter().position(|byte| *byte == b'=')?;
            let text = |bytes: &[u8]| OsString::from_vec(bytes.to_vec());
            Some((text(&pair[..at]), text(&pair[at + 1..])))
        });
        let surroundings =
            Surroundings { variables: pairs.collect(), current_dir: server.into(), ..Surroundings::default() };
        Self { push, go, surroundings }
    }
}

impl Drop for Standing {
    fn drop(&mut self) {
        let _ = std::fs::write(&self.go, "");
        let _ = self.push.wait();
    }
}

#[test]
fn a_hook_is_told_what_a_push_would_do_and_nothing_of_it_stays() {
    // Pushed objects come one by one or as a pack.
    for limit in ["1", "100"] {
        let sample = Sample::new();
        let dir = sample.init("config");
        let first = sample.commit(&dir, "apps/f", Some("1\n2\n3\n4\n5\n"));
        sample.git(&sample.path(""), &["clone", "-q", "--bare", "config", "server.git"]);
        let server = sample.path("server.git");
        sample.git(&server, &["config", "receive.unpackLimit", limit]);
        sample.git(&server, &["symbolic-ref", "refs/heads/alias", "refs/heads/main"]);
        let next = sample.commit(&dir, "apps/f", Some("1\n2\n3\n4\nfive\n"));
        let last = sample.commit(&dir, "apps/g", Some("new"));
        sample.git(&dir, &["checkout", "-q", "-b", "theirs", &first.to_string()]);
        let theirs = sample.commit(&dir, "apps/f", Some("one\n2\n3\n4\n5\n"));
        sample.git(&dir, &["push", "-q", server.to_str().unwrap(), "theirs"]);
        let before = sample.git(&server, &["count-objects", "-v"]);

        let standing = Standing::new(&sample, &dir, &server, "main");
        let told = |name: &str| standing.surroundings.variable(name).is_some();
        assert!(told("GIT_QUARANTINE_PATH") && told("GIT_ALTERNATE_OBJECT_DIRECTORIES"), "{limit}");
        let repo = Repo::open(&server, &standing.surroundings).unwrap();
        let Known::Is(advance) = repo.pushed(first, last).unwrap() else { panic!("{limit}") };
        assert_eq!((advance.landings, advance.past), (vec![next, last], Past::Kept), "{limit}");
        let Merged::Tree(tree) = repo.merged(theirs, last).unwrap() else { panic!("{limit}") };
        let tree = repo.tree(tree).unwrap();
        let read = |path: &str| tree.read(&RepoPath::new(path).unwrap()).unwrap().map(String::from_utf8).unwrap();
        assert_eq!(read("apps/f").unwrap(), "one\n2\n3\n4\nfive\n", "{limit}");
        assert_eq!(read("apps/g").unwrap(), "new", "{limit}");
        let served: Vec<_> = repo.served("refs/heads/").unwrap().into_iter().map(|one| (one.name, one.tip)).collect();
        let name = |name: &str, tip| (format!("refs/heads/{name}"), tip);
        assert_eq!(served, [name("alias", first), name("main", first), name("theirs", theirs)], "{limit}");
        assert_eq!(repo.leads_to("refs/heads/alias").unwrap().as_deref(), Some("refs/heads/main"));
        drop(standing);
        assert_eq!(sample.git(&server, &["count-objects", "-v"]), before, "{limit}");
    }
}
