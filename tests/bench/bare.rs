//! A bare hyper server: reads what comes, answers the same bytes that an object of the asked size has, or as many as the
//! path of a POST ends in, or 1 GiB. It may hash what comes, to tell what MD5, which no S3 can do without, leaves of the
//! rate.

use bytes::Bytes;
use futures_util::stream;
use http_body_util::combinators::BoxBody;
use http_body_util::{BodyExt, Full, StreamBody};
use hyper::body::Frame;
use hyper::service::service_fn;
use hyper::{Method, Request, Response};
use hyper_util::rt::TokioIo;
use ruststack_wire::sign::checksum::{Algorithm, Hasher};
use std::convert::Infallible;
use tokio::net::TcpListener;

const IDENTITY: &[u8] = b"<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">\
    <GetCallerIdentityResult><Arn>arn:aws:iam::000000000000:root</Arn><UserId>000000000000</UserId>\
    <Account>000000000000</Account></GetCallerIdentityResult></GetCallerIdentityResponse>";

/// Serves until it is killed, hashing what comes where that is wanted.
pub(crate) fn serve(hashes: bool) {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        println!("http://{}", listener.local_addr().expect("an address"));
        loop {
            let Ok((stream, _)) = listener.accept().await else { continue };
            let _ = stream.set_nodelay(true);
            tokio::spawn(async move {
                let connection = hyper::server::conn::http1::Builder::new();
                let _ = connection
                    .serve_connection(
                        TokioIo::new(stream),
                        service_fn(move |request| answer(request, hashes)),
                    )
                    .await;
            });
        }
    });
}

async fn answer(
    request: Request<hyper::body::Incoming>,
    hashes: bool,
) -> Result<Response<BoxBody<Bytes, Infallible>>, Infallible> {
    static SMALL: [u8; 1 << 10] = [b'a'; 1 << 10];
    static LARGE: [u8; 1 << 20] = [b'a'; 1 << 20];
    let (parts, mut body) = request.into_parts();
    let mut md5 = Hasher::new(Algorithm::Md5);
    while let Some(Ok(frame)) = body.frame().await {
        if let Some(data) = frame.data_ref().filter(|_| hashes) {
            md5.update(data);
        }
    }
    std::hint::black_box(md5.finish());
    if parts.method == Method::GET && parts.uri.path().ends_with("/large") {
        let pieces = (0..1 << 10).map(|_| Ok(Frame::data(Bytes::from_static(&LARGE))));
        return Ok(Response::new(BodyExt::boxed(StreamBody::new(stream::iter(pieces)))));
    }
    if parts.method == Method::POST && parts.uri.path() == "/" && !parts.headers.contains_key("x-amz-target")
    {
        // A recorder asks whose account it is before it forwards anything.
        return Ok(Response::new(Full::new(Bytes::from_static(IDENTITY)).boxed()));
    }
    let bytes = match (&parts.method, parts.uri.path().ends_with("1048576")) {
        (&Method::GET, true) => Bytes::from_static(&LARGE),
        (&Method::GET, false) => Bytes::from_static(&SMALL),
        (&Method::POST, _) => {
            let size = parts.uri.path().rsplit('-').next().and_then(|size| size.parse().ok());
            Bytes::from_static(&LARGE[..size.unwrap_or(0).min(LARGE.len())])
        }
        _ => Bytes::new(),
    };
    Ok(Response::new(Full::new(bytes).boxed()))
}
