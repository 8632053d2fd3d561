//! Connections: HTTP/1 over TCP, with the power to close one instead of answering.

use std::io;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::response::Response;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tower::ServiceExt;

use crate::http::pipeline::CutConnection;

/// Serves a router until the task is aborted; its connections end with it.
pub(crate) async fn serve(listener: TcpListener, router: Router) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => {
                if let Ok((stream, _)) = accepted {
                    connections.spawn(connection(stream, router.clone()));
                }
            }
            Some(_) = connections.join_next() => (),
        }
    }
}

async fn connection(stream: TcpStream, router: Router) {
    // Small answers must not wait for more to send.
    drop(stream.set_nodelay(true));
    let service = service_fn(move |request: hyper::Request<Incoming>| answer(router.clone(), request));
    let served = hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
    if let Err(error) = served {
        tracing::debug!(%error, "connection ended early");
    }
}

async fn answer(router: Router, request: hyper::Request<Incoming>) -> io::Result<Response> {
    let request: Request = request.map(Body::new);
    let Ok(response) = router.oneshot(request).await;
    match response.extensions().get::<CutConnection>() {
        Some(_) => Err(io::Error::other("connection cut by the emulator")),
        None => Ok(response),
    }
}
