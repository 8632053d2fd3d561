//! What a Jira site consists of: one file for each kind of object.
