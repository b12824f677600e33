//! Every list that SQL chooses by `scope` holds exactly what `sight` does not hide: for random people,
//! incidents, entries, indicators, posts, shares and holds, on both databases.

mod crossing;
mod plan;
mod posting;
mod proof;
mod world;

use app::model::Moment;
use proptest::{
    collection::vec,
    test_runner::{Config, TestRunner},
};

use self::{
    plan::{incident, viewer},
    world::World,
};
use crate::base::{Base, NOW};

const CASES: u32 = 32;

fn prove(base: impl Future<Output = Option<Base>>) {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let Some(base) = runtime.block_on(base) else { return };
    let world = runtime.block_on(World::new(base));
    let mut runner = TestRunner::new(Config {
        cases: CASES,
        failure_persistence: None,
        max_shrink_iters: 0,
        ..Config::default()
    });
    let drawn = (vec(incident(), 1..6), vec(viewer(), 1..4));
    let proved = runner.run(&drawn, |(incidents, viewers)| {
        runtime.block_on(async {
            world.write(&incidents).await;
            for plan in &viewers {
                world.check(&world.viewer(plan), incidents.len()).await;
            }
            world.check_wall().await;
        });
        Ok(())
    });
    if let Err(error) = proved {
        panic!("{error}");
    }
    runtime.block_on(async move {
        world.room.close().await;
        world.base.end().await;
    });
}

#[test]
fn sql_shows_exactly_what_the_policy_does_not_hide_on_sqlite() {
    prove(async { Some(Base::sqlite()) });
}

#[test]
fn sql_shows_exactly_what_the_policy_does_not_hide_on_postgres() {
    prove(Base::postgres());
}

/// Nothing here is later than the room's standing clock.
#[test]
fn the_world_stands_at_one_moment() {
    assert_eq!(NOW, "2020-11-04T00:18:00Z".parse::<Moment>().expect("a moment"));
}
