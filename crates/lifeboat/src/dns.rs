//! The DNS, by the resolvers that this machine is set up with, or by the one that the settings name.

use std::net::SocketAddr;

use async_trait::async_trait;
use hickory_resolver::config::{NameServerConfigGroup, ResolverConfig};
use hickory_resolver::name_server::TokioConnectionProvider;
use hickory_resolver::proto::op::ResponseCode;
use hickory_resolver::proto::{ProtoError, ProtoErrorKind};
use hickory_resolver::{ResolveError, TokioResolver};
use server::DomainNames;

use crate::app::App;

/// Who is asked. How this machine is set up is read for each question: they are few, and a record that is awaited must not be
/// hidden by what a cache remembers.
#[derive(Debug)]
pub(crate) struct Names {
    /// A name server, instead of those that this machine is set up with.
    pub(crate) server: Option<SocketAddr>,
}

impl Names {
    /// Those that the settings choose.
    pub(crate) fn of(app: &App) -> Self {
        Self { server: app.settings.verification.name_server }
    }

    fn resolver(&self) -> Result<TokioResolver, ResolveError> {
        let Some(server) = self.server else { return Ok(TokioResolver::builder_tokio()?.build()) };
        let servers = NameServerConfigGroup::from_ips_clear(&[server.ip()], server.port(), true);
        let config = ResolverConfig::from_parts(None, vec![], servers);
        Ok(TokioResolver::builder_with_config(config, TokioConnectionProvider::default()).build())
    }
}

#[async_trait]
impl DomainNames for Names {
    async fn text(&self, name: &str) -> Result<Vec<String>, String> {
        let resolver = self.resolver().map_err(|error| error.to_string())?;
        match resolver.txt_lookup(format!("{}.", name.trim_end_matches('.'))).await {
            Ok(records) => Ok(records.iter().map(ToString::to_string).collect()),
            Err(error) if says_there_is_none(&error) => Ok(vec![]),
            Err(error) => Err(error.to_string()),
        }
    }
}

/// Whether the name server answered that there is no such record. A server that failed says so in an answer without records, too.
fn says_there_is_none(error: &ResolveError) -> bool {
    let Some(ProtoErrorKind::NoRecordsFound { response_code, .. }) = error.proto().map(ProtoError::kind) else {
        return false;
    };
    matches!(response_code, ResponseCode::NoError | ResponseCode::NXDomain)
}

#[cfg(test)]
mod tests {
    use hickory_resolver::proto::op::{Message, MessageType};
    use hickory_resolver::proto::rr::rdata::TXT;
    use hickory_resolver::proto::rr::{RData, Record, RecordType};
    use tokio::net::UdpSocket;

    use super::*;

    /// A name server on this machine that knows one name.
    async fn name_server(texts: Vec<Vec<String>>) -> SocketAddr {
        let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let address = socket.local_addr().unwrap();
        tokio::spawn(async move {
            let mut buffer = [0; 4_096];
            loop {
                let (length, from) = socket.recv_from(&mut buffer).await.unwrap();
                let asked = Message::from_vec(&buffer[..length]).unwrap();
                let answer = answer(&asked, &texts);
                socket.send_to(&answer.to_vec().unwrap(), from).await.unwrap();
            }
        });
        address
    }

    fn answer(asked: &Message, texts: &[Vec<String>]) -> Message {
        let query = asked.queries().first().unwrap().clone();
        let name = query.name().to_ascii().to_lowercase();
        let mut answer = Message::new();
        answer.set_id(asked.id()).set_message_type(MessageType::Response).set_authoritative(true);
        answer.set_recursion_desired(true).set_recursion_available(true);
        match name.as_str() {
            "_lifeboat.example.com." if query.query_type() == RecordType::TXT => {
                for text in texts {
                    let data = RData::TXT(TXT::new(text.clone()));
                    answer.add_answer(Record::from_rdata(query.name().clone(), 60, data));
                }
            }
            "broken.example.com." => {
                answer.set_response_code(ResponseCode::ServFail);
            }
            _ => {
                answer.set_response_code(ResponseCode::NXDomain);
            }
        }
        answer.add_query(query);
        answer
    }

    #[tokio::test]
    async fn texts_come_whole_and_what_is_not_there_is_nothing() {
        let long = vec!["lifeboat=".to_owned(), "1234-5678".to_owned()];
        let server = name_server(vec![vec!["v=spf1 -all".to_owned()], long]).await;
        let names = Names { server: Some(server) };
        let texts = names.text("_lifeboat.example.com").await.unwrap();
        assert_eq!(texts, ["v=spf1 -all", "lifeboat=1234-5678"], "the pieces of a record are one text");
        assert_eq!(names.text("_lifeboat.example.com.").await.unwrap().len(), 2);
        assert_eq!(names.text("_lifeboat.example.org").await.unwrap(), [""; 0]);
    }

    #[tokio::test]
    async fn a_server_that_fails_is_told_apart_from_a_name_without_a_record() {
        let names = Names { server: Some(name_server(vec![]).await) };
        assert_eq!(names.text("_lifeboat.example.com").await.unwrap(), [""; 0]);
        assert!(names.text("broken.example.com").await.is_err());
    }
}
