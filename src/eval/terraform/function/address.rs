//! Functions on ranges of IP addresses.

use super::super::{Datum, Evaluated};
use super::argument::{Stop, string, whole};
use super::{LONGEST, Made, Outcome};
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use ipnet::IpNet;

/// What the function of a name makes.
pub fn call(name: &str, arguments: &[Evaluated]) -> Option<Outcome> {
    Some(match (name, arguments) {
        ("cidrhost", [range, number]) => host(range, number),
        ("cidrnetmask", [range]) => range_of(range).and_then(|range| match range {
            IpNet::V4(range) => Ok(range.netmask().to_string().into()),
            IpNet::V6(_) => Err(Stop::Fails),
        }),
        ("cidrsubnet", [range, bits, number]) => range_of(range).and_then(|range| {
            let number = u128::try_from(whole(number)?).map_err(|_| Stop::Fails)?;
            Ok(subnet(range, bits, number)?.to_string().into())
        }),
        ("cidrsubnets", [range, bits @ ..]) => subnets(range, bits),
        _ => return None,
    })
}

fn range_of(value: &Evaluated) -> Result<IpNet, Stop> {
    let range: IpNet = string(value)?.parse().map_err(|_| Stop::Fails)?;
    Ok(range.trunc())
}

/// The number of an address, and how many bits one of its kind has.
fn bits(address: IpAddr) -> (u128, u32) {
    match address {
        IpAddr::V4(address) => (u128::from(u32::from(address)), 32),
        IpAddr::V6(address) => (u128::from(address), 128),
    }
}

fn address(number: u128, is_short: bool) -> Result<IpAddr, Stop> {
    match is_short {
        true => {
            let number = u32::try_from(number).map_err(|_| Stop::Fails)?;
            Ok(IpAddr::V4(Ipv4Addr::from(number)))
        }
        false => Ok(IpAddr::V6(Ipv6Addr::from(number))),
    }
}

fn host(range: &Evaluated, number: &Evaluated) -> Outcome {
    let (range, number) = (range_of(range)?, whole(number)?);
    let (first, length) = bits(range.network());
    let free = length - u32::from(range.prefix_len());
    let count = 1u128.checked_shl(free).unwrap_or(u128::MAX);
    let distance = u128::from(number.unsigned_abs());
    // Negative numbers count from the end.
    let offset = match number < 0 {
        true => count.checked_sub(distance),
        false => Some(distance).filter(|distance| *distance < count),
    };
    let found = first.checked_add(offset.ok_or(Stop::Fails)?).ok_or(Stop::Fails)?;
    Ok(address(found, length == 32)?.to_string().into())
}

/// The part of a number among those that are made by some bits more.
fn subnet(range: IpNet, more: &Evaluated, number: u128) -> Result<IpNet, Stop> {
    let more = u32::try_from(whole(more)?).map_err(|_| Stop::Fails)?;
    let (first, length) = bits(range.network());
    let prefix = u32::from(range.prefix_len()).checked_add(more).ok_or(Stop::Fails)?;
    let fits = 1u128.checked_shl(more).is_none_or(|count| number < count);
    if prefix > length || !fits {
        return Err(Stop::Fails);
    }
    let start = first | number.checked_shl(length - prefix).unwrap_or(0);
    let prefix = u8::try_from(prefix).map_err(|_| Stop::Fails)?;
    IpNet::new(address(start, length == 32)?, prefix).map_err(|_| Stop::Fails)
}

/// Parts of several sizes, each behind the one before.
fn subnets(range: &Evaluated, sizes: &[Evaluated]) -> Outcome {
    let at = range.at;
    let range = range_of(range)?;
    if sizes.len() > LONGEST {
        return Err(Stop::TooLarge);
    }
    let (first, length) = bits(range.network());
    let mut next = first;
    let mut texts = Vec::new();
    for more in sizes {
        let more = u32::try_from(whole(more)?).map_err(|_| Stop::Fails)?;
        let prefix = u32::from(range.prefix_len()).checked_add(more).ok_or(Stop::Fails)?;
        if more == 0 || prefix > length {
            return Err(Stop::Fails);
        }
        let size = 1u128.checked_shl(length - prefix).ok_or(Stop::TooLarge)?;
        // A part starts at a multiple of its size.
        let start = next.checked_next_multiple_of(size).ok_or(Stop::Fails)?;
        let own_address = address(start, length == 32)?;
        if !range.contains(&own_address) {
            return Err(Stop::Fails);
        }
        let prefix = u8::try_from(prefix).map_err(|_| Stop::Fails)?;
        let part = IpNet::new(own_address, prefix).map_err(|_| Stop::Fails)?;
        texts.push(Evaluated::new(at, Datum::Text(part.to_string().into())));
        next = start.checked_add(size).ok_or(Stop::Fails)?;
    }
    Ok(Made::list(texts, false))
}
