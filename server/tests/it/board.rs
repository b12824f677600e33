//! The board's pages: walked one by one they are the whole list, in the order that the browser keeps too.

use app::{
    model::{
        Tlp,
        board::{BoardQuery, BoardRow, Grouping, Order, Span},
    },
    policy::Viewer,
};
use server::{
    demo::{self, Tale},
    service::{
        self, Room,
        incident::{self, Edit},
    },
};

use crate::{
    base::{Base, EACH, asker, both},
    story,
    test_app::TestApp,
};

const CISA: &str = "analyst@cisa.example";

async fn walk(room: &Room, viewer: &Viewer, query: &BoardQuery, limit: i64) -> Vec<BoardRow> {
    let mut query = query.clone();
    let mut rows = vec![];
    loop {
        let page = service::board::list(room, viewer, &query, limit).await.expect("a page");
        assert!(page.rows.len() as i64 <= limit);
        rows.extend(page.rows.to_vec());
        query.after = page.next.clone();
        if query.after.is_none() {
            return rows;
        }
    }
}

fn numbers(rows: &[BoardRow]) -> Vec<String> {
    rows.iter().map(|row| row.number.to_string()).collect()
}

/// The headings of a page's groups, without their tags and what is wrong in them.
fn headings(html: &str) -> Vec<String> {
    let heads = html.split("<span class=\"bgroup-in\">").skip(1);
    heads
        .filter_map(|rest| rest.split("<span class=\"bgroup-note\">").next())
        .map(|head| {
            let texts = head.split('<').filter_map(|part| part.split_once('>')).map(|(_, text)| text);
            texts.collect::<String>()
        })
        .collect()
}

async fn filled(base: &Base) -> Room {
    base.clock.set(app::model::Moment(0));
    let room = Room::open(base.parts(2020)).await.expect("opens");
    demo::fill(&room, "no password opens this", Tale::Night).await.expect("filled");
    room
}

