//! The asynchronous host of the examples comes to what the synchronous store comes to.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stderr,
    missing_docs,
    missing_debug_implementations,
    unreachable_pub,
    dead_code,
    unused_imports,
    reason = "a test program: a fault in it is to panic, and nobody imports it"
)]

#[path = "../examples/async_host.rs"]
mod async_host;
mod shared;

use async_host::Host;
use futures_util::future::join_all;
use headstock::repository::MemoryRepository;
use headstock_store_suite::Home;
use shared::{cluster, commands, now, plant, run, stock_in};

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

#[test]
fn an_asynchronous_host_runs_the_same_commands_to_the_same_end() {
    let Some(cluster) = cluster::shared() else { return };
    cluster.fill("async", &plant());
    let mut memory = MemoryRepository::new(plant());
    runtime().block_on(async {
        let host = Host::open(&cluster.address("async")).await.unwrap();
        for request in commands(2) {
            let reply = host.execute(&request, now()).await.unwrap();
            assert_eq!(reply, run(&mut memory, &request).unwrap().reply);
        }
        // The same key gives the same reply and changes nothing.
        let again = host.execute(&commands(1)[0], now()).await.unwrap();
        assert_eq!(again.lines, run(&mut memory, &commands(1)[0]).unwrap().reply.lines);
        let refused = host.execute(&stock_in("IN0", 1), now()).await.unwrap_err();
        assert!(refused.to_string().contains("IN0"), "{refused}");
    });
    let mut store = cluster.open("async");
    store.verify().unwrap();
    assert_eq!(&store.snapshot().unwrap(), memory.state());
}

#[test]
fn asynchronous_hosts_on_one_row_lose_nothing() {
    let Some(cluster) = cluster::shared() else { return };
    cluster.fill("async-many", &plant());
    runtime().block_on(async {
        let address = cluster.address("async-many");
        let work = (0..6).map(|writer| {
            let address = address.clone();
            async move {
                let host = Host::open(&address).await.unwrap();
                for number in 0..10 {
                    host.execute(&stock_in(&format!("T{writer}-{number}"), 1), now()).await.unwrap();
                }
            }
        });
        join_all(work).await;
    });
    let mut store = cluster.open("async-many");
    store.verify().unwrap();
    assert_eq!(store.snapshot().unwrap().watermark, 60);
}
