//! Every claimed operation against Atlassian's OpenAPI documents: it exists there, and a real request and its answer are
//! valid.
//!
//! The documents are no part of the project. They are looked for in `$LIFEBOAT_SHARED/reference/jira/openapi`, or in
//! `shared/` beside the repository; without them the test says so and does nothing. A new operation is driven by one line in
//! [`configuration`] or [`issues`].

mod configuration;
mod document;
mod driver;
mod issues;

use jira_emulator::operations;

use self::document::Documents;
use self::driver::Driver;
use crate::support::TestSite;

/// Claimed operations that the documents do not have: paths of the site itself.
const BEYOND: &[&str] = &["GET /_edge/tenant_info"];

#[tokio::test]
async fn claimed_operations_keep_to_the_documents() {
    let Some(documents) = Documents::load() else {
        eprintln!("contract test skipped: no OpenAPI documents found; set LIFEBOAT_SHARED to the folder that has them");
        return;
    };
    let site = TestSite::empty().await;
    let mut driver = Driver::new(&site, &documents);
    configuration::drive(&mut driver).await;
    issues::drive(&mut driver).await;
    let mut problems = driver.problems.clone();
    for (method, path) in operations() {
        let operation = format!("{method} {path}");
        if BEYOND.contains(&operation.as_str()) {
            continue;
        }
        if documents.find(method, path).is_none() {
            problems.push(format!("{operation}: not in the documents"));
        } else if !driver.driven.contains(&operation) {
            problems.push(format!("{operation}: claimed, but not driven"));
        }
    }
    for operation in &driver.unvalidated {
        eprintln!("no schema for the answer of {operation}");
    }
    assert!(problems.is_empty(), "{} problems:\n{}", problems.len(), problems.join("\n"));
}
