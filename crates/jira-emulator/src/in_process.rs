//! A site without sockets: requests are values, and so are their answers.

use std::io;

use axum::Router;
use axum::extract::Request;
use axum::http::uri::PathAndQuery;
use axum::http::{HeaderValue, Uri, header};
use axum::response::Response;
use tower::ServiceExt as _;
use url::Url;

use crate::api;
use crate::http::pipeline::CutConnection;
use crate::site::SharedSite;

/// The hosts of one site, its media host included. Cheap to clone.
#[derive(Debug, Clone)]
pub struct InProcess {
    site: Router,
    media: Router,
    media_host: String,
}

impl InProcess {
    pub(crate) fn new(site: &SharedSite) -> Self {
        Self {
            site: api::router(site.clone()),
            media: api::media::router(site.clone()),
            media_host: host(&site.media_url),
        }
    }

    /// Answers a request to either host, whose address tells which. A request that was sent is carried out, as it is by a
    /// server, even when nobody waits for the answer any more.
    ///
    /// # Errors
    /// The connection was cut instead of an answer.
    ///
    /// # Panics
    /// When the operation panics.
    pub async fn answer(&self, mut request: Request) -> io::Result<Response> {
        let host = request.uri().host().unwrap_or_default().to_owned();
        let router = if host == self.media_host { self.media.clone() } else { self.site.clone() };
        // What a server gets is the path, and the host as a header.
        let path = request.uri().path_and_query().cloned().unwrap_or(PathAndQuery::from_static("/"));
        *request.uri_mut() = Uri::from(path);
        if let Ok(host) = HeaderValue::from_str(&host) {
            request.headers_mut().insert(header::HOST, host);
        }
        let Ok(response) = tokio::spawn(router.oneshot(request)).await.expect("operations do not panic");
        match response.extensions().get::<CutConnection>() {
            Some(_) => Err(io::Error::other("connection cut by the emulator")),
            None => Ok(response),
        }
    }
}

/// The address of a host that only exists in this process.
pub(crate) fn address(host: &str) -> Url {
    Url::parse(&format!("http://{host}.localhost/")).expect("site names make host names")
}

fn host(url: &Url) -> String {
    url.host_str().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Duration;

    use ambient::{Clock as _, ManualClock};
    use axum::body::Body;
    use axum::http::StatusCode;
    use jiff::Timestamp;

    use super::*;
    use crate::{Emulator, EmulatorClock, Fault, FaultAction, Options};

    fn get(address: &str) -> Request {
        Request::get(address).body(Body::empty()).unwrap()
    }

    #[tokio::test]
    async fn a_site_answers_without_sockets_and_cuts_connections() {
        let emulator = Emulator::in_process(Options::default()).unwrap();
        let site = emulator.site("source");
        assert_eq!(site.url().as_str(), "http://source.localhost/");
        let service = site.service();
        let address = "http://source.localhost/rest/api/3/serverInfo";
        assert_eq!(service.answer(get(address)).await.unwrap().status(), StatusCode::OK);
        site.fault(Fault::once("GET", "/rest/api/3/serverInfo", FaultAction::ResetBefore));
        service.answer(get(address)).await.unwrap_err();
        let file = "http://media.source.localhost/file/00000000-0000-0000-0000-000000000007/binary?token=1";
        assert_eq!(service.answer(get(file)).await.unwrap().status(), StatusCode::FORBIDDEN);
    }

    #[tokio::test]
    async fn a_site_follows_the_clock_it_is_given() {
        let clock = Arc::new(ManualClock::new(Timestamp::UNIX_EPOCH));
        let options = Options { clock: EmulatorClock::following(clock.clone()), ..Options::default() };
        let emulator = Emulator::in_process(options).unwrap();
        let site = emulator.site("source");
        site.latency(Duration::from_secs(3));
        site.service().answer(get("http://source.localhost/rest/api/3/serverInfo")).await.unwrap();
        assert_eq!(clock.elapsed(), Duration::from_secs(3));
        assert_eq!(site.clock().now().as_second(), 3);
    }
}
