//! `lifeboat api-key …`

use clap::Subcommand;

#[derive(Debug, Subcommand)]
pub(crate) enum ApiKeyCommand {
    /// Make a key for yourself; prints it once
    Add {
        /// What to call it, such as the program that will use it
        name: String,
        /// For how many days it is taken
        #[arg(long, default_value_t = 90, value_parser = clap::value_parser!(u32).range(1..=730))]
        days: u32,
    },
    /// List your keys; an owner sees everybody's
    List,
    /// Revoke a key: it is dead at once
    Revoke {
        /// Its id, as the list shows it
        id: String,
    },
}
