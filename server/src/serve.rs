//! The accept loop: a connection that is slow, silent or one too many is closed, and SIGTERM ends
//! everything in bounded time. `axum::serve` has none of these timers.

mod body;
mod connection;

use std::{
    collections::HashMap,
    io,
    net::{IpAddr, SocketAddr},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use axum::Router;
use tokio::{
    net::{TcpListener, TcpStream},
    task::JoinSet,
};

use crate::{config::Config, service::throttle::network, state::Stop};

/// Serves until `stop`, then lets requests in hand finish for a bounded time. Returns how many
/// connections had to be cut.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    config: Arc<Config>,
    stop: Stop,
) -> io::Result<usize> {
    let guests = Arc::new(Guests::default());
    let mut open = JoinSet::new();
    loop {
        let (stream, peer) = tokio::select! {
            () = stop.stopped() => break,
            Some(_) = open.join_next(), if !open.is_empty() => continue,
            accepted = listener.accept() => match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    // Too many open files, mostly: the ones that close make room.
                    tracing::warn!(%error, "a connection could not be accepted");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                    continue;
                }
            },
        };
        let Some(guest) = Guests::admit(&guests, &config, peer.ip()) else { continue };
        let (router, config, stop) = (router.clone(), Arc::clone(&config), stop.clone());
        open.spawn(async move {
            let _guest = guest;
            attend(stream, peer, router, &config, stop).await;
        });
    }
    drop(listener);
    let patience = Duration::from_secs(config.connection.stop_timeout);
    let _ = tokio::time::timeout(patience, async { while open.join_next().await.is_some() {} }).await;
    let cut = open.len();
    open.abort_all();
    Ok(cut)
}

async fn attend(stream: TcpStream, peer: SocketAddr, router: Router, config: &Config, stop: Stop) {
    let _ = stream.set_nodelay(true);
    // The first byte, before anything is set up for the connection.
    let first = Duration::from_secs(config.connection.first_byte_timeout);
    let mut bytes = [0; 4];
    let spoke = tokio::select! {
        spoke = tokio::time::timeout(first, stream.peek(&mut bytes)) => spoke.map_or(0, |read| read.unwrap_or(0)),
        () = stop.stopped() => 0,
    };
    if spoke > 0 {
        connection::run(stream, &bytes[..spoke], peer, router, &config.connection, stop).await;
    }
}

/// Who is connected, by source.
#[derive(Debug, Default)]
struct Guests {
    by_source: Mutex<HashMap<IpAddr, u32>>,
}

/// Leaves when dropped.
struct Guest {
    guests: Arc<Guests>,
    source: IpAddr,
}

impl Guests {
    /// None when there are too many, in all or from this source. A proxy that we trust is many people.
    fn admit(guests: &Arc<Self>, config: &Config, address: IpAddr) -> Option<Guest> {
        let source = network(address);
        let mut by_source = guests.by_source.lock().unwrap_or_else(PoisonError::into_inner);
        let total: u32 = by_source.values().sum();
        let own = by_source.get(&source).copied().unwrap_or_default();
        let proxy = config.trusted_proxies.contains(&address.to_canonical());
        if total >= config.connection.connections
            || (own >= config.connection.connections_per_source && !proxy)
        {
            return None;
        }
        by_source.insert(source, own + 1);
        Some(Guest { guests: Arc::clone(guests), source })
    }
}

impl Drop for Guest {
    fn drop(&mut self) {
        let mut by_source = self.guests.by_source.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = by_source.get_mut(&self.source) {
            *count -= 1;
            if *count == 0 {
                by_source.remove(&self.source);
            }
        }
    }
}
