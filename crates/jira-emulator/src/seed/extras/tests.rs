//! What a small site gets.

use jiff::{SignedDuration, Timestamp};

use serde_json::json;

use super::*;
use crate::seed::Seed;
use crate::site::Admin;
use crate::state::{Board, Comment, Issue, Project, Sprint, SprintState, User};

/// 300 issues without a past, all in a sprint of a board without a project.
fn bare_site() -> SiteState {
    let admin = Admin { account: "712020:admin".into(), email: "admin@example.com".into(), token: "token".into() };
    let mut state = Seed::Empty.load("source", &admin, &"http://site.test/".parse().unwrap()).unwrap();
    for number in 0..100 {
        let account_id: AccountId = format!("account-{number:03}").into();
        let template = state.users[&*admin.account].clone();
        state.users.insert(account_id.clone(), User { account_id, active: number % 5 != 0, ..template });
    }
    for (id, key) in [(10_000, "SEA"), (10_001, "AIR")] {
        state.insert_project(Project { id, key: key.into(), name: key.into(), ..Project::default() });
    }
    let board = Board {
        id: 3,
        name: "Board 3".into(),
        board_type: "scrum".into(),
        filter: None,
        project: None,
        properties: BTreeMap::new(),
    };
    state.boards.insert(3, board);
    let sprint = Sprint {
        id: 7,
        board: 3,
        name: "Sprint".into(),
        goal: None,
        state: SprintState::Closed,
        start: None,
        end: None,
        completed: None,
        properties: BTreeMap::new(),
    };
    state.sprints.insert(7, sprint);
    let statuses: Vec<u64> = state.statuses.keys().copied().collect();
    for number in 1..=300_u64 {
        let id = 20_000 + number;
        let created = Timestamp::UNIX_EPOCH + SignedDuration::from_hours(number.cast_signed());
        let comment = Comment {
            id,
            issue: id,
            author: None,
            update_author: None,
            body: json!({}).into(),
            created,
            updated: created,
            visibility: None,
            public: true,
            properties: BTreeMap::new(),
        };
        state.comments.insert(id, comment);
        state.insert_issue(Issue {
            id,
            project: 10_001,
            number,
            status: statuses[number as usize % statuses.len()],
            creator: Some("account-001".into()),
            assignee: Some("account-002".into()),
            created,
            updated: created + SignedDuration::from_hours(50),
            custom: BTreeMap::from([(10_020, FieldValue::Sprints(vec![7]))]),
            comments: vec![id],
            ..Issue::default()
        });
    }
    state
}

fn filled_site() -> SiteState {
    let mut state = bare_site();
    add(&mut state);
    state
}

#[test]
fn third_of_the_issues_has_a_past_within_its_life() {
    let state = filled_site();
    let with_past: Vec<&Issue> = state.issues.values().filter(|issue| !issue.histories.is_empty()).collect();
    assert!((70..140).contains(&with_past.len()), "{}", with_past.len());
    for issue in with_past {
        assert!(issue.histories.iter().all(|history| (issue.created..=issue.updated).contains(&history.created)));
        assert!(issue.histories.is_sorted_by_key(|history| (history.created, history.id)));
        let last = issue.histories.iter().flat_map(|history| &history.items).rfind(|item| &*item.field == "status");
        assert!(last.is_none_or(|item| item.to.as_deref() == Some(&*issue.status.to_string())));
    }
}

#[test]
fn some_issues_have_remote_links_and_properties() {
    let state = filled_site();
    let linked = state.issues.values().filter(|issue| !issue.remote_links.is_empty()).count();
    assert_eq!(linked, state.remote_links.len());
    let with_properties = state.issues.values().filter(|issue| !issue.properties.is_empty()).count();
    let comments = state.comments.values().filter(|comment| !comment.properties.is_empty()).count();
    assert!(linked > 5 && with_properties > 5 && comments > 2, "{linked} {with_properties} {comments}");
}

#[test]
fn board_is_in_the_project_of_its_issues() {
    let state = filled_site();
    let board = &state.boards[&3];
    assert_eq!((&*board.name, board.project), ("AIR board", Some(10_001)));
    assert_eq!(&*state.filters[&board.filter.unwrap()].jql, "project = AIR ORDER BY Rank ASC");
}

#[test]
fn projects_have_active_leads_and_roles_have_actors() {
    let state = filled_site();
    for project in state.projects.values() {
        assert!(state.users[project.lead.as_ref().unwrap()].active);
        assert_eq!(project.role_actors.len(), 3);
        assert!(project.role_actors.values().all(|actors| !actors.users.is_empty()));
    }
    assert!(state.groups.values().any(|group| &*group.name == "committers"));
}

#[test]
fn every_start_adds_the_same_and_nothing_twice() {
    let (one, mut two) = (filled_site(), filled_site());
    let print = |state: &SiteState| format!("{:?}{:?}{:?}", state.issues, state.remote_links, state.projects);
    assert_eq!(print(&one), print(&two));
    let comments = |state: &SiteState| state.comments.values().filter(|comment| comment.visibility.is_some()).count();
    assert_eq!(comments(&one), 0);
    let boards = format!("{:?}", two.boards);
    add_boards(&mut two);
    assert_eq!(boards, format!("{:?}", two.boards));
}
