//! What the program says of itself while it runs: logs, and traces for a collector where the environment names one.

use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, Layer as _, Registry};

#[cfg(feature = "otel")]
mod traces;

/// What goes on until the end of the program.
pub(crate) struct Telemetry {
    #[cfg(feature = "otel")]
    traces: Option<traces::Traces>,
}

/// Logs go to standard error, and only errors unless `LIFEBOAT_LOG` says otherwise. Traces go where
/// `OTEL_EXPORTER_OTLP_ENDPOINT` says; nothing else of OpenTelemetry's is on without it.
pub(crate) fn begin() -> Telemetry {
    let filter = EnvFilter::try_from_env("LIFEBOAT_LOG").unwrap_or_else(|_| EnvFilter::new("error"));
    let logs = tracing_subscriber::fmt::layer().with_writer(std::io::stderr).with_filter(filter);
    let registry = Registry::default().with(logs);
    #[cfg(feature = "otel")]
    {
        let (traces, layer) = traces::begin().unzip();
        registry.with(layer).init();
        Telemetry { traces }
    }
    #[cfg(not(feature = "otel"))]
    {
        registry.init();
        Telemetry {}
    }
}

/// What ties the span of a request to the trace that its caller named.
#[cfg(feature = "otel")]
pub(crate) const CALLERS_TRACE: server::CallersTrace = traces::continued;
#[cfg(not(feature = "otel"))]
pub(crate) const CALLERS_TRACE: server::CallersTrace = |_, _| {};

impl Telemetry {
    /// Sends what was not sent yet.
    pub(crate) fn end(self) {
        #[cfg(feature = "otel")]
        if let Some(traces) = self.traces {
            traces.end();
        }
    }
}
