//! The control plane's domain: connections, recovery requests, verification, tokens, audit events.
