//! How many of everything: the one place.

use crate::support::transport::Transport;

/// Names the file for the figures, and thereby says that this is the long run.
pub const LONG: &str = "STAGELINE_LONG";

/// Whether this is the long run.
pub fn long() -> bool {
    std::env::var_os(LONG).is_some()
}

fn of(ordinary: usize, long_run: usize) -> usize {
    if long() { long_run } else { ordinary }
}

/// Landings in races over one transport; there are four.
pub fn landings() -> usize {
    of(6, 300)
}

/// Writers of one race.
pub fn writers() -> usize {
    of(3, 6)
}

/// Promotions of its own application that a writer makes in one race.
pub fn own_promotions() -> usize {
    of(2, 8)
}

/// Promotions of the application of all that a writer makes in one race.
pub fn shared_promotions() -> usize {
    of(1, 3)
}

/// Kills of one verb, which has so many at the starts of programs; there are four verbs.
pub fn kills(at_starts: usize) -> usize {
    of(at_starts + 4, at_starts.max(125))
}

/// Of so many things that go wrong with a call each forge meets one; there are three forges.
pub fn wrongs_to_a_forge() -> usize {
    of(3, 1)
}

/// Applications of one promotion, by one request.
pub fn applications() -> usize {
    of(300, 1000)
}

/// Runs that are stopped and continued.
pub fn stopped_runs() -> usize {
    of(6, 200)
}

/// How many of the two signals are sent to each run that hangs.
pub fn signals() -> usize {
    of(1, 2)
}

/// Verbs whose git is late, at each of its starts once.
pub fn late_verbs() -> usize {
    of(2, usize::MAX)
}

/// Processes that write one application at the same time.
pub fn order_processes() -> usize {
    of(4, 16)
}

/// Rounds of them, for each transport.
pub fn order_rounds() -> usize {
    of(1, 4)
}

/// Generated histories that are read and compared with what they were made to say.
pub fn histories() -> usize {
    of(6, 400)
}

/// Transports of these rounds; ssh has a test of its own, which is left out where there is no sshd.
pub fn order_transports() -> &'static [Transport] {
    if long() { &[Transport::Path, Transport::Git, Transport::Http] } else { &[Transport::Path] }
}
