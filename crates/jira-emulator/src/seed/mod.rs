//! What a site holds at first.

mod empty;
mod extras;
mod fields;
mod folder;
mod generate;
mod issue_line;
mod issue_value;
mod meta;

use std::path::PathBuf;

use url::Url;

use crate::site::Admin;
use crate::state::SiteState;

/// Where a site's first content comes from.
#[derive(Debug, Clone)]
pub enum Seed {
    /// A fresh Jira Cloud site.
    Empty,
    /// A folder with `issues.ndjson.zst` beside a folder `../meta` with users, projects, fields… as `*.json.zst`.
    Folder(PathBuf),
    /// An invented site; the same numbers give the same site.
    Generated {
        /// How many issues; everything else grows with them.
        issues: u32,
        /// Where the random numbers begin.
        seed: u64,
    },
    /// An invented site of any shape: it has little of everything that other invented sites have, and of much nothing.
    Small {
        /// How many issues.
        issues: u32,
        /// Where the random numbers begin.
        seed: u64,
    },
}

/// Why a seed could not be loaded.
#[derive(Debug, thiserror::Error)]
pub enum SeedError {
    /// A file could not be read.
    #[error("seed file {} cannot be read", file.display())]
    Read {
        /// File.
        file: PathBuf,
        /// Cause.
        #[source]
        source: std::io::Error,
    },
    /// A file holds something else than expected.
    #[error("seed file {} is broken in line {line}: {problem}", file.display())]
    Broken {
        /// File.
        file: PathBuf,
        /// Line, counted from 1; for a file with one JSON document the line within it.
        line: usize,
        /// What is wrong.
        problem: String,
    },
}

impl Seed {
    /// Makes the state of a site from the seed. The administrator's account is always there.
    /// `url` is the site's address: documents link to issues by it.
    pub(crate) fn load(&self, site: &str, admin: &Admin, url: &Url) -> Result<SiteState, SeedError> {
        let mut state = empty::site(site, admin);
        match self {
            Self::Empty => {}
            Self::Folder(folder) => folder::load(folder, &mut state)?,
            Self::Generated { issues, seed } => generate::fill(&mut state, *issues, *seed, url),
            Self::Small { issues, seed } => generate::fill_small(&mut state, *issues, *seed, url),
        }
        Ok(state)
    }
}

#[cfg(test)]
mod tests;
