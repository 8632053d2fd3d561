//! Exported audit logs.

#![no_main]

use control::audit::{self, AuditEvent};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(events) = serde_json::from_slice::<Vec<AuditEvent>>(bytes) else { return };
    if let Some(first) = events.first() {
        let _ = audit::verify(first.tenant, &events, None);
    }
});
