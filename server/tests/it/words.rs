//! Moments and indicators as people type and read them.

use app::model::{
    Moment,
    indicator::{IndicatorKind, defang, fault, refang},
};
use proptest::prelude::*;

#[test]
fn a_moment_is_read_with_any_offset_and_written_in_utc() {
    let read = |text: &str| text.parse::<Moment>().map(|moment| moment.to_string()).ok();
    let at = Some("2020-11-04T00:18:00.000000Z".to_owned());
    assert_eq!(read("2020-11-03T19:18:00-05:00"), at);
    assert_eq!(read("2020-11-04T00:18:00Z"), at);
    assert_eq!(read("2020-11-04 00:18:00.000000001Z"), at, "kept to the microsecond");
    assert_eq!(read("2020-11-04T00:18:00.123456Z").as_deref(), Some("2020-11-04T00:18:00.123456Z"));
    for wrong in [
        "",
        "now",
        "2020-11-04",
        "2020-11-04T00:18:00",
        "2020-13-04T00:18:00Z",
        "2020-02-30T00:18:00Z",
        "2020-11-04T24:18:00Z",
        "2020-11-04T00:18:00.Z",
        "2020-11-04T00:18:00+5",
        "２020-11-04T00:18:00Z",
        "2020-11-04T00:18:00+99:00",
        "2019-02-29T00:00:00Z",
    ] {
        assert_eq!(read(wrong), None, "{wrong:?}");
    }
}

proptest! {
    #[test]
    fn every_moment_survives_writing_and_reading(micros in -2_208_988_800_000_000_i64..=7_258_118_399_000_000) {
        let moment = Moment(micros);
        prop_assert_eq!(moment.to_string().parse::<Moment>(), Ok(moment));
        prop_assert_eq!(Moment::from_civil(moment.civil()), Some(moment));
    }

    #[test]
    fn the_text_of_a_moment_sorts_as_the_moment_does(a in 0_i64..4_102_444_800_000_000, b in 0_i64..4_102_444_800_000_000) {
        prop_assert_eq!(Moment(a).cmp(&Moment(b)), Moment(a).to_string().cmp(&Moment(b).to_string()));
    }

    #[test]
    fn no_text_makes_the_readers_of_moments_and_indicators_fail(text in "\\PC{0,60}") {
        let _ = text.parse::<Moment>();
        for kind in IndicatorKind::ALL {
            let value = refang(*kind, &text);
            let _ = fault(*kind, &value);
            let _ = defang(*kind, &value);
        }
    }

    #[test]
    fn what_is_shown_defanged_and_typed_again_is_the_same_value(
        name in "[a-z][a-z0-9-]{0,20}", path in "(/[a-zA-Z0-9._-]{0,12}){0,3}", user in "[a-z]{1,10}",
        octets in [0_u8..=255, 0_u8..=255, 0_u8..=255, 0_u8..=255],
    ) {
        let host = format!("{name}.polls.example");
        let [a, b, c, d] = octets;
        let values = [
            (IndicatorKind::Domain, host.clone()),
            (IndicatorKind::Url, format!("https://{host}{path}")),
            (IndicatorKind::Url, format!("http://{user}.{host}{path}?a=b")),
            (IndicatorKind::Email, format!("{user}@{host}")),
            (IndicatorKind::Ip, format!("{a}.{b}.{c}.{d}")),
            (IndicatorKind::Ip, format!("2001:db8::{a:x}:{b:x}")),
        ];
        for (kind, value) in values {
            prop_assert_eq!(fault(kind, &value), None, "{} {}", kind, value);
            let shown = defang(kind, &value);
            prop_assert_ne!(&shown, &value, "nobody opens it by accident");
            prop_assert_eq!(refang(kind, &shown), value);
        }
    }
}

#[test]
fn a_url_is_defanged_in_scheme_and_host_only() {
    let shown = defang(IndicatorKind::Url, "https://evil.example/a.b?c=http://d.example");
    assert_eq!(shown, "hxxps://evil[.]example/a.b?c=http://d.example");
    assert_eq!(refang(IndicatorKind::Url, "  hXXps://evil[.]example/M "), "https://evil.example/M");
    assert_eq!(refang(IndicatorKind::Domain, "Evil(.)Example"), "evil.example");
    assert_eq!(refang(IndicatorKind::Email, "A[at]evil[.]example"), "a@evil.example");
}
