//! The verbs: each resolves what was asked, once, and returns a report; writing ones go one way from there (`carry`).

pub mod apart;
pub mod approve;
pub mod attest;
pub mod attested;
mod carry;
mod copying;
pub mod diff;
pub mod doctor;
pub mod eligible;
pub mod history;
pub mod hold;
pub mod hold_commits;
pub mod init;
pub mod lacking;
mod losses;
pub mod promote;
pub mod rollback;
pub mod setup;
pub mod show;
pub mod status;
mod status_waits;
pub mod steps;
pub mod sync;
pub mod tend;
pub mod undo;
pub mod verify;
pub mod why;
