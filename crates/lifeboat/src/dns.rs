//! The DNS, by the resolvers that this machine is set up with.

use async_trait::async_trait;
use hickory_resolver::TokioResolver;
use server::DomainNames;

/// The resolvers of this machine. How it is set up is read for each question: they are few, and a record that is awaited must
/// not be hidden by what a cache remembers.
#[derive(Debug)]
pub(crate) struct SystemNames;

#[async_trait]
impl DomainNames for SystemNames {
    async fn text(&self, name: &str) -> Result<Vec<String>, String> {
        let resolver = TokioResolver::builder_tokio().map_err(|error| error.to_string())?.build();
        match resolver.txt_lookup(format!("{}.", name.trim_end_matches('.'))).await {
            Ok(records) => Ok(records.iter().map(ToString::to_string).collect()),
            Err(error) if error.is_no_records_found() => Ok(vec![]),
            Err(error) => Err(error.to_string()),
        }
    }
}
