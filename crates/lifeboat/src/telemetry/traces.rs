//! Traces: what began when, within what, and how long it took, for a collector that speaks OTLP over HTTP.
//!
//! Everything is set as OpenTelemetry says, by its environment variables
//! (<https://opentelemetry.io/docs/specs/otel/protocol/exporter/>). Spans and their fields are of our crates alone, which keep
//! secrets out of them as they do out of logs.

use std::env;
use std::time::Duration;

use axum::http::HeaderMap;
use opentelemetry::propagation::{Extractor, TextMapPropagator as _};
use opentelemetry::trace::TracerProvider as _;
use opentelemetry_otlp::{
    OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT, Protocol, SpanExporter, WithExportConfig as _,
};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::SdkTracerProvider;
use tracing::level_filters::LevelFilter;
use tracing::{Span, Subscriber};
use tracing_opentelemetry::OpenTelemetrySpanExt as _;
use tracing_subscriber::Layer;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::registry::LookupSpan;

/// The crates whose spans are sent. Not the exporter's own client, whose requests would trace themselves.
const OURS: [&str; 8] = ["jira", "lifeboat", "messenger", "recovery", "server", "store", "vault", "worker"];
/// How long the end of the program waits for the collector.
const LAST_WORDS: Duration = Duration::from_secs(5);

/// What collects spans and sends them, until [`Traces::end`].
pub(super) struct Traces(SdkTracerProvider);

/// Begins to trace if the environment names a collector. One that cannot be used is named, and nothing else: no recovery waits
/// for a dashboard of timings.
pub(super) fn begin<S>() -> Option<(Traces, impl Layer<S>)>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    let is_set = |name: &str| env::var_os(name).is_some_and(|value| !value.is_empty());
    if !is_set(OTEL_EXPORTER_OTLP_ENDPOINT) && !is_set(OTEL_EXPORTER_OTLP_TRACES_ENDPOINT) {
        return None;
    }
    let exporter = match SpanExporter::builder().with_http().with_protocol(Protocol::HttpBinary).build() {
        Ok(exporter) => exporter,
        Err(error) => {
            eprintln!(
                "lifeboat: nothing is traced: what the environment says of the collector cannot be used: {error}"
            );
            return None;
        }
    };
    let resource =
        Resource::builder().with_attribute(opentelemetry::KeyValue::new("service.version", env!("CARGO_PKG_VERSION")));
    let resource = if is_set("OTEL_SERVICE_NAME") { resource } else { resource.with_service_name("lifeboat") };
    let provider = SdkTracerProvider::builder().with_batch_exporter(exporter).with_resource(resource.build()).build();
    let ours = Targets::new().with_targets(OURS.map(|target| (target, LevelFilter::INFO)));
    let layer = tracing_opentelemetry::layer().with_tracer(provider.tracer("lifeboat")).with_location(false);
    Some((Traces(provider), layer.with_filter(ours)))
}

/// Makes the span of a request a part of its caller's trace, if the caller named one (`traceparent`, W3C Trace Context).
pub(super) fn continued(span: &Span, headers: &HeaderMap) {
    // It is refused where nothing is traced.
    let _ = span.set_parent(TraceContextPropagator::new().extract(&Headers(headers)));
}

struct Headers<'a>(&'a HeaderMap);

impl Extractor for Headers<'_> {
    fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key).and_then(|value| value.to_str().ok())
    }

    fn keys(&self) -> Vec<&str> {
        self.0.keys().map(axum::http::HeaderName::as_str).collect()
    }
}

impl Traces {
    /// Sends what was not sent yet, unless the collector is slow.
    pub(super) fn end(self) {
        if let Err(error) = self.0.shutdown_with_timeout(LAST_WORDS) {
            eprintln!("lifeboat: the last traces did not reach the collector: {error}");
        }
    }
}
