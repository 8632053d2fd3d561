//! How many requests there are, and how long they take: for Prometheus, and as a span of a trace.

use std::fmt;

use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::Response;
use metrics::{counter, gauge, histogram, with_local_recorder};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusRecorder};
use tracing::field::Empty;
use tracing::{Instrument as _, info_span};

use crate::Components;

/// Upper bounds of the buckets of durations, in seconds.
const SECONDS: [f64; 9] = [0.001, 0.005, 0.025, 0.1, 0.25, 1.0, 2.5, 10.0, 25.0];

/// What is counted.
pub(crate) struct Meters(PrometheusRecorder);

impl Meters {
    pub(crate) fn new() -> Self {
        let builder = PrometheusBuilder::new();
        // Buckets are refused only when there are none.
        let recorder = builder
            .set_buckets(&SECONDS)
            .map_or_else(|_| PrometheusBuilder::new().build_recorder(), PrometheusBuilder::build_recorder);
        Self(recorder)
    }

    fn answered(&self, method: &str, route: &str, status: u16, seconds: f64) {
        with_local_recorder(&self.0, || {
            let labels = [("method", method.to_owned()), ("route", route.to_owned()), ("status", status.to_string())];
            counter!("lifeboat_http_requests_total", &labels).increment(1);
            histogram!("lifeboat_http_request_seconds", "route" => route.to_owned()).record(seconds);
        });
    }

    /// All of it, in Prometheus' text format, and how things stand at this moment.
    pub(crate) fn render(&self, gauges: &Gauges) -> String {
        self.0.handle().render() + &gauges.0.handle().render()
    }
}

/// How things stand at one moment. It is made anew each time: what is gone is not told for ever.
pub(crate) struct Gauges(PrometheusRecorder);

impl Gauges {
    pub(crate) fn new() -> Self {
        Self(PrometheusBuilder::new().build_recorder())
    }

    /// Tells a value; `labels` are names and values.
    pub(crate) fn set(&self, name: &'static str, labels: &[(&'static str, String)], value: f64) {
        with_local_recorder(&self.0, || gauge!(name, labels).set(value));
    }
}

impl fmt::Debug for Meters {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Meters")
    }
}

/// Counts and traces a request under its route, never under its path: ids are no labels.
pub(crate) async fn measure(State(components): State<Components>, request: Request, next: Next) -> Response {
    let route = request.extensions().get::<MatchedPath>().map_or_else(String::new, |path| path.as_str().to_owned());
    let method = request.method().as_str().to_owned();
    // The names are OpenTelemetry's for requests (https://opentelemetry.io/docs/specs/semconv/http/http-spans/).
    let span = info_span!(
        "request",
        otel.name = format!("{method} {route}"),
        otel.kind = "server",
        http.request.method = method,
        http.route = route,
        http.response.status_code = Empty,
    );
    (components.callers_trace)(&span, request.headers());
    let clock = &components.around.ambient.clock;
    let begun = clock.elapsed();
    let response = next.run(request).instrument(span.clone()).await;
    let (status, seconds) = (response.status().as_u16(), clock.elapsed().saturating_sub(begun).as_secs_f64());
    span.record("http.response.status_code", status);
    components.meters.answered(&method, &route, status, seconds);
    response
}
