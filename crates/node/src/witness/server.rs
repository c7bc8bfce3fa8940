//! The witness over HTTP: two addresses, and a limit on everything that a stranger can make it wait
//! for or keep.

use std::convert::Infallible;
use std::net::TcpListener;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use http_body_util::{BodyExt as _, Full, LengthLimitError, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::header::{CONTENT_TYPE, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response};
use hyper_util::rt::{TokioIo, TokioTimer};
use proof::add_checkpoint::BODY_LIMIT;
use tokio::sync::Semaphore;
use tokio::time::timeout;

use super::{Answered, Witness};
use crate::Error;

/// Connections at once; further ones wait. A log needs one.
const CONNECTIONS_MAX: usize = 64;

/// For the head of a request, and between two requests of a connection.
const HEAD_PATIENCE: Duration = Duration::from_secs(5);

/// For the body of a request: a megabyte on a slow line.
const BODY_PATIENCE: Duration = Duration::from_secs(20);

/// For all of a connection: the first replay of a long log takes minutes.
const CONNECTION_PATIENCE: Duration = Duration::from_secs(30 * 60);

/// Longest head of a request in bytes.
const HEAD_BYTES_MAX: usize = 16 << 10;

/// Serves a witness until the process ends.
///
/// # Errors
/// When the socket cannot be used.
pub fn serve(listener: TcpListener, witness: Arc<Witness>) -> Result<(), Error> {
    let error = |source| Error::File { path: "the network".into(), source };
    listener.set_nonblocking(true).map_err(error)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.map_err(error)?.block_on(async {
        let listener = tokio::net::TcpListener::from_std(listener).map_err(error)?;
        let places = Arc::new(Semaphore::new(CONNECTIONS_MAX));
        loop {
            let place = places.clone().acquire_owned().await;
            // A connection that broke before it began is its caller's matter.
            let Ok((stream, _)) = listener.accept().await else { continue };
            let witness = witness.clone();
            tokio::spawn(async move {
                let service = service_fn(move |request| answer(witness.clone(), request));
                let mut builder = http1::Builder::new();
                builder.timer(TokioTimer::new()).header_read_timeout(HEAD_PATIENCE);
                let connection = builder
                    .max_buf_size(HEAD_BYTES_MAX)
                    .serve_connection(TokioIo::new(stream), service);
                // However it ends, it has ended.
                let _ = timeout(CONNECTION_PATIENCE, connection).await;
                drop(place);
            });
        }
    })
}

async fn answer(
    witness: Arc<Witness>,
    request: Request<Incoming>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let answered = match (request.method(), request.uri().path()) {
        (&Method::POST, "/add-checkpoint") => add_checkpoint(witness, request.into_body()).await,
        (&Method::GET, path) => match path.strip_prefix("/checkpoint/").map(str::parse) {
            Some(Ok(origin)) => witness.latest(&origin),
            _ => Answered::text(404, "there is nothing here"),
        },
        (_, "/add-checkpoint") => Answered::text(405, "a checkpoint is added by POST"),
        _ => Answered::text(404, "there is nothing here"),
    };
    let mut response = Response::new(Full::new(Bytes::from(answered.body)));
    *response.status_mut() = hyper::StatusCode::from_u16(answered.status).unwrap_or_default();
    let kind = HeaderValue::from_static(answered.content_type);
    response.headers_mut().insert(CONTENT_TYPE, kind);
    Ok(response)
}

async fn add_checkpoint(witness: Arc<Witness>, body: Incoming) -> Answered {
    let body = match timeout(BODY_PATIENCE, Limited::new(body, BODY_LIMIT).collect()).await {
        Ok(Ok(body)) => body.to_bytes(),
        Ok(Err(error)) if error.is::<LengthLimitError>() => {
            return Answered::text(413, "the request is too long");
        }
        Ok(Err(_)) => return Answered::text(400, "the request ended early"),
        Err(_) => return Answered::text(408, "the request took too long"),
    };
    let time = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    let time = time.map_or(0, |time| time.as_secs());
    // The disk and the rules block; other requests go on meanwhile.
    let decided = tokio::task::spawn_blocking(move || witness.add_checkpoint(&body, time)).await;
    decided.unwrap_or_else(|_| Answered::text(500, "the witness failed"))
}
