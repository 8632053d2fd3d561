//! The statement files under `sql/`, and an adapter's descriptions of them in `.sqlx`.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

/// Every statement file that is for an adapter has a description there, and the other way round; the descriptions, by their
/// statements. `folder` is the adapter's crate, `own` what its own files end with, such as `.sqlite.sql`; a file without
/// such an ending is for all adapters.
pub fn described(folder: &Path, own: &str) -> BTreeMap<String, Value> {
    let files = files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("sql"));
    let mut statements: Vec<String> =
        files.iter().filter(|file| is_for(file, own)).map(|file| fs::read_to_string(file).unwrap()).collect();
    statements.sort();
    let described: BTreeMap<String, Value> = self::files(&folder.join(".sqlx"))
        .iter()
        .map(|file| serde_json::from_str::<Value>(&fs::read_to_string(file).unwrap()).unwrap())
        .map(|it| (it["query"].as_str().unwrap().to_owned(), it["describe"].clone()))
        .collect();
    let known: Vec<String> = described.keys().cloned().collect();
    assert_eq!(known, statements, "run `cargo xtask prepare-queries`, and delete statements that nothing uses");
    described
}

fn is_for(file: &Path, own: &str) -> bool {
    let name = file.file_name().unwrap().to_str().unwrap();
    let Some(stem) = name.strip_suffix(".sql") else { return false };
    !stem.contains('.') || name.ends_with(own)
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}
