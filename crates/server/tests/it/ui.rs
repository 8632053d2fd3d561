//! The dashboard's files, beside the API.

use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, header};
use axum::response::Response;
use tower::ServiceExt as _;

use crate::bench::Bench;

async fn get(bench: &Bench, path: &str) -> Response {
    let request = Request::get(path).header(header::ACCEPT_ENCODING, "gzip, br").body(Body::empty()).unwrap();
    server::router(&bench.components).oneshot(request).await.unwrap()
}

fn header_of(response: &Response, name: header::HeaderName) -> String {
    response.headers().get(name).map_or_else(String::new, |value| value.to_str().unwrap().to_owned())
}

#[tokio::test]
async fn every_address_is_a_page_that_runs_no_foreign_script() {
    let bench = Bench::new().await;
    for path in ["/", "/connections", "/connections/abc/recover", "/index.html"] {
        let response = get(&bench, path).await;
        assert_eq!(response.status(), StatusCode::OK, "{path}");
        assert_eq!(header_of(&response, header::CONTENT_TYPE), "text/html; charset=utf-8");
        assert_eq!(header_of(&response, header::CACHE_CONTROL), "no-cache");
        let policy = header_of(&response, header::CONTENT_SECURITY_POLICY);
        assert!(policy.contains("script-src 'self';") && policy.contains("frame-ancestors 'none'"), "{policy}");
        let page = to_bytes(response.into_body(), 1 << 20).await.unwrap();
        assert!(String::from_utf8(page.to_vec()).unwrap().contains("<base href=\"/\" />"), "{path}");
    }
}

#[tokio::test]
async fn a_file_that_is_named_by_its_content_is_kept_for_good() {
    let bench = Bench::new().await;
    for file in web_assets::ASSETS.iter().filter(|file| file.path != web_assets::INDEX) {
        let response = get(&bench, &format!("/{}", file.path)).await;
        assert_eq!(response.status(), StatusCode::OK, "{}", file.path);
        assert_eq!(header_of(&response, header::CACHE_CONTROL).contains("immutable"), file.is_named_by_content());
        let is_compressed = header_of(&response, header::CONTENT_ENCODING) == "gzip";
        assert_eq!(is_compressed, file.gzip.is_some(), "{}", file.path);
    }
}

#[tokio::test]
async fn what_is_missing_below_the_api_is_a_problem_and_no_page() {
    let bench = Bench::new().await;
    for path in ["/api", "/api/v1/nothing", "/api/v2/connections", "/assets/gone.js", "/stop/a/b", "/demo/story"] {
        let response = get(&bench, path).await;
        assert_eq!(response.status(), StatusCode::NOT_FOUND, "{path}");
        assert_eq!(header_of(&response, header::CONTENT_TYPE), "application/problem+json", "{path}");
    }
}
