//! `lifeboat serve`

use std::net::SocketAddr;

use clap::Args;
use url::Url;

/// How to serve.
#[derive(Args, Debug)]
pub(crate) struct ServeArguments {
    /// Where to listen; put a proxy with TLS in front of anything but loopback
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8787")]
    pub(crate) listen: SocketAddr,
    /// Where people reach the server, for links and cookies (default: where it listens)
    #[arg(long, env = "LIFEBOAT_ADDRESS", value_name = "URL")]
    pub(crate) address: Option<Url>,
    /// Who is the first owner: prints a one-time link for them, as long as they have no password
    #[arg(long, value_name = "EMAIL")]
    pub(crate) owner: Option<String>,
    /// How many jobs to do at once in this process; 0 leaves them to `lifeboat worker`
    #[arg(long, value_name = "NUMBER", default_value_t = 2)]
    pub(crate) jobs: u8,
}
