//! The client itself: calls in, results out. The work is done in `pacing`, `transport`, `answer` and `retry`.

use std::fmt;
use std::sync::Arc;

use ambient::{Ambient, Clock};
use bytes::Bytes;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::answer::{Answer, Setback, is_web_page};
use crate::messages::shorten;
use crate::pacing::{Pacer, Signals};
use crate::retry::Effort;
use crate::statistics::Counters;
use crate::transport::{self, Pace, Place, Transport};
use crate::{Call, Download, Error, Rest, Result, Settings, Started, Statistics, Upload};

const CONTENT: &str = "/rest/api/3/attachment/content/{attachment}";

/// A client of one Jira site. Cheap to clone; clones share pacing.
#[derive(Clone)]
pub struct Jira {
    shared: Arc<Shared>,
}

/// What the clones of a client share.
pub(crate) struct Shared {
    pub(crate) settings: Settings,
    pub(crate) ambient: Ambient,
    pub(crate) pacer: Pacer,
    pub(crate) counters: Arc<Counters>,
    transport: Transport,
}

impl Jira {
    /// Makes a client; sends nothing yet.
    ///
    /// # Errors
    /// [`Error::Settings`] when the address is not one that credentials may be sent to.
    pub fn new(settings: Settings, ambient: Ambient) -> Result<Self> {
        let transport = Transport::new(&settings)?;
        let counters = Arc::new(Counters::default());
        let pacer = Pacer::new(ambient.clock.clone(), counters.clone(), settings.concurrency, settings.quota_patience);
        Ok(Self { shared: Arc::new(Shared { settings, ambient, pacer, counters, transport }) })
    }

    /// Sends a call and parses its answer. An answer without content is parsed as `null`.
    pub async fn json<T: DeserializeOwned>(&self, call: Call) -> Result<T> {
        let label = call.label();
        let body = self.raw(call).await?;
        let text: &[u8] = if body.is_empty() { b"null" } else { &body };
        let unreadable =
            |error: serde_json::Error| Error::Unexpected { call: label, reason: shorten(&error.to_string()) };
        serde_json::from_slice(text).map_err(unreadable)
    }

    /// Sends a call and returns the answer's bytes as they are: for what must be kept unchanged.
    pub async fn raw(&self, call: Call) -> Result<Bytes> {
        let answer = self.shared.answer(&call).await?;
        if (300..400).contains(&answer.status) {
            let reason =
                format!("a redirect (HTTP {}): what Jira does in the background is sent with `start`", answer.status);
            return Err(Error::Unexpected { call: call.label(), reason });
        }
        Ok(answer.body)
    }

    /// Sends a call whose answer has no content of interest.
    pub async fn done(&self, call: Call) -> Result<()> {
        self.raw(call).await.map(drop)
    }

    /// Sends a call that Jira may do in the background: its answer is a redirect to a task, or names one, or there is nothing
    /// left to wait for (`quirks.md` §1, 303 and 202).
    pub async fn start(&self, call: Call) -> Result<Started> {
        let answer = self.shared.answer(&call).await?;
        started(&answer).map_err(|reason| Error::Unexpected { call: call.label(), reason })
    }

    /// Downloads an attachment: its media file id (the UUID in the redirect's path, `quirks.md` §6) and its bytes.
    pub async fn download(&self, attachment: &str) -> Result<Download> {
        let shared = &self.shared;
        let call = Call::get(CONTENT).arg("attachment", attachment);
        let (response, media) = shared.settle(&call, shared.effort(), || shared.open_file(&call)).await?;
        let counters = shared.counters.clone();
        let site = shared.settings.site_name();
        let pace = Pace::new(shared.ambient.clock.clone(), shared.settings.timeout);
        Ok(transport::download(response, media, site, pace, move |bytes| counters.received(bytes)))
    }

    /// Asks only for the media file id of an attachment. Nothing when Jira sends the file itself: not when the answer is a web
    /// page, since a text that shows the file would then lose it for good.
    pub async fn media_id(&self, attachment: &str) -> Result<Option<String>> {
        let shared = &self.shared;
        let call = Call::get(CONTENT).arg("attachment", attachment);
        let ask = || async {
            match shared.locate(&call).await? {
                Place::Here(response) if is_web_page(response.headers()) => {
                    Err(Setback::unclear("a web page in place of the file's address"))
                }
                place => Ok(place),
            }
        };
        let Place::There(url) = shared.settle(&call, shared.effort(), ask).await? else {
            return Ok(None);
        };
        let strange = || Error::Unexpected { call: call.label(), reason: "a redirect that names no file".to_owned() };
        transport::media_id(&url).map(Some).ok_or_else(strange)
    }

