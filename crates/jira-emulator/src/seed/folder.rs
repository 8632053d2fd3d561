//! Loads a folder of site JSON.

use std::io::{BufRead, BufReader};
use std::path::Path;

use super::issue_line::{self, IssueLine};
use super::{SeedError, extras, meta};
use crate::state::SiteState;

/// Loads `folder/../meta/*.json.zst` and `folder/issues.ndjson.zst` into a fresh site, line by line.
pub(super) fn load(folder: &Path, state: &mut SiteState) -> Result<(), SeedError> {
    let parent = folder.parent().unwrap_or(folder);
    meta::load(&parent.join("meta"), state)?;
    let file = folder.join("issues.ndjson.zst");
    let unreadable = |source| SeedError::Read { file: file.clone(), source };
    let compressed = std::fs::File::open(&file).map_err(unreadable)?;
    let mut lines = BufReader::new(zstd::Decoder::new(compressed).map_err(unreadable)?);
    let mut people = state.users.keys().cloned().collect::<Vec<_>>();
    people.sort_unstable();
    let mut text = String::new();
    for line in 1.. {
        text.clear();
        if lines.read_line(&mut text).map_err(unreadable)? == 0 {
            break;
        }
        let broken = |problem: String| SeedError::Broken { file: file.clone(), line, problem };
        let issue: IssueLine<'_> = serde_json::from_str(&text).map_err(|error| broken(error.to_string()))?;
        issue_line::add(state, issue, &people).map_err(broken)?;
    }
    issue_line::settle_links(state);
    extras::add(state);
    Ok(())
}
