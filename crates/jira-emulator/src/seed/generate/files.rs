//! Attachments.

use std::sync::Arc;

use super::issue::Maker;
use super::traps::Trap;
use crate::state::{Attachment, AttachmentBytes, IdKind, Issue};

const USUAL: &[(&str, &str)] = &[
    ("screenshot.png", "image/png"),
    ("log.txt", "text/plain"),
    ("manifest.csv", "text/csv"),
    ("berth-plan.pdf", "application/pdf"),
    ("trace.json", "application/json"),
    ("photo.jpg", "image/jpeg"),
    ("dump.zip", "application/zip"),
];

/// The third one repeats the second.
const AWKWARD: &[(&str, &str)] = &[
    ("港の写真 (二).png", "image/png"),
    ("two words.txt", "text/plain"),
    ("two words.txt", "text/plain"),
    ("she said \"no\" & left; 100%.pdf", "application/pdf"),
    ("O'Neill's plan.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ("no extension", "application/octet-stream"),
    (".env", "text/plain"),
    ("Größe\u{308}.txt", "text/plain"),
    (" leading and trailing .txt ", "text/plain"),
    ("🦈.gif", "image/gif"),
    ("%2e%2e%2fetc.txt", "text/plain"),
    ("a+b=c#d?e.txt", "text/plain"),
];

impl Maker<'_> {
    pub(super) fn add_files(&mut self, issue: &mut Issue) {
        if self.has(Trap::AwkwardFiles) {
            self.add_awkward_files(issue);
        } else if self.has(Trap::LargeFile) {
            self.add_file(issue, ("large.bin", "application/octet-stream"), 300_000, AttachmentBytes::Synthetic);
        } else if self.chance.percent(10) {
            for _ in 0..=self.chance.below(3) {
                let kind = USUAL[self.chance.below(USUAL.len())];
                let size = self.usual_size();
                self.add_file(issue, kind, size, AttachmentBytes::Synthetic);
            }
        }
    }

    /// Most files are small.
    fn usual_size(&mut self) -> u64 {
        if self.chance.percent(5) { self.chance.between(40_000, 200_000) } else { self.chance.between(1, 12_000) }
    }

    fn add_awkward_files(&mut self, issue: &mut Issue) {
        for kind in AWKWARD {
            let size = self.chance.between(1, 3_000);
            self.add_file(issue, *kind, size, AttachmentBytes::Synthetic);
        }
        self.add_file(issue, ("empty.log", "text/plain"), 0, AttachmentBytes::Synthetic);
        self.add_file(issue, ("original.bin", "application/octet-stream"), 150_000, AttachmentBytes::Synthetic);
        let original = issue.attachments.last().copied().unwrap_or_default();
        self.add_file(issue, ("copy.bin", "application/octet-stream"), 150_000, AttachmentBytes::SameAs(original));
    }

    fn add_file(&mut self, issue: &mut Issue, (name, mime_type): (&str, &str), size: u64, bytes: AttachmentBytes) {
        let id = self.state.ids.take(IdKind::Attachment);
        let filename: Arc<str> = name.into();
        let attachment = Attachment {
            id,
            issue: issue.id,
            filename,
            author: self.person().map(|person| person.account),
            created: self.moment(issue),
            size,
            mime_type: mime_type.into(),
            media_id: self.chance.uuid(),
            thumbnail: mime_type.starts_with("image/"),
            bytes,
        };
        issue.attachments.push(id);
        self.state.insert_attachment(attachment);
    }
}