both! {
    async fn all_pages_are_the_whole_list_in_the_order_that_the_browser_keeps(base) {
        let room = filled(base).await;
        for email in ["lead@cisa.example", "analyst@philadelphia.example", "auditor@watchfloor.example"] {
            let viewer = asker(&room, email).viewer;
            for span in Span::ALL {
                for group in Grouping::ALL {
                    for order in Order::ALL {
                        let query = BoardQuery { span: *span, group: *group, order: *order, ..BoardQuery::default() };
                        let whole = walk(&room, &viewer, &query, 200).await;
                        let pages = walk(&room, &viewer, &query, 7).await;
                        assert_eq!(numbers(&pages), numbers(&whole), "{email} {span} by {group}, {order}");
                        let settled = service::board::settle(query.clone());
                        let places: Vec<_> = whole.iter().map(|row| settled.place(row)).collect();
                        assert!(places.windows(2).all(|pair| pair[0] < pair[1]), "{email} {span} by {group}, {order}");
                    }
                }
            }
        }
        room.close().await;
    }

    async fn a_title_is_found_in_large_and_small_letters_of_every_alphabet(base) {
        let test = TestApp::new(base).await;
        let room = &test.app.room;
        let title = "ÚLTIMA HORA: Öffnungszeiten falsch, Łódź";
        let number = story::open(room, CISA, |input| input.title = title.into()).await;
        let found = async |words: &str| {
            let query = BoardQuery { q: words.into(), ..BoardQuery::default() };
            numbers(&walk(room, &asker(room, CISA).viewer, &query, 50).await)
        };
        for words in ["ÚLTIMA HORA", "última hora", "öffnungszeiten", "ÖFFNUNGSZEITEN", "ŁÓDŹ"] {
            assert_eq!(found(words).await, [number.to_string()], "{words}");
        }
        assert!(found("ultima").await.is_empty(), "letters with marks are letters of their own");
        let browser = test.sign_in(CISA).await;
        let typed = [("title", "Última hora: öffnungszeiten in einer SMS"), ("preset", "everybody")];
        let page = browser.submit("/incidents/new", "/incidents/new", &typed).await.text();
        assert!(page.contains(number.as_str()), "it looks alike: {page}");
        // An edit is found under its new words alone.
        let edit = Edit { version: 1, title: Some("ÉTATS: horaires faux".into()), ..Edit::default() };
        incident::edit(room.clone(), asker(room, CISA), EACH, number.clone(), edit).await.expect("edited");
        assert_eq!((found("états").await.len(), found("última").await.len()), (1, 0));
        // What a database brings along from before is lowered as it is opened.
        base.execute("update incident set title_lower = ''").await.expect("as migrated");
        assert!(found("états").await.is_empty());
        let again = Room::open(base.parts(3)).await.expect("opens again");
        assert_eq!(found("états").await, [number.to_string()]);
        again.close().await;
        room.close().await;
    }

    async fn a_filter_shows_what_the_browser_would_let_in(base) {
        let room = filled(base).await;
        let viewer = asker(&room, "lead@cisa.example").viewer;
        let all = BoardQuery { span: Span::All, ..BoardQuery::default() };
        let every = walk(&room, &viewer, &all, 200).await;
        let filters = [
            "severity=high,severe", "status=triaged", "status=closed", "category=PROC", "category=DELG-1", "state=PA",
            "state=AZ,MI", "organisation=google", "lead=cisa,fbi", "owner=none", "owner=analyst@cisa.example", "tlp=amber",
            "tlp=amber%2Bstrict", "breached=1", "q=maricopa", "q=wf-01", "q=100%25", "q=_", "span=ended", "span=all&q=hotline",
            "owner=nobody@nowhere.example", "organisation=nobody",
        ];
        for filter in filters {
            let pairs: Vec<_> = filter.split('&').filter_map(|pair| pair.split_once('=')).collect();
            let decode = |text: &str| text.replace("%2B", "+").replace("%25", "%");
            let pairs: Vec<_> = pairs.iter().map(|(name, value)| (*name, decode(value))).collect();
            let query = BoardQuery::from_pairs(pairs.iter().map(|(name, value)| (*name, value.as_str())));
            let mut shown = numbers(&walk(&room, &viewer, &query, 5).await);
            let admitted = every.iter().filter(|row| query.admits(row, room.now()));
            let mut expected: Vec<_> = admitted.map(|row| row.number.to_string()).collect();
            shown.sort();
            expected.sort();
            assert_eq!(shown, expected, "{filter}");
        }
        room.close().await;
    }

    async fn counts_lists_and_pages_agree_for_everybody(base) {
        let room = filled(base).await;
        let directory = room.directory();
        for member in directory.members() {
            let Some(viewer) = directory.viewer(member.person.id) else { continue };
            let open = walk(&room, &viewer, &BoardQuery::default(), 200).await;
            let tabs = service::board::tabs(&room, &viewer).await.expect("tabs");
            assert_eq!(tabs.open, open.len() as i64, "{}", member.person.email);
            let breached = open.iter().filter(|row| row.is_breached(room.now())).count() as i64;
            assert_eq!(tabs.breached, breached, "{}", member.person.email);
            let alone = |row: &&BoardRow| row.owner.is_none();
            assert_eq!(tabs.without_owner, open.iter().filter(alone).count() as i64);
        }
        let wall = service::wall::wall(&room).await.expect("a wall");
        assert!(wall.updates.iter().all(|update| update.tlp.reaches_everyone()));
        assert!(wall.updates.iter().all(|update| update.tlp != Tlp::Red));
        room.close().await;
    }

    async fn a_page_knows_which_of_its_groups_are_not_whole_on_it(base) {
        let room = filled(base).await;
        let viewer = asker(&room, "lead@cisa.example").viewer;
        let (mut cut, mut whole_ends) = (0, 0);
        for group in Grouping::ALL.iter().filter(|group| **group != Grouping::None) {
            let mut query = BoardQuery { group: *group, ..BoardQuery::default() };
            let places: Vec<_> = walk(&room, &viewer, &query, 200).await.iter().map(|row| query.place(row)).collect();
            let same = |one: usize, other: usize| places.get(one).zip(places.get(other)).is_some_and(|(a, b)| a.same_group(b));
            let mut at = 0;
            loop {
                let page = service::board::list(&room, &viewer, &query, 3).await.expect("a page");
                let end = at + page.rows.len();
                assert_eq!(page.edges.began_before, at > 0 && same(at - 1, at), "{group} from {at}");
                assert_eq!(page.edges.goes_on, same(end - 1, end), "{group} to {end}");
                cut += usize::from(page.edges.goes_on);
                whole_ends += usize::from(!page.edges.goes_on);
                at = end;
                query.after = page.next.clone();
                if query.after.is_none() {
                    break;
                }
            }
        }
        assert!(cut > 3 && whole_ends > 3, "both happen: {cut} {whole_ends}");
        room.close().await;
    }

    async fn the_number_of_a_group_that_goes_on_on_another_page_says_that_it_is_this_pages(base) {
        let test = TestApp::new(base).await;
        let room = &test.app.room;
        for (severity, count) in [("high", 3), ("medium", 105), ("low", 2)] {
            for _ in 0..count {
                story::open(room, "lead@cisa.example", |input| {
                    (input.severity, input.share_with) = (severity.into(), vec![]);
                }).await;
            }
        }
        let client = test.sign_in("lead@cisa.example").await;
        let first = client.get("/board").await;
        assert_eq!(headings(&first.text()), ["High3", "Medium97 on this page"]);
        let second = client.get(&first.next_page().expect("a second page")).await;
        assert_eq!(headings(&second.text()), ["Medium8 on this page", "Low2"]);
    }

    async fn a_cursor_of_another_list_is_refused(base) {
        let room = base.founded().await;
        let viewer = asker(&room, "lead@cisa.example").viewer;
        for after in ["nonsense".to_owned(), room.seal().seal("timeline", "5"), room.seal().seal("board", "{}")] {
            let query = BoardQuery { after: Some(after), ..BoardQuery::default() };
            let refused = service::board::list(&room, &viewer, &query, 50).await;
            assert!(matches!(refused, Err(service::Error::Invalid(_))));
        }
        room.close().await;
    }
}
