//! A still of an exhibit, or a drawing of its kind. Nothing from a capture runs or is embedded.

use leptos::prelude::*;

use crate::model::exhibit::Exhibit;

/// 48 × 48. The still is made by the server; drawings stand for what has none.
pub fn thumb(exhibit: &Exhibit) -> AnyView {
    if exhibit.has_thumbnail {
        let src = format!("/incidents/{}/evidence/{}/thumbnail", exhibit.incident, exhibit.label());
        return view! { <img class="thumb" src=src alt="" width="48" height="48" loading="lazy" decoding="async" /> }
            .into_any();
    }
    let drawing = match kind(exhibit) {
        Kind::Message => view! {
            <rect class="th-card" x="7" y="12" width="34" height="24" rx="2"></rect>
            <path class="th-line2" d="m8 14 16 12 16-12"></path>
        }
        .into_any(),
        Kind::Table => view! {
            <rect class="th-card" x="7" y="9" width="34" height="30" rx="2"></rect>
            <rect class="th-soft" x="7" y="9" width="34" height="6"></rect>
            <path class="th-line" d="M7 21h34M7 27h34M7 33h34M18 9v30M30 9v30"></path>
        }
        .into_any(),
        Kind::Page => view! {
            <rect class="th-card" x="5" y="8" width="38" height="32" rx="2"></rect>
            <path class="th-line" d="M5 14.5h38"></path>
            <rect class="th-ink" x="9" y="18" width="20" height="4"></rect>
            <rect class="th-soft" x="9" y="25" width="30" height="2.5"></rect>
            <rect class="th-soft" x="9" y="29.5" width="26" height="2.5"></rect>
        }
        .into_any(),
        Kind::Sound => view! {
            <path class="th-wave" d="M6 24v0M10 20v8M14 14v20M18 18v12M22 10v28M26 16v16M30 20v8M34 12v24M38 19v10M42 23v2"></path>
        }
        .into_any(),
        Kind::Document => view! {
            <rect class="th-card" x="11" y="5" width="26" height="38" rx="2"></rect>
            <path class="th-line2" d="M16 14h16M16 20h16M16 26h16M16 32h10"></path>
        }
        .into_any(),
    };
    view! {
        <svg class="thumb" viewBox="0 0 48 48" aria-hidden="true">
            <rect class="th-bg" width="48" height="48"></rect>
            {drawing}
        </svg>
    }
    .into_any()
}

enum Kind {
    Message,
    Table,
    Page,
    Sound,
    Document,
}

fn kind(exhibit: &Exhibit) -> Kind {
    let ends = |ending: &str| exhibit.name.to_lowercase().ends_with(ending);
    match exhibit.media_type.as_str() {
        _ if exhibit.is_link() => Kind::Page,
        "message/rfc822" => Kind::Message,
        media if media.starts_with("audio/") || media.starts_with("video/") => Kind::Sound,
        "text/csv" | "application/vnd.ms-excel" => Kind::Table,
        media if media.contains("html") || media.contains("warc") || media.contains("spreadsheet") => {
            Kind::Page
        }
        _ if ends(".eml") => Kind::Message,
        _ if ends(".csv") || ends(".xlsx") => Kind::Table,
        _ if ends(".wacz") || ends(".warc") => Kind::Page,
        _ => Kind::Document,
    }
}
