//! The table of embedded files, as Rust.

use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

/// Copies a folder, without what begins with a dot.
pub(crate) fn copy(from: &Path, to: &Path) -> Result<(), Box<dyn Error>> {
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        if entry.file_name().as_encoded_bytes().starts_with(b".") {
            continue;
        }
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            fs::create_dir_all(&target)?;
            copy(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), &target)?;
        }
    }
    Ok(())
}

/// `ASSETS`, with every file of a folder. What ends in `.gz` is the compressed form of the file beside it.
pub(crate) fn table(folder: &Path) -> Result<String, Box<dyn Error>> {
    let mut paths = Vec::new();
    list(folder, "", &mut paths)?;
    paths.sort();
    let folder = folder.to_str().ok_or("the folder of the build has a name that is no text")?;
    let mut table = "/// Every file of the dashboard.\npub const ASSETS: &[Asset] = &[\n".to_owned();
    for path in paths.iter().filter(|path| path.strip_suffix(".gz").is_none()) {
        let included = |path: &str| format!("include_bytes!({:?})", format!("{folder}/{path}"));
        let compressed = format!("{path}.gz");
        let gzip =
            if paths.contains(&compressed) { format!("Some({})", included(&compressed)) } else { "None".to_owned() };
        writeln!(table, "    Asset {{ path: {path:?}, content: {}, gzip: {gzip} }},", included(path))?;
    }
    table.push_str("];\n");
    Ok(table)
}

fn list(folder: &Path, below: &str, paths: &mut Vec<String>) -> Result<(), Box<dyn Error>> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().into_string().map_err(|name| format!("{} is no name", name.display()))?;
        if entry.file_type()?.is_dir() {
            list(&entry.path(), &format!("{below}{name}/"), paths)?;
        } else {
            paths.push(format!("{below}{name}"));
        }
    }
    Ok(())
}
