//! What manual pages say beyond the flags: which variables are read, and which files, by whom.

use clap::Command;

/// Whose pages have an entry.
#[derive(Clone, Copy)]
enum Whose {
    Every,
    /// Verbs that look at a config repository, or at a source.
    OfRepositories,
    /// Verbs that may speak to a forge.
    OfForges,
    /// The verbs with these words.
    Named(&'static [&'static str]),
}

use Whose::{Every, Named, OfForges, OfRepositories};

/// Verbs that may speak to a forge, beside those with `--wait-for-forge`.
const ASKING: [&str; 8] = ["approve", "attest", "config", "doctor", "feedback", "preview", "tend", "verify"];
/// Verbs that need no repository.
const ALONE: [&str; 3] = ["completions", "man", "schema"];

const VARIABLES: &[(Whose, &[&str], &str)] = &[
    (
        Every,
        &["STAGELINE_PAGER", "PAGER"],
        "What is longer than the terminal goes through this program; `cat` or nothing: through none. Otherwise `less`.",
    ),
    (Every, &["LESS"], "The options of `less`. Where it is not set: `FRX`."),
    (
        Every,
        &["CLICOLOR_FORCE", "NO_COLOR", "CLICOLOR"],
        "Without `--color`: colour wherever `CLICOLOR_FORCE` is set and not `0`; else none where `NO_COLOR` is set or \
         `CLICOLOR` is `0`.",
    ),
    (Every, &["TERM"], "A terminal that is `dumb` gets neither colour nor progress."),
    (Every, &["COLUMNS"], "How wide `--help` is where no terminal says it; at most 100."),
    (Named(&["completions"]), &["STAGELINE_COMPLETE"], "The shell that asks: set by the scripts of `--dynamic`."),
    (
        OfRepositories,
        &["XDG_CACHE_HOME", "HOME"],
        "Where mirrors of sources and of config repositories are kept: in `stageline` below the first, else in \
         `.cache/stageline` below the second.",
    ),
    (OfRepositories, &["TMPDIR"], "Where folders for the time of a run are made."),
    (
        OfRepositories,
        &["PATH"],
        "Where `git`, and what builds manifests, are looked for. Git reads variables of its own, among them those that \
         say how it signs and logs in: see git(1).",
    ),
    (
        OfForges,
        &["GH_TOKEN", "GITHUB_TOKEN"],
        "The token for GitHub: for `github.com`, or for the hosts that `GH_HOST` and `GITHUB_SERVER_URL` name.",
    ),
    (
        OfForges,
        &["GITLAB_TOKEN"],
        "The token for GitLab: for `gitlab.com`, or for the hosts that `GITLAB_HOST` and `CI_SERVER_HOST` name.",
    ),
    (
        OfForges,
        &["GITEA_TOKEN", "FORGEJO_TOKEN"],
        "The token for Gitea or Forgejo, for the hosts that `GITEA_SERVER_URL` and `FORGEJO_URL` name. Without any of \
         these tokens git's credential helpers are asked.",
    ),
    (OfForges, &["STAGELINE_TOKEN_HOST"], "Hosts, with commas between them, that these tokens are meant for as well."),
    (
        OfForges,
        &["HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"],
        "The proxy for calls of a forge or a sink, and the hosts that are reached without it; in small letters as well.",
    ),
    (
        OfForges,
        &["GITHUB_BASE_REF", "CI_MERGE_REQUEST_TARGET_BRANCH_NAME", "CHANGE_TARGET"],
        "In a pipeline of a merge request: the branch that it is for.",
    ),
    (OfForges, &["GITHUB_RUN_ID", "CI_JOB_URL", "BUILD_URL"], "The page of the pipeline, for what is written by it."),
    (
        OfForges,
        &["STAGELINE_ALLOW_HOSTS"],
        "Hosts, with commas between them, that sinks of `feedback:` may be told at though they are of no public \
         network.",
    ),
    (
        Named(&["feedback"]),
        &["GITHUB_STEP_SUMMARY"],
        "The file that `feedback step` writes to where its token may not write at the forge.",
    ),
    (
        Named(&["feedback"]),
        &["GITHUB_EVENT_PATH"],
        "What happened, by which `feedback step` finds the request that it is about.",
    ),
];

const FILES: &[(Whose, &str, &str)] = &[
    (OfRepositories, "stageline.yaml", "The settings of a config repository: environments, applications, rules."),
    (OfRepositories, ".stageline/allowed_signers", "The SSH keys that count, by person: see ssh-keygen(1)."),
    (OfRepositories, ".stageline/keys/", "OpenPGP public keys that count."),
    (OfRepositories, ".stageline/revoked_keys", "Keys that count no more."),
    (OfRepositories, ".stageline/holds/", "Which pins stay where they are, and why."),
    (OfRepositories, ".stageline/hotfixes/", "What landed as a hotfix and is in no promotion yet."),
    (OfRepositories, ".stageline/previews/", "The instances of environments with `ephemeral:`."),
    (
        OfRepositories,
        "~/.cache/stageline/",
        "Mirrors of sources and of config repositories, and indexes: may be deleted at any time.",
    ),
    (Named(&["schema"]), "stageline.yaml", "What `stageline schema config` describes."),
    (Named(&["man"]), "~/.local/share/man/man1/", "Where man(1) finds pages of one's own."),
    (
        Named(&["completions"]),
        "~/.local/share/bash-completion/completions/stageline",
        "Where bash finds the script, with the package bash-completion.",
    ),
    (Named(&["completions"]), "~/.config/fish/completions/stageline.fish", "Where fish finds it."),
    (Named(&["completions"]), "_stageline", "In a folder of `$fpath`, where zsh finds it."),
];

impl Whose {
    /// Whether the page of a command, by its words without the program's name, has the entry. The program's own has all.
    fn has(self, words: &[&str], command: &Command) -> bool {
        let Some(verb) = words.first() else { return true };
        match self {
            Every => true,
            OfRepositories => !ALONE.contains(verb),
            OfForges => {
                ASKING.contains(verb) || command.get_arguments().any(|arg| arg.get_long() == Some("wait-for-forge"))
            }
            Named(verbs) => verbs.contains(verb),
        }
    }
}

/// The variables that a command reads, with what they mean.
pub fn variables(words: &[&str], command: &Command) -> Vec<(&'static [&'static str], &'static str)> {
    VARIABLES.iter().filter(|(whose, ..)| whose.has(words, command)).map(|(_, names, text)| (*names, *text)).collect()
}

/// The files that it reads or writes.
pub fn files(words: &[&str], command: &Command) -> Vec<(&'static str, &'static str)> {
    FILES.iter().filter(|(whose, ..)| whose.has(words, command)).map(|(_, file, text)| (*file, *text)).collect()
}
