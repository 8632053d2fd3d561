//! Where the control plane's state lives: the repository interface and its conformance suite.
