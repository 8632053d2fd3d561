//! The DNS, by the resolvers that this machine is set up with.

use async_trait::async_trait;
use hickory_resolver::TokioResolver;
use server::DomainNames;

/// The resolvers of this machine.
#[derive(Debug)]
pub(crate) struct SystemNames(TokioResolver);

impl SystemNames {
    /// Reads how this machine is set up.
    pub(crate) fn new() -> anyhow::Result<Self> {
        Ok(Self(TokioResolver::builder_tokio()?.build()))
    }
}

#[async_trait]
impl DomainNames for SystemNames {
    async fn text(&self, name: &str) -> Result<Vec<String>, String> {
        match self.0.txt_lookup(format!("{}.", name.trim_end_matches('.'))).await {
            Ok(records) => Ok(records.iter().map(ToString::to_string).collect()),
            Err(error) if error.is_no_records_found() => Ok(vec![]),
            Err(error) => Err(error.to_string()),
        }
    }
}
