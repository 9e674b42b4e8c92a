//! Which addresses are out on the network for everybody, and which are of this machine, this network or none.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Whether an address can be somebody's server on the public network.
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_4(address),
        IpAddr::V6(address) => is_public_6(address),
    }
}

/// IANA, "IPv4 Special-Purpose Address Registry".
fn is_public_4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let is_shared = a == 100 && (64..128).contains(&b);
    let is_for_protocols = [a, b, c] == [192, 0, 0];
    let is_for_benchmarks = a == 198 && (18..20).contains(&b);
    let is_relay = [a, b, c] == [192, 88, 99];
    !(a == 0
        || a >= 224
        || address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_documentation()
        || is_shared
        || is_for_protocols
        || is_for_benchmarks
        || is_relay)
}

/// IANA, "IPv6 Special-Purpose Address Registry"; one that holds an IPv4 address is what that is.
fn is_public_6(address: Ipv6Addr) -> bool {
    let parts = address.segments();
    let v4 = |high: u16, low: u16| {
        let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
        is_public_4(Ipv4Addr::new(a, b, c, d))
    };
    match parts {
        [0, 0, 0, 0, 0, 0xffff, high, low] | [0x64, 0xff9b, 0, 0, 0, 0, high, low] => v4(high, low),
        [0x2002, high, low, ..] => v4(high, low),
        // Teredo and others of the protocols' own, documentation.
        [0x2001, second, ..] if second < 0x200 || second == 0xdb8 => false,
        // What is given out to anybody at all; `::1`, `fc00::`, `fe80::`, `ff00::` and what is not given out are elsewhere.
        [first, ..] => (0x2000..0x4000).contains(&first) && first != 0x3fff,
    }
}

/// The address that a host's name is, in any spelling that a resolver takes: `127.1`, `2130706433`, `0x7f.0.0.1`, `017700000001`,
/// `[::1]`; `None` for a name.
pub fn literal(host: &str) -> Option<IpAddr> {
    let host = host.trim_end_matches('.');
    if let Some(inner) = host.strip_prefix('[') {
        let inner = inner.strip_suffix(']')?;
        return inner.split('%').next()?.parse::<Ipv6Addr>().ok().map(IpAddr::V6);
    }
    if let Ok(address) = host.parse::<IpAddr>() {
        return Some(address);
    }
    let parts: Vec<u64> = host.split('.').map(number).collect::<Option<_>>()?;
    let (last, before) = parts.split_last()?;
    if parts.len() > 4 || before.iter().any(|part| *part > 255) {
        return None;
    }
    let room = 8 * (4 - before.len() as u32);
    if *last >= 1 << room {
        return None;
    }
    let high = before.iter().enumerate().fold(0, |all, (nth, part)| all | part << (24 - 8 * nth));
    u32::try_from(high | last).ok().map(|all| IpAddr::V4(all.into()))
}

/// Decimal, octal with a `0` before it, or hexadecimal with `0x`.
fn number(text: &str) -> Option<u64> {
    let lower = text.to_ascii_lowercase();
    let (digits, radix) = match (lower.strip_prefix("0x"), lower.strip_prefix('0')) {
        (Some(""), _) => ("0", 16),
        (Some(hex), _) => (hex, 16),
        (None, Some(octal)) if !octal.is_empty() => (octal, 8),
        _ => (lower.as_str(), 10),
    };
    // A sign is none of a host's.
    let is_plain = digits.chars().all(|c| c.is_digit(radix));
    u64::from_str_radix(digits, radix).ok().filter(|_| is_plain)
}

/// Whether a host is this machine by its name alone (RFC 6761).
pub fn is_local_name(host: &str) -> bool {
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    host == "localhost" || host.ends_with(".localhost")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_that_anybody_can_have_are_public() {
        for text in [
            "1.1.1.1",
            "198.17.0.1",
            "100.63.0.1",
            "172.32.0.1",
            "2606:4700::1111",
            "::ffff:8.8.8.8",
            "64:ff9b::808:808",
        ] {
            assert!(is_public(text.parse().unwrap()), "{text}");
        }
        for text in [
            "0.0.0.0",
            "10.0.0.1",
            "100.64.0.1",
            "127.0.0.1",
            "127.255.0.9",
            "169.254.169.254",
            "172.16.0.1",
            "192.0.0.1",
            "192.0.2.1",
            "192.168.1.1",
            "198.18.0.1",
            "203.0.113.1",
            "224.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:127.0.0.1",
            "::ffff:169.254.169.254",
            "::127.0.0.1",
            "64:ff9b::7f00:1",
            "64:ff9b:1::a00:1",
            "2002:7f00:1::",
            "2001:0:1::",
            "2001:db8::1",
            "fc00::1",
            "fd12::1",
            "fe80::1",
            "fec0::1",
            "ff02::1",
            "100::1",
            "3fff::1",
            "5f00::1",
        ] {
            assert!(!is_public(text.parse().unwrap()), "{text}");
        }
    }

    #[test]
    fn an_address_is_one_in_whatever_spelling_and_a_name_is_none() {
        for text in [
            "127.0.0.1",
            "127.1",
            "127.0.1",
            "2130706433",
            "0x7f000001",
            "0x7f.0.0.1",
            "0177.0.0.1",
            "017700000001",
            "127.0.0.1.",
        ] {
            assert_eq!(literal(text), Some("127.0.0.1".parse().unwrap()), "{text}");
        }
        assert_eq!(literal("[::1]"), Some("::1".parse().unwrap()));
        assert_eq!(literal("[fe80::1%eth0]"), Some("fe80::1".parse().unwrap()));
        assert_eq!(literal("[::ffff:7f00:1]").map(is_public), Some(false));
        for text in
            ["hooks.slack.com", "1.2.3.4.5", "256.0.0.1", "4294967296", "1.2.3.+4", "a.1", "", "0x7g", "1..2", "-1"]
        {
            assert_eq!(literal(text), None, "{text}");
        }
    }

    #[test]
    fn this_machine_is_known_by_its_name() {
        assert!(is_local_name("LOCALHOST.") && is_local_name("a.localhost"));
        assert!(!is_local_name("localhost.example.com") && !is_local_name("notlocalhost"));
    }
}
