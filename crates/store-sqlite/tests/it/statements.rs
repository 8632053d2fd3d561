//! Every statement file belongs to a checked description in `.sqlx`, and the other way round.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

#[test]
fn each_statement_is_used_and_described() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let statements: BTreeSet<String> =
        files(&here.join("../store/sql")).iter().map(|file| fs::read_to_string(file).unwrap()).collect();
    let described: BTreeSet<String> = files(&here.join(".sqlx"))
        .iter()
        .map(|file| serde_json::from_str::<Value>(&fs::read_to_string(file).unwrap()).unwrap())
        .map(|description| description["query"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(
        statements.difference(&described).collect::<Vec<_>>(),
        Vec::<&String>::new(),
        "not described or not used"
    );
    assert_eq!(described.difference(&statements).collect::<Vec<_>>(), Vec::<&String>::new(), "described, but no file");
}
