//! Long lists come in pages, found again by where the last one ended: what is added meanwhile moves nothing.

use std::str::FromStr;

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::problem::{Kind, Problem};

const USUAL: u32 = 50;
const MOST: u32 = 200;

/// Which page.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct PageQuery {
    /// Where the last page ended: its `next`.
    #[param(max_length = 64)]
    after: Option<String>,
    /// How many there shall be at most: 1 to 200, 50 unless said.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u32>,
}

/// A page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Page<T> {
    /// What is on it.
    pub(crate) items: Vec<T>,
    /// Where the next page begins; nothing on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) next: Option<String>,
}

impl PageQuery {
    /// Where the last page ended.
    pub(crate) fn after<C: FromStr>(&self) -> Result<Option<C>, Problem> {
        let read = |text: &String| text.parse().map_err(|_| bad("`after` is not the `next` of a page"));
        self.after.as_ref().map(read).transpose()
    }

    /// How many to ask the store for: one more than are shown, to know whether there is a next page.
    pub(crate) fn fetch(&self) -> Result<u32, Problem> {
        Ok(self.limit()? + 1)
    }

    fn limit(&self) -> Result<u32, Problem> {
        let limit = self.limit.unwrap_or(USUAL);
        if (1..=MOST).contains(&limit) { Ok(limit) } else { Err(bad("`limit` is 1 to 200")) }
    }

    /// The page of what [`Self::fetch`] gave.
    pub(crate) fn page<R, T>(
        &self,
        mut rows: Vec<R>,
        cursor: impl Fn(&R) -> String,
        item: impl FnMut(R) -> T,
    ) -> Result<Page<T>, Problem> {
        let limit = self.limit()? as usize;
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next = rows.last().filter(|_| more).map(cursor);
        Ok(Page { items: rows.into_iter().map(item).collect(), next })
    }
}

fn bad(detail: &str) -> Problem {
    Problem::new(Kind::BadRequest, detail)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_says_whether_there_is_another() {
        let query = PageQuery { after: None, limit: Some(2) };
        assert_eq!(query.fetch().unwrap(), 3);
        let page = query.page(vec![1, 2, 3], ToString::to_string, |row| row).unwrap();
        assert_eq!((page.items, page.next.as_deref()), (vec![1, 2], Some("2")));
        let last = query.page(vec![3, 4], ToString::to_string, |row| row).unwrap();
        assert_eq!((last.items, last.next), (vec![3, 4], None));
        assert!(PageQuery { after: None, limit: Some(0) }.fetch().is_err());
        assert!(PageQuery { after: Some("x".to_owned()), limit: None }.after::<u64>().is_err());
    }
}
