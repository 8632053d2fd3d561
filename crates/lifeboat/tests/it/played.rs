//! `lifeboat demo --dashboard`: people to be, a source to take down, mail to read.

use std::io::{BufRead as _, BufReader};
use std::process::Child;
use std::sync::mpsc;
use std::time::Duration;

use serde_json::{Value, json};

use crate::home::Home;
use crate::served::client;

/// The demo, until it is dropped.
pub(crate) struct Played {
    child: Child,
    url: String,
}

impl Played {
    /// The address, by a name: browsers offer passkeys to those alone.
    pub(crate) fn address(&self) -> String {
        self.url.replace("127.0.0.1", "localhost")
    }

    pub(crate) fn start(home: &Home) -> Self {
        let line = ["demo", "--dashboard", "--issues", "20", "--no-limits", "--listen", "127.0.0.1:0"];
        let mut child = home.line(&line).spawn();
        let stdout = child.stdout.take().unwrap();
        let (sender, lines) = mpsc::channel();
        std::thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                let _ = sender.send(line);
            }
        });
        let mut played = Self { child, url: String::new() };
        let mut said = String::new();
        while played.url.is_empty() {
            let line = lines.recv_timeout(Duration::from_mins(2)).unwrap_or_else(|_| panic!("{said}"));
            if let Some((_, rest)) = line.split_once("Open http://localhost:") {
                played.url = format!("http://127.0.0.1:{}/", rest.split('/').next().unwrap());
            }
            said = said + &line + "\n";
        }
        played
    }

    async fn story(&self) -> Value {
        let answer = client().get(format!("{}demo/story", self.url)).send().await.unwrap();
        serde_json::from_str(&answer.text().await.unwrap()).unwrap()
    }

    async fn turn(&self, is_up: bool) {
        let request = client().put(format!("{}demo/source", self.url)).header("content-type", "application/json");
        let answer = request.body(json!({ "isUp": is_up }).to_string()).send().await.unwrap();
        assert_eq!(answer.status(), 204);
    }

    /// Signs in; the cookie.
    async fn sign_in(&self, email: &str, password: &str) -> String {
        let request = client().post(format!("{}api/v1/sessions", self.url)).header("content-type", "application/json");
        let body = json!({ "email": email, "password": password }).to_string();
        let answer = request.body(body).send().await.unwrap();
        assert_eq!(answer.status(), 201, "{email}");
        let cookie = answer.headers()["set-cookie"].to_str().unwrap();
        cookie.split(';').next().unwrap().to_owned()
    }

    async fn get(&self, cookie: &str, path: &str) -> Value {
        let request = client().get(format!("{}api/v1{path}", self.url)).header("cookie", cookie);
        serde_json::from_str(&request.send().await.unwrap().text().await.unwrap()).unwrap()
    }

    /// What a look at a site comes to.
    async fn check(&self, cookie: &str, site: &str) -> u16 {
        let request = client().post(format!("{}api/v1/sites/{site}/check", self.url)).header("cookie", cookie);
        request.send().await.unwrap().status().as_u16()
    }
}

impl Drop for Played {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_demo_has_people_to_be_and_a_source_to_take_down() {
    let home = Home::new();
    let played = Played::start(&home);
    let story = played.story().await;
    assert_eq!((story["people"].as_array().unwrap().len(), &story["sourceIsUp"]), (3, &json!(true)), "{story}");
    let password = story["password"].as_str().unwrap();
    let mut cookies = vec![];
    for person in story["people"].as_array().unwrap() {
        cookies.push(played.sign_in(person["email"].as_str().unwrap(), password).await);
    }
    let sites = played.get(&cookies[0], "/sites").await;
    assert_eq!(sites.as_array().unwrap().len(), 2, "{sites}");
    let source = sites.as_array().unwrap().iter().find(|site| site["name"] == "production").unwrap();
    let source = source["id"].as_str().unwrap();
    let points = played.get(&cookies[1], &format!("/sites/{source}/points")).await;
    assert_eq!(points["items"].as_array().unwrap().len(), 1, "{points}");
    let contacts = played.get(&cookies[1], &format!("/sites/{source}/contacts")).await;
    assert_eq!(contacts.as_array().unwrap().len(), 1, "{contacts}");

    assert_eq!(played.check(&cookies[0], source).await, 200);
    played.turn(false).await;
    assert_eq!(played.story().await["sourceIsUp"], json!(false));
    assert_ne!(played.check(&cookies[0], source).await, 200);
    played.turn(true).await;
    assert_eq!(played.check(&cookies[0], source).await, 200);
}
