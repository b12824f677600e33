//! Ways around: what is written where no company reads it, and is led there afterwards by a label, another organisation or
//! a part that was ended.

use app::model::id::Number;
use server::service::{
    Error, Result, Room,
    incident::{self, Changed, Edit, MarkingInput, OpenIncident},
    share::{self, ShareInput, UnshareInput},
};

use crate::{
    base::{EACH, asker, both},
    handover::hand_over,
    story::{open, opened, refused, see, share_with, version},
};

const LEAD: &str = "lead@cisa.example";
const GOOGLE: &str = "liaison@google.example";
const OFFICE: &str = "liaison@maricopa.example";
const ASKING: &str = "Please take down the page.";

async fn mark(room: &Room, who: &str, number: &Number, tlp: &str, named: &[&str]) -> Result<Changed> {
    let named = named.iter().map(|word| (*word).to_owned()).collect();
    let version = version(room, who, number).await;
    let input = MarkingInput { version, tlp: tlp.into(), reason: "As it is handled.".into(), named };
    incident::set_marking(room.clone(), asker(room, who), EACH, number.clone(), input).await
}

async fn write(room: &Room, who: &str, number: &Number, summary: &str) {
    let version = version(room, who, number).await;
    let input = Edit { version, summary: Some(summary.into()), ..Edit::default() };
    incident::edit(room.clone(), asker(room, who), EACH, number.clone(), input).await.expect("written");
}

both! {
    async fn what_was_written_behind_red_comes_out_by_no_label(base) {
        let room = base.founded().await;
        let number = opened(&room).await;
        mark(&room, LEAD, &number, "red", &[LEAD]).await.expect("RED");
        write(&room, LEAD, &number, ASKING).await;
        for (tlp, named) in [("amber", vec![]), ("amber+strict", vec![]), ("red", vec![LEAD, GOOGLE]), ("green", vec![])] {
            assert_eq!(refused(mark(&room, LEAD, &number, tlp, &named).await), ["tlp"], "{tlp}");
        }
        assert!(matches!(see(&room, GOOGLE, &number).await, Err(Error::NotFound)));
        write(&room, LEAD, &number, "About 600 handsets.").await;
        mark(&room, LEAD, &number, "amber", &[]).await.expect("nothing asks any more");
        see(&room, GOOGLE, &number).await.expect("as before");
        room.close().await;
    }

    async fn an_agencys_words_at_the_head_are_its_own_whoever_shares_them(base) {
        let room = base.founded().await;
        let number = open(&room, OFFICE, |input| input.share_with = vec!["cisa".into()]).await;
        hand_over(&room, &number, OFFICE, LEAD).await;
        write(&room, LEAD, &number, ASKING).await;
        let input = ShareInput { to: vec!["google".into()], text: "For your picture.".into(), ..ShareInput::default() };
        let shared = share::share(room.clone(), asker(&room, OFFICE), EACH, number.clone(), input).await.expect("asked");
        assert_eq!((shared.shares.len(), shared.held.len()), (0, 1));
        assert!(matches!(see(&room, GOOGLE, &number).await, Err(Error::NotFound)));
        room.close().await;
    }

    async fn an_originator_whose_part_was_ended_gives_nobody_a_part(base) {
        let room = base.founded().await;
        let number = open(&room, LEAD, |input| (input.tlp, input.share_with) = ("green".into(), vec!["fbi".into()])).await;
        hand_over(&room, &number, LEAD, "liaison@fbi.example").await;
        let input = UnshareInput { organisation: "cisa".into(), version: version(&room, "liaison@fbi.example", &number).await };
        share::unshare(room.clone(), asker(&room, "liaison@fbi.example"), EACH, number.clone(), input).await.expect("ended");
        see(&room, LEAD, &number).await.expect("GREEN");
        assert!(matches!(share_with(&room, LEAD, &number, "google").await, Err(Error::Forbidden(_))));
        room.close().await;
    }

    async fn marked_content_is_opened_to_every_sector_by_nobody_alone(base) {
        let room = base.founded().await;
        let input = OpenIncident {
            title: "A clip of a candidate".into(),
            category: "PROC-1".into(),
            severity: "medium".into(),
            tlp: "green".into(),
            candidate_or_party_content: true,
            ..OpenIncident::default()
        };
        for who in [LEAD, "analyst@google.example"] {
            let made = incident::open(room.clone(), asker(&room, who), EACH, input.clone()).await;
            assert_eq!(refused(made), ["tlp"], "{who}");
        }
        let number = open(&room, LEAD, |input| input.candidate_or_party_content = true).await;
        assert_eq!(refused(mark(&room, LEAD, &number, "green", &[]).await), ["tlp"]);
        room.close().await;
    }
}
