//! What is between a client and the network where the address is not our own choice: which machines it may go to, and whether
//! anything of a call has left for one.

use std::fmt;
use std::net::ToSocketAddrs;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use ureq::config::Config;
use ureq::http::Uri;
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{Buffers, ConnectionDetails, Connector, NextTimeout, Transport};

use super::public::is_public;

/// Which machines a client may go to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    Anywhere,
    /// Only those that are public, whatever their name says. The addresses that were looked at are the ones that are connected to.
    Public,
}

/// A name leads to a machine that is not to be spoken to. It says nothing of the address that was asked for.
#[derive(Debug)]
pub struct Fenced;

impl fmt::Display for Fenced {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("its name leads to an address of this machine or of a private network")
    }
}

impl std::error::Error for Fenced {}

/// Looks names up, and keeps to the public network.
#[derive(Debug, Default)]
pub struct PublicOnly {
    inner: DefaultResolver,
}

impl Resolver for PublicOnly {
    fn resolve(&self, uri: &Uri, config: &Config, timeout: NextTimeout) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let found = self.inner.resolve(uri, config, timeout)?;
        // One that is not public is enough: a name with both is made so that the other one is looked at.
        if found.iter().all(|one| is_public(one.ip())) { Ok(found) } else { Err(ureq::Error::Other(Box::new(Fenced))) }
    }
}

/// The addresses of a host with its port, for who connects to them by another way than HTTP.
///
/// # Errors
/// The host is not known, or it is not to be spoken to (`Fenced`).
pub fn addresses(host: &str, port: u16, reach: Reach) -> std::io::Result<Vec<std::net::SocketAddr>> {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let found: Vec<_> = (bare, port).to_socket_addrs()?.collect();
    match reach {
        Reach::Public if !found.iter().all(|one| is_public(one.ip())) => Err(std::io::Error::other(Fenced)),
        _ => Ok(found),
    }
}

/// Notes that something of a call has left, behind TLS: a handshake that fails has said nothing.
#[derive(Debug)]
pub struct Witness(pub Arc<AtomicBool>);

impl<In: Transport> Connector<In> for Witness {
    type Out = Watched<In>;

    fn connect(&self, _: &ConnectionDetails<'_>, chained: Option<In>) -> Result<Option<Watched<In>>, ureq::Error> {
        Ok(chained.map(|inner| Watched { inner, has_sent: Arc::clone(&self.0) }))
    }
}

/// A connection that is looked at.
#[derive(Debug)]
pub struct Watched<In> {
    inner: In,
    has_sent: Arc<AtomicBool>,
}

impl<In: Transport> Transport for Watched<In> {
    fn buffers(&mut self) -> &mut dyn Buffers {
        self.inner.buffers()
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), ureq::Error> {
        self.has_sent.store(true, Ordering::Relaxed);
        self.inner.transmit_output(amount, timeout)
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, ureq::Error> {
        self.inner.await_input(timeout)
    }

    fn is_open(&mut self) -> bool {
        self.inner.is_open()
    }

    fn is_tls(&self) -> bool {
        self.inner.is_tls()
    }
}
