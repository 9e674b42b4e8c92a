//! The built program against real repositories, a real git and a real server: what a user sees, file by verb.

mod cache;
mod corpus_init;
mod diff;
mod draft;
mod examples;
mod history;
mod hold;
mod init;
mod kill;
mod kinds;
mod landing;
mod laws;
mod output;
mod promote;
mod races;
mod request;
mod rollback;
mod selfcheck;
mod show;
mod signing;
mod status;
mod support;
mod tidy;
mod undo;
mod undo_command;
mod undo_which;
