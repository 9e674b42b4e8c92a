//! The built program against real repositories, a real git and a real server: what a user sees, file by verb.

mod selfcheck;
mod support;
mod tidy;
