//! A running emulator and a client with an administrator's token.

use std::time::Duration;

use jiff::Timestamp;
use jira_emulator::{Emulator, EmulatorClock, Limits, Options, Seed, SiteHandle, SiteOptions};
use reqwest::multipart::{Form, Part};
use reqwest::{Client, Method, StatusCode, redirect};
use serde_json::Value;

/// One site without rate limits whose clock stands still at the first of March 2026.
pub(crate) struct TestSite {
    emulator: Emulator,
    client: Client,
}

impl TestSite {
    pub(crate) async fn empty() -> Self {
        Self::seeded(Seed::Empty).await
    }

    pub(crate) async fn seeded(seed: Seed) -> Self {
        let now: Timestamp = "2026-03-01T09:00:00Z".parse().unwrap();
        let sites = vec![SiteOptions::new("source", seed)];
        let options = Options { sites, limits: Limits::off(), clock: EmulatorClock::manual(now) };
        Self {
            emulator: Emulator::start(options).await.unwrap(),
            client: Client::builder()
                .timeout(Duration::from_secs(20))
                .redirect(redirect::Policy::none())
                .build()
                .unwrap(),
        }
    }

    pub(crate) fn handle(&self) -> &SiteHandle {
        self.emulator.site("source")
    }

    /// Sends a request and reads the answer; an empty body is `null`.
    pub(crate) async fn send(&self, method: &str, path: &str, body: Option<Value>) -> (StatusCode, Value) {
        self.try_send(method, path, body).await.unwrap()
    }

    /// The same, where the connection may be cut.
    pub(crate) async fn try_send(
        &self,
        method: &str,
        path: &str,
        body: Option<Value>,
    ) -> reqwest::Result<(StatusCode, Value)> {
        let site = self.handle();
        let address = site.url().join(path.trim_start_matches('/')).unwrap();
        let mut request = self.client.request(method.parse::<Method>().unwrap(), address);
        request = request.basic_auth(site.admin_email(), Some(site.admin_token()));
        if let Some(body) = body {
            request = request.json(&body);
        }
        let answer = request.send().await?;
        let status = answer.status();
        let bytes = answer.bytes().await?;
        Ok((status, serde_json::from_slice(&bytes).unwrap_or_default()))
    }

    /// Reads something; the answer as it is, headers and all.
    pub(crate) async fn answer(&self, path: &str) -> reqwest::Response {
        self.try_answer(path).await.unwrap()
    }

    /// The same, where the connection may be cut.
    pub(crate) async fn try_answer(&self, path: &str) -> reqwest::Result<reqwest::Response> {
        let site = self.handle();
        let address = site.url().join(path).unwrap();
        self.client.get(address).basic_auth(site.admin_email(), Some(site.admin_token())).send().await
    }

    /// Sends a file as a multipart request.
    pub(crate) async fn upload(&self, path: &str, name: &str, bytes: &[u8]) -> (StatusCode, Value) {
        let site = self.handle();
        let form = Form::new().part("file", Part::bytes(bytes.to_vec()).file_name(name.to_owned()));
        let request = self.client.post(site.url().join(path.trim_start_matches('/')).unwrap()).multipart(form);
        let request =
            request.basic_auth(site.admin_email(), Some(site.admin_token())).header("X-Atlassian-Token", "no-check");
        let answer = request.send().await.unwrap();
        let status = answer.status();
        (status, serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap_or_default())
    }

    /// Sends a request that must succeed.
    pub(crate) async fn ok(&self, method: &str, path: &str, body: Value) -> Value {
        let (status, answer) = self.send(method, path, Some(body)).await;
        assert!(status.is_success(), "{method} {path}: {status} {answer}");
        answer
    }

    /// Reads something that must be there.
    pub(crate) async fn get(&self, path: &str) -> Value {
        let (status, answer) = self.send("GET", path, None).await;
        assert!(status.is_success(), "GET {path}: {status} {answer}");
        answer
    }

    /// Sends a request that must be refused with a status, and answers the refusal.
    pub(crate) async fn refused(&self, method: &str, path: &str, body: Value, expected: u16) -> Value {
        let (status, answer) = self.send(method, path, Some(body)).await;
        assert_eq!(status, expected, "{method} {path}: {answer}");
        answer
    }

    /// Makes a software project without a template and answers its id.
    pub(crate) async fn project(&self, key: &str) -> String {
        let body = serde_json::json!({
            "key": key, "name": format!("Project {key}"), "projectTypeKey": "software", "leadAccountId": self.me().await,
        });
        text(&self.ok("POST", "rest/api/3/project", body).await["id"])
    }

    /// The administrator's account.
    pub(crate) async fn me(&self) -> String {
        text(&self.get("rest/api/3/myself").await["accountId"])
    }

    /// Makes an issue and answers its id.
    pub(crate) async fn issue(&self, project: &str, summary: &str) -> String {
        let types = self.get(&format!("rest/api/3/project/{project}")).await["issueTypes"].clone();
        let task = types.as_array().unwrap().iter().find(|kind| kind["name"] == "Task").unwrap();
        let fields =
            serde_json::json!({ "project": { "id": project }, "issuetype": { "id": task["id"] }, "summary": summary });
        text(&self.ok("POST", "rest/api/3/issue", serde_json::json!({ "fields": fields })).await["id"])
    }
}

/// An id as text, whether it came as text or as a number.
pub(crate) fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// The member of each element of a list.
pub(crate) fn each<'a>(list: &'a Value, member: &str) -> Vec<&'a Value> {
    list.as_array().unwrap().iter().map(|element| &element[member]).collect()
}
