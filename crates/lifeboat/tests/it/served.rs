//! A home folder that is served on a port of its own, and people who sign in there.

use std::io::{BufRead as _, BufReader};
use std::process::Child;
use std::sync::mpsc;
use std::time::Duration;

use serde_json::json;

use crate::home::{Ended, Home};

pub(crate) const PASSWORD: &str = "correct horse battery staple";
/// Who owns the installation.
pub(crate) const OLGA: &str = "olga@example.com";

/// `lifeboat serve`, until it is dropped.
pub(crate) struct Served {
    child: Child,
    pub(crate) url: String,
}

impl Served {
    /// Serves a home folder, whose owner has chosen a password.
    pub(crate) async fn start(home: &Home) -> Self {
        let mut child = home.line(&["serve", "--listen", "127.0.0.1:0", "--owner", OLGA]).spawn();
        let stderr = child.stderr.take().unwrap();
        let (sender, lines) = mpsc::channel();
        std::thread::spawn(move || {
            for line in BufReader::new(stderr).lines().map_while(Result::ok) {
                let _ = sender.send(line);
            }
        });
        let (mut said, mut link, mut url) = (String::new(), None, None);
        while url.is_none() {
            let line = lines.recv_timeout(Duration::from_mins(1)).unwrap_or_else(|_| panic!("{said}"));
            link = line.split_once("within 7 days: ").map(|(_, link)| link.to_owned()).or(link);
            url = line.strip_prefix("serving ").and_then(|rest| rest.split(' ').next()).map(str::to_owned);
            said = said + &line + "\n";
        }
        let served = Self { child, url: url.unwrap() };
        served.join(&link.unwrap()).await;
        served
    }

    /// Chooses a password by a one-time link.
    pub(crate) async fn join(&self, link: &str) {
        let secret = link.trim().split_once('#').unwrap().1;
        let body = json!({ "invitation": secret, "password": PASSWORD }).to_string();
        let address = format!("{}api/v1/invitations/acceptance", self.url);
        let request = client().post(address).header("content-type", "application/json").body(body);
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status(), 201, "{}", answer.text().await.unwrap());
    }

    /// Somebody known gets a password.
    pub(crate) async fn let_in(&self, home: &Home, email: &str) {
        let invited = home.run_as(OLGA, &["person", "invite", email, "--json"]).json();
        self.join(invited["link"].as_str().unwrap()).await;
    }

    /// An API key of somebody who has a password.
    pub(crate) fn key_of(&self, home: &Home, email: &str) -> String {
        let made = self.signed_in(home, email, &["api-key", "add", "test", "--json"]).json();
        made["secret"].as_str().unwrap().to_owned()
    }

    /// Types a line with `--server` and an API key.
    pub(crate) fn with_key(&self, home: &Home, key: &str, line: &[&str]) -> Ended {
        home.line(&[line, &["--server", &self.url]].concat()).with("LIFEBOAT_API_KEY", key).run()
    }

    /// Types a line with `--server` as somebody with a password.
    pub(crate) fn signed_in(&self, home: &Home, email: &str, line: &[&str]) -> Ended {
        let line = home.line(&[line, &["--server", &self.url]].concat());
        line.with("LIFEBOAT_AS", email).with("LIFEBOAT_PASSWORD", PASSWORD).run()
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What sends requests without the program.
pub(crate) fn client() -> reqwest::Client {
    reqwest::Client::builder().no_proxy().tls_certs_only([]).build().unwrap()
}
