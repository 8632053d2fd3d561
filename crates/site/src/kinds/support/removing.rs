//! Taking away what a recovery made.

use jira::{Call, Error, Jira, Started, TaskStatus};

use crate::kind::Removal;

/// Sends a deletion, and waits for it where Jira works on it in the background. What is gone already is as good.
pub(in crate::kinds) async fn delete(jira: &Jira, call: Call) -> jira::Result<Removal> {
    let label = call.label();
    match jira.start(call).await {
        Ok(Started::Done) => {}
        Ok(Started::Task(task)) => {
            let task = jira.task(&task).await?;
            if task.status != TaskStatus::Complete {
                let told = task.message.filter(|message| !message.is_empty());
                let reason = told.unwrap_or_else(|| format!("its task ended as {:?}", task.status));
                return Err(Error::Unexpected { call: label, reason });
            }
        }
        Err(error) if error.is_not_found() => {}
        Err(error) => return Err(error),
    }
    Ok(Removal::Asked)
}
