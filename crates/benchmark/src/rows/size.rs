//! Bytes in the vault against plain compression of the same records: what `crates/vault/examples/size.rs` measures.

use std::process::Command;

use anyhow::{Context as _, Result};
use serde_json::Value;

use super::Size;
use crate::process;
use crate::table::{Row, Time};

pub(super) fn measure(size: Size) -> Result<Vec<Row>> {
    let sets: &[&str] = match size {
        Size::Quick => &["small"],
        Size::Usual => &["medium"],
        Size::Full => &["small", "medium", "large"],
    };
    let mut rows = Vec::new();
    for set in sets {
        let Some(folder) = testkit::real_issues(set) else { continue };
        let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        command.args(["run", "--quiet", "--release", "-p", "vault", "--example", "size", "--"]);
        if size == Size::Full {
            command.arg("--slow");
        }
        let told = process::told(command.arg(folder.join("issues.ndjson.zst")))?;
        rows.push(row(set, &told).context("what the example tells")?);
    }
    Ok(rows)
}

fn row(set: &str, told: &Value) -> Option<Row> {
    let bytes = |name: &str| told[name].as_u64();
    let (raw, vault, fast) = (bytes("raw_bytes")?, bytes("vault_bytes")?, bytes("zstd_3_bytes")?);
    let ratio = vault as f64 / fast as f64;
    let dense = bytes("zstd_19_long_27_bytes");
    let dense = dense.map_or_else(String::new, |dense| format!("; zstd -19 --long=27 has {dense}"));
    Some(Row {
        what: format!("bytes in the vault, of the {set} set ({raw} bytes of JSON)"),
        measured: format!("{vault}, {:.3} of the JSON", vault as f64 / raw as f64),
        against: format!("{fast} of zstd -3{dense}"),
        ratio: Some(ratio),
        target: "≤ 1.1".to_owned(),
        met: Some(ratio <= 1.1),
        time: Time::Real,
        figures: told.clone(),
    })
}
