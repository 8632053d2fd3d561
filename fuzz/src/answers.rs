//! Answers of a site, through the whole client: statuses, headers, redirects, every style of pages.
//!
//! The first byte chooses the call. The rest are answers, parted by empty lines: a byte for the status, one for a header, and
//! the body. After the last one nobody answers any more.

use std::sync::{Arc, Mutex};

use ambient::Ambient;
use async_trait::async_trait;
use futures::{StreamExt, TryStreamExt};
use jiff::Timestamp;
use jira::{Call, Credentials, Exchange, Failure, Jira, Settings, WorklogFeed};
use reqwest::{Request, Response};
use serde_json::Value;

const STATUSES: [u16; 16] = [200, 200, 200, 200, 201, 202, 204, 207, 303, 302, 400, 401, 403, 404, 429, 500];
const HEADERS: [&str; 8] = [
    "location",
    "retry-after",
    "x-ratelimit-reset",
    "ratelimit-reason",
    "x-ratelimit-nearlimit",
    "content-type",
    "content-encoding",
    "x-aaccountid",
];
/// The token of the account: nothing that a fuzzer makes up.
const TOKEN: &str = "secret-9Gq2vX7LrT4mZ1wKc8Yd";
/// No answer that these few bytes can make takes more.
const MOST_REQUESTS: usize = 2000;

#[derive(Debug)]
struct Answers {
    left: Mutex<Vec<Vec<u8>>>,
    asked: Mutex<usize>,
}

#[async_trait]
impl Exchange for Answers {
    async fn send(&self, request: Request) -> Result<Response, Failure> {
        let host = request.url().host_str().unwrap_or_default().to_owned();
        assert!(!host.is_empty());
        if host != "site.example" {
            assert_eq!(request.url().scheme(), "https", "only files are fetched elsewhere");
            assert!(!request.headers().contains_key("authorization"), "the credentials went to {host}");
        }
        *self.asked.lock().unwrap() += 1;
        assert!(*self.asked.lock().unwrap() < MOST_REQUESTS, "it asks for ever");
        let Some(answer) = self.left.lock().unwrap().pop() else {
            return Err(Failure::Unreached("nobody answers".to_owned()));
        };
        let [status, header, body @ ..] = answer.as_slice() else {
            return Err(Failure::Lost("reset".to_owned()));
        };
        let mut response = http::Response::builder().status(STATUSES[usize::from(status % 16)]);
        let mut body = body;
        if header & 1 == 1 {
            // The first line is the header's value.
            let end = body.iter().position(|byte| *byte == b'\n').unwrap_or(body.len());
            if let Ok(value) = http::HeaderValue::from_bytes(&body[..end]) {
                response = response.header(HEADERS[usize::from(header >> 1) % 8], value);
            }
            body = &body[(end + 1).min(body.len())..];
        }
        Ok(response.body(body.to_vec()).unwrap().into())
    }
}

/// A group of calls.
#[derive(Clone, Copy, Debug)]
pub enum Calls {
    /// Lists in every style of pages.
    Pages,
    /// Issues in batches, and refusals of each.
    Issues,
    /// What hangs on issues: histories, worklogs, files.
    Hanging,
    /// Who and what is there, and tasks that take long.
    Site,
}

/// Makes one of the calls to a site that answers with the input.
pub fn ask(calls: Calls, input: &[u8]) {
    let Some((&choice, rest)) = input.split_first() else { return };
    let jira = client(rest, choice & 0x80 != 0);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let choice = choice & 0x7f;
    let told = runtime.block_on(async {
        match calls {
            Calls::Pages => pages(&jira, choice).await,
            Calls::Issues => issues(&jira, choice).await,
            Calls::Hanging => hanging(&jira, choice).await,
            Calls::Site => site(&jira, choice).await,
        }
    });
    if let Err(error) = told {
        let told = error.to_string();
        assert!(!told.contains(TOKEN) && !told.contains('\u{1b}'), "{told:?}");
        let _ = (error.outcome(), error.is_not_found(), error.concerns_one_object());
    }
}

fn client(answers: &[u8], expects_somebody: bool) -> Jira {
    let mut left: Vec<Vec<u8>> = vec![Vec::new()];
    for line in answers.split_inclusive(|byte| *byte == b'\n') {
        if line == b"\n" {
            left.push(Vec::new());
        } else if let Some(last) = left.last_mut() {
            last.extend_from_slice(line);
        }
    }
    left.reverse();
    let exchange = Arc::new(Answers { left: Mutex::new(left), asked: Mutex::new(0) });
    let credentials = Credentials::Basic { email: "a@example.com".to_owned(), token: TOKEN.into() };
    let mut settings = Settings::new("https://site.example".parse().unwrap(), credentials);
    settings.exchange = Some(exchange);
    settings.expected_account = expects_somebody.then(|| "557058:a".to_owned());
    settings.answer_limit = 1 << 14;
    Jira::new(settings, Ambient::manual(Timestamp::UNIX_EPOCH, 1).0).unwrap()
}

async fn pages(jira: &Jira, choice: u8) -> jira::Result<()> {
    match choice % 4 {
        0 => drop(jira.search_ids("project = A").try_collect::<Vec<_>>().await?),
        1 => {
            let list = Call::get("/rest/api/3/project/search");
            drop(jira.pages_offset(list, "values", 50).try_collect::<Vec<_>>().await?);
        }
        2 => drop(jira.pages_array(Call::get("/rest/api/3/users/search"), 50).try_collect::<Vec<_>>().await?),
        _ => drop(jira.audit(Timestamp::UNIX_EPOCH).try_collect::<Vec<_>>().await?),
    }
    Ok(())
}

async fn issues(jira: &Jira, choice: u8) -> jira::Result<()> {
    match choice % 2 {
        0 => drop(jira.bulk_fetch(&[1, 2, 3, 4, 5], &["lifeboat"]).await?),
        _ => drop(jira.json::<Value>(Call::post("/rest/api/3/issue/bulk").accepts(400)).await?),
    }
    Ok(())
}

async fn hanging(jira: &Jira, choice: u8) -> jira::Result<()> {
    match choice % 5 {
        0 => drop(jira.changelogs(&[1, 2, 3]).try_collect::<Vec<_>>().await?),
        1 => drop(jira.worklog_feed(WorklogFeed::Updated, 0).try_collect::<Vec<_>>().await?),
        2 => drop(jira.worklogs(&[1, 2]).await?),
        3 => drop(jira.media_id("1").await?),
        _ => {
            let mut download = jira.download("1").await?;
            while let Some(piece) = download.bytes.next().await {
                piece?;
            }
        }
    }
    Ok(())
}

async fn site(jira: &Jira, choice: u8) -> jira::Result<()> {
    match choice % 7 {
        0 => drop(jira.myself().await?),
        1 => drop(jira.server_info().await?),
        2 => drop(jira.tenant().await?),
        3 => drop(jira.my_permissions(&["ADMINISTER"]).await?),
        4 => drop(jira.start(Call::post("/rest/api/3/bulk/issues/delete")).await?),
        5 => drop(jira.task("1").await?),
        _ => drop(jira.bulk_queue("1").await?),
    }
    Ok(())
}
