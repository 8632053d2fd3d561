//! A stateful Jira Cloud for development, tests and the demo.
