//! Pages: the window a caller gets, and the page styles.

use serde::{Deserialize, Serialize};
use url::Url;

/// `startAt` and `maxResults` as asked. Flatten it into an operation's parameters.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PageQuery {
    pub(crate) start_at: Option<u64>,
    pub(crate) max_results: Option<u64>,
}

/// The part of a list that is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Window {
    pub(crate) start_at: usize,
    pub(crate) max_results: usize,
}

impl PageQuery {
    /// Applies the operation's default size and its cap. A size above the cap is lowered without a word.
    pub(crate) fn window(self, default: usize, cap: usize) -> Window {
        let asked = self.max_results.map_or(default, |asked| usize::try_from(asked).unwrap_or(cap));
        let start_at = self.start_at.and_then(|start| usize::try_from(start).ok()).unwrap_or(0);
        Window { start_at, max_results: asked.min(cap) }
    }
}

impl Window {
    /// Takes the window's part of a list.
    pub(crate) fn of<T>(self, items: impl IntoIterator<Item = T>) -> Vec<T> {
        items.into_iter().skip(self.start_at).take(self.max_results).collect()
    }

    /// The page style `startAt/maxResults/total/isLast/values` with `self` and, when there is more, `nextPage`.
    pub(crate) fn page<T: Serialize>(self, here: &Url, total: usize, values: Vec<T>) -> OffsetPage<T> {
        let next = self.start_at + values.len();
        let is_last = next >= total;
        OffsetPage {
            self_url: Some(here.to_string()),
            next_page: (!is_last).then(|| with_start(here, next)),
            max_results: self.max_results,
            start_at: self.start_at,
            total: Some(total),
            is_last,
            values,
        }
    }
}

/// A page of the platform API (style 1). Agile lists use it with `total` left out now and then.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OffsetPage<T> {
    #[serde(rename = "self", skip_serializing_if = "Option::is_none")]
    pub(crate) self_url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) next_page: Option<String>,
    pub(crate) max_results: usize,
    pub(crate) start_at: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) total: Option<usize>,
    pub(crate) is_last: bool,
    pub(crate) values: Vec<T>,
}

impl<T> OffsetPage<T> {
    /// The same without addresses, as agile lists are.
    pub(crate) fn plain(self) -> Self {
        Self { self_url: None, next_page: None, ..self }
    }
}

fn with_start(here: &Url, start_at: usize) -> String {
    let mut next = here.clone();
    let others: Vec<(String, String)> =
        here.query_pairs().filter(|(name, _)| name != "startAt").map(|(n, v)| (n.into(), v.into())).collect();
    next.query_pairs_mut().clear().extend_pairs(others).append_pair("startAt", &start_at.to_string());
    next.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn size_above_the_cap_is_lowered_and_pages_join_without_gap() {
        let query = PageQuery { start_at: Some(50), max_results: Some(1000) };
        let window = query.window(20, 50);
        assert_eq!(window, Window { start_at: 50, max_results: 50 });
        let here = Url::parse("http://site/rest/api/3/x?maxResults=1000&startAt=50").unwrap();
        let page = window.page(&here, 120, window.of(0..120));
        assert_eq!(page.values.first(), Some(&50));
        assert_eq!(page.next_page.as_deref(), Some("http://site/rest/api/3/x?maxResults=1000&startAt=100"));
        let last = Window { start_at: 100, max_results: 50 };
        let page = last.page(&here, 120, last.of(0..120));
        assert!(page.is_last && page.next_page.is_none() && page.values.len() == 20);
    }
}
