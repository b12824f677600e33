//! Indicators: stored raw, shown defanged, so that nobody opens one by accident.

use serde::{Deserialize, Serialize};

use super::{IndicatorId, Moment, Person, Tlp, id::Number};

super::words::words! {
    IndicatorKind {
        Domain = "domain", "Domain";
        Url = "url", "URL";
        Ip = "ip", "IP address";
        Email = "email", "E-mail";
        Handle = "handle", "Handle";
        Hash = "hash", "Hash";
        Phone = "phone", "Phone";
    }
}

/// Characters of a note.
pub const NOTE_LIMIT: i64 = 500;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Indicator {
    pub id: IndicatorId,
    pub kind: IndicatorKind,
    pub value: String,
    pub note: String,
    pub tlp: Tlp,
    pub added_by: Person,
    pub added_at: Moment,
    /// Other incidents with the same value that this viewer may see.
    pub also_in: Vec<Number>,
}

impl Indicator {
    /// `hxxps://evil[.]example/m`, `name[@]evil[.]example`.
    pub fn defanged(&self) -> String {
        defang(self.kind, &self.value)
    }
}

/// Makes a value unclickable: `http` becomes `hxxp`, dots of the host and `@` are bracketed.
pub fn defang(kind: IndicatorKind, value: &str) -> String {
    match kind {
        IndicatorKind::Domain | IndicatorKind::Ip => value.replace('.', "[.]").replace(':', "[:]"),
        IndicatorKind::Email => value.replace('@', "[@]").replace('.', "[.]"),
        IndicatorKind::Url => {
            let (scheme, rest) = value.split_once("://").unwrap_or(("", value));
            let host_end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
            let (host, path) = rest.split_at(host_end);
            let scheme = scheme.replacen("http", "hxxp", 1).replacen("ftp", "fxp", 1);
            let separator = if scheme.is_empty() { "" } else { "://" };
            format!("{scheme}{separator}{}{path}", host.replace('.', "[.]"))
        }
        IndicatorKind::Handle | IndicatorKind::Hash | IndicatorKind::Phone => value.to_owned(),
    }
}

/// Undoes the usual ways of defanging, trims, and lowers what has no case: the value as stored.
pub fn refang(kind: IndicatorKind, typed: &str) -> String {
    let plain = typed.trim().replace("[.]", ".").replace("(.)", ".").replace("[:]", ":");
    let plain = plain.replace("[@]", "@").replace("[at]", "@");
    let plain = match plain.get(..4) {
        Some(start) if start.eq_ignore_ascii_case("hxxp") => format!("http{}", &plain[4..]),
        _ => plain,
    };
    match kind {
        IndicatorKind::Domain | IndicatorKind::Email | IndicatorKind::Hash | IndicatorKind::Ip => {
            plain.to_lowercase()
        }
        IndicatorKind::Url | IndicatorKind::Handle | IndicatorKind::Phone => plain,
    }
}

/// Why a value cannot be an indicator of this kind; none when it can.
pub fn fault(kind: IndicatorKind, value: &str) -> Option<&'static str> {
    let host = |text: &str| {
        text.len() <= 253
            && text.contains('.')
            && text.split('.').all(|label| {
                !label.is_empty()
                    && label.len() <= 63
                    && label.chars().all(|c| c.is_alphanumeric() || c == '-' || c == '_')
            })
    };
    match kind {
        IndicatorKind::Domain if !host(value) => Some("A domain looks like polls-info.example"),
        IndicatorKind::Url if value.split_once("://").is_none_or(|(_, rest)| rest.is_empty()) => {
            Some("A URL starts with its scheme, e.g. https://polls-info.example/m")
        }
        IndicatorKind::Ip if value.parse::<std::net::IpAddr>().is_err() => {
            Some("An IP address looks like 192.0.2.77 or 2001:db8::7")
        }
        IndicatorKind::Email if value.split_once('@').is_none_or(|(l, d)| l.is_empty() || !host(d)) => {
            Some("An e-mail address looks like name@polls-info.example")
        }
        IndicatorKind::Hash
            if !matches!(value.len(), 32 | 40 | 64 | 128)
                || !value.bytes().all(|b| b.is_ascii_hexdigit()) =>
        {
            Some("A hash is 32, 40, 64 or 128 hexadecimal digits")
        }
        IndicatorKind::Phone if value.bytes().filter(u8::is_ascii_digit).count() < 3 => {
            Some("A phone number has at least three digits")
        }
        _ if value.is_empty() => Some("Give the value"),
        _ if value.len() > 2000 => Some("At most 2,000 characters"),
        _ => None,
    }
}