    /// Uploads one file to an issue. Sent once: attachments have no marker, and the bytes are gone after the first attempt.
    /// Returns Jira's description of it.
    ///
    /// # Errors
    /// Also what may be sent again at once ([`crate::Outcome::NotDone`]) comes back as an error, for the caller to open the
    /// bytes again.
    pub async fn upload(&self, issue: &str, file: Upload) -> Result<Value> {
        let shared = &self.shared;
        let call = Call::post("/rest/api/3/issue/{issue}/attachments").arg("issue", issue).writes_issue(issue);
        let mut file = Some(file);
        let answer = shared.settle(&call, Effort::single(), || shared.send_file(&call, file.take())).await?;
        first_of(&answer.body).map_err(|reason| Error::Unexpected { call: call.label(), reason })
    }

    /// Tells of each time in which nothing can be sent because Jira's hourly quota is used up, as it begins.
    pub fn rests(&self) -> tokio::sync::watch::Receiver<Option<Rest>> {
        self.shared.pacer.rests()
    }

    /// What this client and its clones have done so far.
    pub fn statistics(&self) -> Statistics {
        self.shared.counters.snapshot()
    }

    pub(crate) fn settings(&self) -> &Settings {
        &self.shared.settings
    }

    pub(crate) fn clock(&self) -> &dyn Clock {
        &*self.shared.ambient.clock
    }
}

impl Shared {
    async fn answer(&self, call: &Call) -> Result<Answer> {
        self.settle(call, self.effort(), || self.attempt(call)).await
    }

    async fn attempt(&self, call: &Call) -> Result<Answer, Setback> {
        self.counters.sent(call.body_length());
        self.judge(call, self.transport.exchange(call).await?)
    }

    async fn locate(&self, call: &Call) -> Result<Place, Setback> {
        let (answer, place) = self.transport.locate(call).await?;
        self.judge(call, answer)?;
        Ok(place)
    }

    async fn open_file(&self, call: &Call) -> Result<(reqwest::Response, Option<String>), Setback> {
        match self.locate(call).await? {
            Place::Here(response) => Ok((response, None)),
            Place::There(url) => {
                let media = transport::media_id(&url);
                Ok((self.transport.fetch(url, call).await?, media))
            }
            Place::Nowhere => Err(Setback::unexpected(call, "neither a file nor the way to one")),
        }
    }

    async fn send_file(&self, call: &Call, file: Option<Upload>) -> Result<Answer, Setback> {
        let file = file.ok_or_else(|| Setback::unclear("the bytes are gone after the first attempt"))?;
        self.counters.sent(file.length);
        self.judge(call, self.transport.send_file(call, file).await?)
    }

    fn judge(&self, call: &Call, answer: Answer) -> Result<Answer, Setback> {
        let now = self.ambient.now();
        self.counters.received(answer.body.len() as u64);
        // A refusal to go on says so itself, and counts for more.
        if answer.status < 400 {
            self.pacer.heed(call, &Signals::read(&answer.headers, now));
        }
        answer.judged(call, &self.settings, now)
    }

    fn effort(&self) -> Effort {
        Effort::repeated(self.settings.patience)
    }
}

/// How the work that an answer tells of began.
fn started(answer: &Answer) -> Result<Started, String> {
    if (300..400).contains(&answer.status) {
        let task = answer.location().and_then(last_segment);
        return task.map(Started::Task).ok_or_else(|| "a redirect that names no task".into());
    }
    if answer.body.is_empty() {
        return Ok(Started::Done);
    }
    let body: Value = serde_json::from_slice(&answer.body).map_err(|error| error.to_string())?;
    let task = match &body {
        // 202: the address of the task.
        Value::String(address) => last_segment(address),
        Value::Object(members) => {
            ["taskId", "self"].iter().find_map(|name| last_segment(members.get(*name)?.as_str()?))
        }
        _ => None,
    };
    match task {
        Some(task) => Ok(Started::Task(task)),
        None if answer.status == 200 => Ok(Started::Done),
        None => Err(format!("HTTP {} names no task", answer.status)),
    }
}

/// The last part of an address's path: the id of a task. The address itself is not to be trusted (`quirks.md` §5).
fn last_segment(address: &str) -> Option<String> {
    let path = address.split(['?', '#']).next()?;
    path.trim_end_matches('/').rsplit('/').next().filter(|segment| !segment.is_empty()).map(str::to_owned)
}

/// The description of the one file that was uploaded: Jira answers with an array.
fn first_of(body: &[u8]) -> Result<Value, String> {
    let files: Vec<Value> = serde_json::from_slice(body).map_err(|error| error.to_string())?;
    files.into_iter().next().ok_or_else(|| "no file in the answer".into())
}

impl fmt::Debug for Jira {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Jira").field("site", &self.shared.settings.site_name()).finish_non_exhaustive()
    }
}
