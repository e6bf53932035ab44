//! Taking connections, and letting go of them.
//!
//! A connection that does not send a whole head in time is closed, so that slow clients cost a socket for ten seconds and nothing else; one that has
//! closed its sending half still gets its answer. On SIGTERM or Ctrl-C no more are taken and what was begun is answered, for [`DRAIN`] at most.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;

use super::Shared;
use super::patience::Patience;

/// How long the head of a request may take, and how long a connection may idle between two.
const HEAD_TIME: Duration = Duration::from_secs(10);

/// The most connections at a time; a further one is closed at once.
const MOST_CONNECTIONS: usize = 800;

/// The most bytes of a request's head; OmegaT and its like put whole segments into addresses.
const MOST_HEAD: usize = 64 << 10;

/// The most header fields of a request.
const MOST_FIELDS: usize = 64;

/// How long requests under way may take once the server was asked to end.
const DRAIN: Duration = Duration::from_secs(10);

/// Pause after the system refused a connection, for want of file handles for instance.
const BREATH: Duration = Duration::from_millis(50);

/// Serves until asked to end.
pub(super) async fn run(listener: TcpListener, router: Router, app: Shared) {
    let service = TowerToHyperService::new(router);
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIME)
        .max_buf_size(MOST_HEAD)
        .max_header_size(MOST_HEAD)
        .max_headers(MOST_FIELDS)
        .half_close(true);
    let slots = Arc::new(Semaphore::new(MOST_CONNECTIONS));
    let graceful = GracefulShutdown::new();
    let mut end = std::pin::pin!(asked_to_end());
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = &mut end => break,
        };
        let Ok((stream, _)) = accepted else {
            tokio::time::sleep(BREATH).await;
            continue;
        };
        let Ok(slot) = Arc::clone(&slots).try_acquire_owned() else {
            app.metrics
                .refused_connections
                .fetch_add(1, Ordering::Relaxed);
            continue;
        };
        // Answers are small and one each: waiting to fill a packet only delays them.
        let _ = stream.set_nodelay(true);
        let connection =
            http.serve_connection(TokioIo::new(Patience::new(stream)), service.clone());
        let connection = graceful.watch(connection);
        let app = Arc::clone(&app);
        app.metrics.connections.fetch_add(1, Ordering::Relaxed);
        tokio::spawn(async move {
            // A client that broke off is no failure of ours.
            let _ = connection.await;
            app.metrics.connections.fetch_sub(1, Ordering::Relaxed);
            drop(slot);
        });
    }
    drop(listener);
    (app.log)("asked to end");
    let drained = tokio::time::timeout(DRAIN, graceful.shutdown()).await;
    (app.log)(match drained {
        Ok(()) => "ended",
        Err(_) => "ended with requests unanswered",
    });
}

/// Returns when the process is asked to end: SIGTERM or Ctrl-C.
async fn asked_to_end() {
    let interrupted = async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        match signal(SignalKind::terminate()) {
            Ok(mut terminated) => {
                tokio::select! {
                    _ = terminated.recv() => {}
                    () = interrupted => {}
                }
            }
            Err(_) => interrupted.await,
        }
    }
    #[cfg(not(unix))]
    interrupted.await;
}
