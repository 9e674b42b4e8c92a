//! What a forge, or what stands before it, does wrong with a call.

use std::io::{ErrorKind, Result, Write as _};
use std::net::{Shutdown, TcpStream};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use serde_json::Value;

/// Which calls of a run it is done to, counted from one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    Read(usize),
    Write(usize),
    EveryRead,
    EveryWrite,
    WritesFrom(usize),
}

impl Which {
    /// Whether the `nth` read or write is meant.
    pub fn is(self, is_write: bool, nth: usize) -> bool {
        match self {
            Which::Read(meant) => !is_write && meant == nth,
            Which::Write(meant) => is_write && meant == nth,
            Which::EveryRead => !is_write,
            Which::EveryWrite => is_write,
            Which::WritesFrom(first) => is_write && nth >= first,
        }
    }
}

/// A status with headers and a text.
pub type Answer = (u16, &'static [(&'static str, &'static str)], &'static str);

/// One thing that goes wrong.
#[derive(Clone)]
pub enum Wrong {
    /// This is answered, and nothing is done.
    Instead(Answer),
    /// It is done, and this is answered.
    DoneBut(Answer),
    /// The connection ends, and nothing is done.
    Cut,
    /// It is done, and the connection ends.
    DoneAndCut,
    /// It is done, and half of the answer comes.
    Half,
    /// It is done, and the answer never ends.
    Endless,
    /// It is done, and the answer comes so slowly.
    Slow(Duration),
    /// It is done, and the answer says something else.
    Says(fn(Value) -> Value),
    /// It is done, and the answer comes packed though nobody asked for that.
    Packed,
    /// It is done, and the answer comes in pieces, by a clock of last year.
    PiecesOfLastYear,
    /// What TLS says where it is spoken to without.
    Alert,
    /// Something happens at the forge first.
    Meanwhile(Arc<dyn Fn() + Send + Sync>),
}

impl Wrong {
    /// Answers a call. `done`: has the forge do it; its whole answer.
    pub fn answer(&self, mut to: TcpStream, done: impl Fn() -> Result<Vec<u8>>) -> Result<()> {
        match self {
            Wrong::Instead(answer) => to.write_all(&written(answer))?,
            Wrong::DoneBut(answer) => {
                done()?;
                to.write_all(&written(answer))?;
            }
            Wrong::Cut => {}
            Wrong::DoneAndCut => drop(done()?),
            Wrong::Half => {
                let (head, body) = taken_apart(done()?)?;
                to.write_all(&head_of(&head, &[format!("Content-Length: {}", body.len())]))?;
                to.write_all(&body[..body.len() / 2])?;
            }
            Wrong::Endless => {
                done()?;
                to.write_all(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n[")?;
                while to.write_all(&[b' '; 1 << 16]).is_ok() {}
            }
            Wrong::Slow(pause) => {
                for byte in done()? {
                    to.write_all(&[byte])?;
                    thread::sleep(*pause);
                }
            }
            Wrong::Says(change) => {
                let (head, body) = taken_apart(done()?)?;
                let body = change(serde_json::from_slice(&body)?).to_string();
                to.write_all(&head_of(&head, &[format!("Content-Length: {}", body.len())]))?;
                to.write_all(body.as_bytes())?;
            }
            Wrong::Packed => {
                let (head, body) = taken_apart(done()?)?;
                let body = packed(&body)?;
                let more = ["Content-Encoding: gzip".to_owned(), format!("Content-Length: {}", body.len())];
                to.write_all(&head_of(&head, &more))?;
                to.write_all(&body)?;
            }
            Wrong::PiecesOfLastYear => {
                let (head, body) = taken_apart(done()?)?;
                let more = ["Transfer-Encoding: chunked", "Date: Tue, 25 Nov 2025 10:00:00 GMT"].map(str::to_owned);
                to.write_all(&head_of(&head, &more))?;
                for piece in body.chunks(100) {
                    to.write_all(format!("{:x}\r\n", piece.len()).as_bytes())?;
                    to.write_all(piece)?;
                    to.write_all(b"\r\n")?;
                }
                to.write_all(b"0\r\n\r\n")?;
            }
            Wrong::Alert => to.write_all(&[0x15, 3, 3, 0, 2, 2, 40])?,
            Wrong::Meanwhile(happens) => {
                happens();
                to.write_all(&done()?)?;
            }
        }
        to.shutdown(Shutdown::Both)
    }
}

fn written((status, headers, text): &Answer) -> Vec<u8> {
    let lines: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    format!("HTTP/1.1 {status} X\r\nContent-Length: {}\r\nConnection: close\r\n{lines}\r\n{text}", text.len())
        .into_bytes()
}

/// The head and the body of an answer, whose body is put together where it came in pieces.
fn taken_apart(answer: Vec<u8>) -> Result<(String, Vec<u8>)> {
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n").ok_or(ErrorKind::InvalidData)?;
    let head = String::from_utf8_lossy(&answer[..end]).into_owned();
    let mut rest = &answer[end + 4..];
    if !head.to_ascii_lowercase().contains("transfer-encoding: chunked") {
        return Ok((head, rest.to_vec()));
    }
    let mut body = Vec::new();
    while let Some(at) = rest.windows(2).position(|two| two == b"\r\n") {
        let size = String::from_utf8_lossy(&rest[..at]).into_owned();
        let size = usize::from_str_radix(size.trim(), 16).map_err(|_| ErrorKind::InvalidData)?;
        if size == 0 {
            break;
        }
        body.extend_from_slice(&rest[at + 2..at + 2 + size]);
        rest = &rest[at + 4 + size..];
    }
    Ok((head, body))
}

/// A head with other lines for how its body comes.
fn head_of(head: &str, more: &[String]) -> Vec<u8> {
    let is_of_the_body = |line: &&str| {
        let line = line.to_ascii_lowercase();
        !["content-length:", "transfer-encoding:", "content-encoding:", "date:"].iter().any(|own| line.starts_with(own))
    };
    let own = head.lines().filter(is_of_the_body).map(str::to_owned);
    let lines: Vec<String> = own.chain(more.iter().cloned()).collect();
    format!("{}\r\n\r\n", lines.join("\r\n")).into_bytes()
}

fn packed(body: &[u8]) -> Result<Vec<u8>> {
    let mut child = Command::new("gzip").arg("-c").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
    child.stdin.take().ok_or(ErrorKind::BrokenPipe)?.write_all(body)?;
    Ok(child.wait_with_output()?.stdout)
}
