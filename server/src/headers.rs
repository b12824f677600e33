//! The headers that every answer has, whatever it is.

use axum::{
    http::{HeaderName, HeaderValue, header},
    response::Response,
};

use crate::{config::Config, visit::Visit};

const PERMISSIONS: HeaderName = HeaderName::from_static("permissions-policy");
const OPENER: HeaderName = HeaderName::from_static("cross-origin-opener-policy");
const RESOURCE: HeaderName = HeaderName::from_static("cross-origin-resource-policy");

/// Everything off but passkeys on our own pages.
const ALL_OFF: &str = "accelerometer=(), autoplay=(), browsing-topics=(), camera=(), \
    display-capture=(), encrypted-media=(), fullscreen=(), gamepad=(), geolocation=(), gyroscope=(), hid=(), \
    idle-detection=(), local-fonts=(), magnetometer=(), microphone=(), midi=(), payment=(), \
    picture-in-picture=(), publickey-credentials-get=(self), screen-wake-lock=(), serial=(), \
    storage-access=(), usb=(), window-management=(), xr-spatial-tracking=()";

/// What is no page loads nothing and is framed nowhere.
const NO_PAGE: &str = "default-src 'none'; frame-ancestors 'none'";

/// The policy of a page (security.md section 2).
pub fn page_policy(nonce: &str) -> String {
    [
        // Nothing that is not named below.
        "default-src 'none'",
        // Our one script, and what it imports; wasm needs its own word.
        &format!("script-src 'nonce-{nonce}' 'strict-dynamic' 'wasm-unsafe-eval'"),
        // No inline style anywhere.
        "style-src 'self'",
        "img-src 'self'",
        "font-src 'self'",
        // The API and the live stream.
        "connect-src 'self'",
        "manifest-src 'self'",
        // A form cannot be made to post elsewhere.
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    ]
    .join("; ")
}

/// Adds what the answer does not have yet.
pub(crate) fn finish(config: &Config, visit: &Visit, response: &mut Response) {
    let signed_in = matches!(visit.session.get(), Some(Some(_)));
    let headers = response.headers_mut();
    let mut set = |name: HeaderName, value: &'static str| {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    };
    set(header::CONTENT_SECURITY_POLICY, NO_PAGE);
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(header::REFERRER_POLICY, "same-origin");
    set(OPENER, "same-origin");
    set(RESOURCE, "same-origin");
    set(PERMISSIONS, ALL_OFF);
    set(header::CACHE_CONTROL, if signed_in || visit.is_api() { "private, no-store" } else { "no-store" });
    if config.is_https() {
        set(header::STRICT_TRANSPORT_SECURITY, "max-age=63072000; includeSubDomains");
    }
}
