//! The calls by which a recovery changes a standby, as the standby's own log of requests has them.

use std::fmt;

use jira_emulator::Statistics;

/// A call that changes something.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Call {
    pub method: String,
    /// Path template.
    pub endpoint: String,
    /// How many of its requests an undisturbed recovery sends.
    pub count: u32,
}

impl Call {
    /// Whether it is the same endpoint.
    pub(crate) fn is(&self, other: &Self) -> bool {
        (&self.method, &self.endpoint) == (&other.method, &other.endpoint)
    }

    /// Whether it creates issues in bulk.
    pub(crate) fn is_bulk_creation(&self) -> bool {
        self.endpoint == "/rest/api/3/issue/bulk"
    }
}

impl fmt::Display for Call {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {} ({})", self.method, self.endpoint, self.count)
    }
}

/// POSTs that only read.
const READS: [&str; 3] = ["/search/jql", "/issue/bulkfetch", "/changelog/bulkfetch"];

/// The calls that change something, of all requests that a site got.
pub(crate) fn of(requests: &Statistics) -> Vec<Call> {
    let calls = requests.endpoints.iter().filter_map(|(endpoint, count)| {
        let (method, endpoint) = endpoint.split_once(' ')?;
        let reads = method == "GET" || READS.iter().any(|read| endpoint.ends_with(read));
        let count = u32::try_from(count.requests).unwrap_or(u32::MAX);
        (!reads).then(|| Call { method: method.to_owned(), endpoint: endpoint.to_owned(), count })
    });
    calls.collect()
}
