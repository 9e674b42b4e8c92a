//! A way to a forge that ends the run which speaks through it, before or after the forge has done one of the things that it is told, or
//! that does something else wrong with a call.

use std::io::{BufRead as _, BufReader, Read as _, Result, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::process::Child;
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use super::wrongs::{Which, Wrong};

/// When the run ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// Before the forge hears of it.
    Before,
    /// After the forge has done it, before the run hears that.
    After,
}

/// Hands on what comes to a server on the loopback, for as long as the process lives.
pub struct Relay {
    pub port: u16,
    state: Arc<State>,
}

#[derive(Default)]
struct State {
    server: u16,
    /// Which of the writes of its interface ends the run, counted from one, and when.
    fatal: Mutex<Option<(usize, When)>>,
    writes: AtomicUsize,
    reads: AtomicUsize,
    /// What goes wrong otherwise.
    wrong: Mutex<Option<(Which, Wrong)>>,
    /// How often it did.
    met: AtomicUsize,
    /// The calls of its interface: method and target.
    heard: Mutex<Vec<(String, String)>>,
    /// The run that ends; 0: it has not started yet.
    run: AtomicU32,
}

impl Relay {
    /// A way to the server at a port.
    pub fn to(server: u16) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
        let port = listener.local_addr().expect("it is bound").port();
        let state = Arc::new(State { server, ..State::default() });
        let shared = Arc::clone(&state);
        thread::spawn(move || {
            for stream in listener.incoming() {
                let state = Arc::clone(&shared);
                // Whoever goes away in the middle is seen at its end.
                thread::spawn(move || stream.and_then(|stream| state.serve(stream)).ok());
            }
        });
        Self { port, state }
    }

    /// From now on nothing ends; the writes are counted anew.
    pub fn is_harmless(&self) {
        *self.state.fatal.lock().expect("no panic") = None;
        self.state.run.store(0, Ordering::SeqCst);
        *self.state.wrong.lock().expect("no panic") = None;
        for count in [&self.state.writes, &self.state.reads, &self.state.met] {
            count.store(0, Ordering::SeqCst);
        }
    }

    /// From now on something goes wrong with these calls, which are counted anew.
    pub fn goes_wrong(&self, which: Which, wrong: Wrong) {
        self.is_harmless();
        *self.state.wrong.lock().expect("no panic") = Some((which, wrong));
    }

    /// How often something went wrong.
    pub fn met(&self) -> usize {
        self.state.met.load(Ordering::SeqCst)
    }

    /// The run that `start` starts ends at its `nth` write.
    pub fn ends(&self, nth: usize, when: When, start: impl FnOnce() -> Child) -> Child {
        self.is_harmless();
        *self.state.fatal.lock().expect("no panic") = Some((nth, when));
        let child = start();
        self.state.run.store(child.id(), Ordering::SeqCst);
        child
    }

    /// The calls of its interface so far, method and target each.
    pub fn heard(&self) -> Vec<(String, String)> {
        self.state.heard.lock().expect("no panic").clone()
    }

    /// How many writes there were.
    pub fn writes(&self) -> usize {
        self.state.writes.load(Ordering::SeqCst)
    }
}

impl State {
    fn serve(&self, stream: TcpStream) -> Result<()> {
        let mut reader = BufReader::new(stream.try_clone()?);
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            if reader.read_until(b'\n', &mut head)? == 0 {
                return Ok(());
            }
        }
        let text = String::from_utf8_lossy(&head).into_owned();
        let server = TcpStream::connect(("127.0.0.1", self.server))?;
        if !text.split(' ').nth(1).is_some_and(|path| path.starts_with("/api/")) {
            return through(&head, reader, stream, server);
        }
        let length =
            text.lines().find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length: ")?.parse().ok());
        let mut body = vec![0; length.unwrap_or(0)];
        reader.read_exact(&mut body)?;
        let mut words = text.split(' ').map(str::to_owned);
        if let (Some(method), Some(target)) = (words.next(), words.next()) {
            self.heard.lock().expect("no panic").push((method, target));
        }
        let is_write = !text.starts_with("GET ");
        let nth = if is_write { &self.writes } else { &self.reads }.fetch_add(1, Ordering::SeqCst) + 1;
        let wrong = self.wrong.lock().expect("no panic").clone().filter(|(which, _)| which.is(is_write, nth));
        if let Some((_, wrong)) = wrong {
            self.met.fetch_add(1, Ordering::SeqCst);
            return wrong.answer(stream, || answer(TcpStream::connect(("127.0.0.1", self.server))?, &text, &body));
        }
        let fatal = self.fatal.lock().expect("no panic").filter(|(fatal, _)| is_write && *fatal == nth);
        if fatal.is_some_and(|(_, when)| when == When::Before) {
            return self.end();
        }
        let answer = answer(server, &text, &body)?;
        if fatal.is_some() {
            return self.end();
        }
        let mut stream = stream;
        stream.write_all(&answer)?;
        stream.shutdown(Shutdown::Write)
    }

    fn end(&self) -> Result<()> {
        let run = loop {
            match self.run.load(Ordering::SeqCst) {
                0 => thread::sleep(Duration::from_millis(1)),
                run => break run,
            }
        };
        std::process::Command::new("kill").args(["-KILL", &run.to_string()]).status()?;
        Ok(())
    }
}

/// What the server answers to one request; the connection ends with it.
fn answer(mut server: TcpStream, head: &str, body: &[u8]) -> Result<Vec<u8>> {
    let lines = head.trim_end().lines().filter(|line| !line.to_ascii_lowercase().starts_with("connection:"));
    let head: String = lines.map(|line| format!("{line}\r\n")).collect();
    server.write_all(format!("{head}Connection: close\r\n\r\n").as_bytes())?;
    server.write_all(body)?;
    let mut answer = Vec::new();
    server.read_to_end(&mut answer)?;
    Ok(answer)
}

/// Everything else goes through as it comes, both ways.
fn through(head: &[u8], mut reader: BufReader<TcpStream>, mut client: TcpStream, mut server: TcpStream) -> Result<()> {
    server.write_all(head)?;
    let mut to = server.try_clone()?;
    let forth = thread::spawn(move || {
        let _ = std::io::copy(&mut reader, &mut to);
        let _ = to.shutdown(Shutdown::Write);
    });
    let _ = std::io::copy(&mut server, &mut client);
    let _ = client.shutdown(Shutdown::Both);
    let _ = forth.join();
    Ok(())
}
