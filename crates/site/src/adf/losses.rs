//! What texts can lose. Every kind with texts declares these.

use crate::losses::Loss;

/// A mention of somebody who has no account on the standby.
pub const MENTION: Loss = Loss {
    id: "text.mention",
    what: "the mention of a user who has no account on the standby",
    instead: "the name as plain text",
    always: false,
};

/// A picture or file shown in a text that is not among the attachments.
pub const MEDIA: Loss = Loss {
    id: "text.media",
    what: "a file shown in a text that is not among the restored attachments",
    instead: "its name in brackets",
    always: false,
};

/// A text over Jira's limit.
pub const LONG: Loss = Loss {
    id: "text.long",
    what: "what a text has over 32,767 characters, which Jira no longer takes",
    instead: "the beginning with a note; the whole text is attached as a file",
    always: false,
};

/// A node that Jira shows but refuses.
pub const REPAIRED: Loss = Loss {
    id: "text.repaired",
    what: "an empty piece of text, which Jira refuses",
    instead: "the text without it",
    always: false,
};

/// An address inside the site that names an id.
pub const ADDRESS: Loss = Loss {
    id: "text.address",
    what: "the target of an address inside the site that names something by id (a comment, a filter, a file)",
    instead: "the same address on the standby, which may lead elsewhere",
    always: false,
};
