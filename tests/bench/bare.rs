//! A bare hyper server: reads what comes, answers the same bytes that an object of the asked size has.

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::service::service_fn;
use hyper::{Method, Request, Response};
use hyper_util::rt::TokioIo;
use std::convert::Infallible;
use tokio::net::TcpListener;

/// Serves until it is killed.
pub(crate) fn serve() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        println!("http://{}", listener.local_addr().expect("an address"));
        loop {
            let Ok((stream, _)) = listener.accept().await else { continue };
            let _ = stream.set_nodelay(true);
            tokio::spawn(async move {
                let connection = hyper::server::conn::http1::Builder::new();
                let _ = connection.serve_connection(TokioIo::new(stream), service_fn(answer)).await;
            });
        }
    });
}

async fn answer(request: Request<hyper::body::Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
    static SMALL: [u8; 1 << 10] = [b'a'; 1 << 10];
    static LARGE: [u8; 1 << 20] = [b'a'; 1 << 20];
    let (parts, mut body) = request.into_parts();
    while let Some(Ok(_)) = body.frame().await {}
    let bytes = match (&parts.method, parts.uri.path().ends_with("1048576")) {
        (&Method::GET, true) => Bytes::from_static(&LARGE),
        (&Method::GET, false) => Bytes::from_static(&SMALL),
        _ => Bytes::new(),
    };
    Ok(Response::new(Full::new(bytes)))
}
