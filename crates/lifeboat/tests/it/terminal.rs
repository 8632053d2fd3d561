//! A site's names are written by others: shown to a person, they steer no terminal and forge no line.

use std::sync::Arc;

use jira_emulator::state::SiteState;

use crate::home::Ended;
use crate::world::{LINK, OWNER, World};

/// Clears the screen, sets the title, changes colours, turns the direction, and begins a line of its own.
const STEERING: &str = "\u{1b}[2J\u{1b}]0;owned\u{7}\u{9b}31m\u{202e}\u{2066}\r\nFORGED";

fn rename(name: &mut Arc<str>) {
    *name = format!("{name}{STEERING}").into();
}

fn name_everything(site: &mut SiteState) {
    site.users.values_mut().for_each(|user| rename(&mut user.display_name));
    site.projects.values_mut().for_each(|project| rename(&mut project.name));
    site.components.values_mut().for_each(|component| rename(&mut component.name));
    site.versions.values_mut().for_each(|version| rename(&mut version.name));
    site.filters.values_mut().for_each(|filter| rename(&mut filter.name));
    site.priorities.values_mut().for_each(|priority| rename(&mut priority.name));
    site.statuses.values_mut().for_each(|status| rename(&mut status.name));
    site.fields.values_mut().for_each(|field| rename(&mut field.name));
    site.attachments.values_mut().for_each(|attachment| rename(&mut attachment.filename));
    site.issues.values_mut().for_each(|issue| rename(&mut issue.summary));
}

/// What a person was shown.
#[track_caller]
fn shown(ended: Ended) {
    let text = ended.printed();
    let steers = |character: char| character != '\n' && jira::steers(character);
    assert!(!text.contains(steers), "{text:?}");
    assert!(text.lines().all(|line| !line.trim_start().starts_with("FORGED")), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn names_from_a_site_do_not_steer_a_terminal() {
    let world = World::generated(12).await;
    world.unlock().await;
    let capture = || world.home.run(&["backup", "run", "production"]);
    shown(capture());
    let points = || world.home.run(&["points", "list", "production", "--json"]).json();
    let first = points()[0]["point"].to_string();
    world.sites.source().alter(name_everything);
    shown(capture());
    let second = points()[1]["point"].to_string();

    let plan = world.home.run_as(OWNER, &["recover", "plan", LINK, "--json"]).done().out;
    assert!(plan.contains("FORGED") && plan.contains("\\u001b[2J"), "the names are in what is told: {plan}");
    shown(world.home.run_as(OWNER, &["recover", "plan", LINK]));
    shown(world.home.run(&["points", "list", "production"]));
    shown(world.home.run(&["points", "show", "production"]));
    shown(world.home.run(&["points", "diff", "production", &first, &second]));
    let issue = world.sites.source().inspect(|site| site.issues.values().next().map(|issue| issue.id.to_string()));
    let history = ["vault", "history", "production", "issue", &issue.unwrap()];
    shown(world.home.run(&history));
    let versions = world.home.run(&[&history[..], &["--json"]].concat()).json();
    let newest = versions.as_array().unwrap().iter().filter_map(|version| version["version"].as_u64()).max().unwrap();
    let body = world.home.run(&[&history[..], &["--show", &newest.to_string()]].concat()).done();
    assert!(body.out.contains("FORGED"), "{body}");
    shown(body);
    shown(world.home.run_as(OWNER, &["recover", "start", LINK]));
    let report = world.home.run_as(OWNER, &["recover", "report", LINK, "--json"]).out;
    assert!(report.contains("FORGED"), "{report}");
    shown(world.home.run_as(OWNER, &["recover", "report", LINK]));
}
