//! A real HTTP server for the remote: git's own `git http-backend` behind a listener on the loopback.

use std::io::{BufRead, BufReader, Error, ErrorKind, Read, Result, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};

use super::run::Environment;

/// Answers whoever comes until it is dropped, with a thread for each connection, one request each.
pub struct Listening {
    port: u16,
    stopped: Arc<AtomicBool>,
    listening: Option<JoinHandle<()>>,
}

/// Serves every repository below a folder until it is dropped; pushing is up to each repository's `http.receivepack`.
pub struct HttpServer {
    listening: Listening,
}

/// What a connection needs to start git's own backend.
#[derive(Clone)]
pub struct Backend {
    environment: Environment,
    program: PathBuf,
    base: PathBuf,
}

/// One request, its body read to the end.
pub struct Request {
    pub method: String,
    pub path: String,
    pub query: String,
    headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Listening {
    /// Starts on a free port. `answer`: the whole reply to a request, head and body.
    pub fn start(answer: impl Fn(&Request) -> Result<Vec<u8>> + Send + Sync + 'static) -> Self {
        let answer = Arc::new(answer);
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
        let port = listener.local_addr().expect("it is bound").port();
        let stopped = Arc::new(AtomicBool::new(false));
        let stop = Arc::clone(&stopped);
        let listening = thread::spawn(move || {
            for stream in listener.incoming() {
                if stop.load(Ordering::Relaxed) {
                    return;
                }
                let answer = Arc::clone(&answer);
                let serve = move |mut stream: TcpStream| {
                    let request = Request::read(&mut stream)?;
                    stream.write_all(&answer(&request)?)?;
                    stream.shutdown(Shutdown::Both)
                };
                // A client that goes away in the middle is its own business, and seen at its end.
                thread::spawn(move || stream.and_then(serve).ok());
            }
        });
        Self { port, stopped, listening: Some(listening) }
    }

    pub fn port(&self) -> u16 {
        self.port
    }
}

impl HttpServer {
    /// Starts a server for the repositories below `base`.
    pub fn start(environment: &Environment, base: &Path) -> Self {
        let backend = Backend::of(environment, base);
        Self { listening: Listening::start(move |request| backend.answer(request)) }
    }

    /// The address of a repository of that name below the base.
    pub fn address(&self, name: &str) -> String {
        format!("http://127.0.0.1:{}/{name}", self.listening.port())
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        self.stopped.store(true, Ordering::Relaxed);
        // The listener looks at the flag when somebody comes.
        let _ = TcpStream::connect(("127.0.0.1", self.port));
        if let Some(listening) = self.listening.take() {
            let _ = listening.join();
        }
    }
}

impl Backend {
    /// One for the repositories below `base`.
    pub fn of(environment: &Environment, base: &Path) -> Self {
        let program = PathBuf::from(environment.git(base, &["--exec-path"])).join("git-http-backend");
        Self { environment: environment.clone(), program, base: base.to_owned() }
    }

    /// The reply to a request of git's.
    pub fn answer(&self, request: &Request) -> Result<Vec<u8>> {
        let answer = self.run(request)?;
        let end = answer.windows(4).position(|four| four == b"\r\n\r\n").ok_or(ErrorKind::InvalidData)?;
        let head = String::from_utf8_lossy(&answer[..end]).into_owned();
        let body = &answer[end + 4..];
        let status = head.lines().find_map(|line| line.strip_prefix("Status: ")).unwrap_or("200 OK");
        let mut reply = format!("HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: {}\r\n", body.len());
        for line in head.lines().filter(|line| !line.starts_with("Status: ")) {
            reply += line;
            reply += "\r\n";
        }
        reply += "\r\n";
        Ok([reply.as_bytes(), body].concat())
    }

    /// What the backend prints for a request: headers, an empty line, the body.
    fn run(&self, request: &Request) -> Result<Vec<u8>> {
        let mut command = self.environment.command(&self.program, &self.base);
        command
            .env("GATEWAY_INTERFACE", "CGI/1.1")
            .env("SERVER_PROTOCOL", "HTTP/1.1")
            .env("REMOTE_ADDR", "127.0.0.1")
            .env("GIT_PROJECT_ROOT", &self.base)
            .env("GIT_HTTP_EXPORT_ALL", "1")
            .env("REQUEST_METHOD", &request.method)
            .env("PATH_INFO", &request.path)
            .env("QUERY_STRING", &request.query)
            .env("CONTENT_TYPE", request.header("content-type").unwrap_or(""))
            .env("CONTENT_LENGTH", request.body.len().to_string());
        for (header, variable) in [("git-protocol", "HTTP_GIT_PROTOCOL"), ("content-encoding", "HTTP_CONTENT_ENCODING")]
        {
            if let Some(value) = request.header(header) {
                command.env(variable, value);
            }
        }
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn()?;
        let mut input = child.stdin.take().ok_or(ErrorKind::BrokenPipe)?;
        let output = thread::scope(|scope| {
            scope.spawn(move || input.write_all(&request.body));
            child.wait_with_output()
        })?;
        Ok(output.stdout)
    }
}

impl Request {
    fn read(stream: &mut TcpStream) -> Result<Self> {
        let mut reader = BufReader::new(stream.try_clone()?);
        let first = line(&mut reader)?;
        let mut words = first.split(' ');
        let (Some(method), Some(target)) = (words.next(), words.next()) else {
            return Err(ErrorKind::InvalidData.into());
        };
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let mut headers = Vec::new();
        loop {
            let text = line(&mut reader)?;
            let Some((name, value)) = text.split_once(':') else { break };
            headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
        }
        let mut request =
            Self { method: method.into(), path: path.into(), query: query.into(), headers, body: Vec::new() };
        if request.header("expect").is_some() {
            stream.write_all(b"HTTP/1.1 100 Continue\r\n\r\n")?;
        }
        request.body = request.read_body(&mut reader)?;
        Ok(request)
    }

    /// A header by its name in small letters.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    fn read_body(&self, reader: &mut impl BufRead) -> Result<Vec<u8>> {
        let mut body = Vec::new();
        if self.header("transfer-encoding").is_some_and(|how| how.eq_ignore_ascii_case("chunked")) {
            loop {
                let size = usize::from_str_radix(line(reader)?.trim(), 16).map_err(Error::other)?;
                reader.take(size as u64).read_to_end(&mut body)?;
                line(reader)?;
                if size == 0 {
                    return Ok(body);
                }
            }
        }
        let length = self.header("content-length").unwrap_or("0").parse::<u64>().map_err(Error::other)?;
        reader.take(length).read_to_end(&mut body)?;
        Ok(body)
    }
}

/// A line without its end; an error where the connection ended instead.
fn line(reader: &mut impl BufRead) -> Result<String> {
    let mut text = String::new();
    if reader.read_line(&mut text)? == 0 {
        return Err(ErrorKind::UnexpectedEof.into());
    }
    Ok(text.trim_end_matches(['\r', '\n']).to_owned())
}
