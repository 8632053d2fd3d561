//! Rich text (Atlassian Document Format): walking, measuring, rewriting.
