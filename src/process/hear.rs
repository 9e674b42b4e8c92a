//! Who is told what a program writes while it writes it.

use std::fmt;
use std::sync::Arc;

/// One of the outputs of a program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pipe {
    Stdout,
    Stderr,
}

type Listener = dyn Fn(&[u8]) + Send + Sync;

/// A listener to one output. It is all kept as well.
#[derive(Clone)]
pub struct Hear {
    pub(super) pipe: Pipe,
    listener: Arc<Listener>,
}

impl Hear {
    pub fn new(pipe: Pipe, listener: impl Fn(&[u8]) + Send + Sync + 'static) -> Self {
        Self { pipe, listener: Arc::new(listener) }
    }

    /// Some more bytes, cut anywhere.
    pub fn tell(&self, bytes: &[u8]) {
        (self.listener)(bytes);
    }
}

impl fmt::Debug for Hear {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Hear").field(&self.pipe).finish()
    }
}
