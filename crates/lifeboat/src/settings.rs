//! Settings: defaults, then one TOML file, then the environment, then flags.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use anyhow::Result;
use secrecy::SecretString;
use serde::{Deserialize, Deserializer};
use url::Url;

use crate::cli::Global;
use crate::exit::Fault;

/// Everything that can be set. `docs/settings.md` explains each.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Settings {
    /// Where the control plane's state lies.
    pub(crate) database: DatabaseSettings,
    /// Where vaults lie.
    pub(crate) vault: VaultSettings,
    /// How captures work.
    pub(crate) capture: CaptureSettings,
    /// How recoveries work.
    pub(crate) recovery: RecoverySettings,
    /// What must be verified before a recovery.
    pub(crate) mail: MailSettings,
    pub(crate) verification: VerificationSettings,
    /// The provider that people may sign in by.
    pub(crate) sign_in: SignInSettings,
    /// The Forge app whose requests are taken.
    pub(crate) forge: Option<AppOfForge>,
    /// The app that sites can be connected by.
    pub(crate) atlassian: Option<AtlassianSettings>,
    /// The organisation at Atlassian whose sites can be asked for.
    pub(crate) organisation: Option<OfOrganisation>,
    /// How Jira is talked to.
    pub(crate) jira: JiraSettings,
    /// How many jobs run at once.
    pub(crate) jobs: JobSettings,
}

/// `[database]`. Default: `lifeboat.db` in the home folder.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct DatabaseSettings {
    /// A PostgreSQL database, `postgres://user@host:port/database`; it may hold a password.
    #[serde(deserialize_with = "secret")]
    pub(crate) url: Option<SecretString>,
    /// A file with the user's password, instead of `PGPASSWORD` or one in the address.
    pub(crate) password_file: Option<PathBuf>,
    /// How often it is copied to where the vaults lie; 0: never.
    pub(crate) copy_every_hours: u32,
}

impl Default for DatabaseSettings {
    fn default() -> Self {
        Self { url: None, password_file: None, copy_every_hours: 6 }
    }
}

fn secret<'de, D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Option<SecretString>, D::Error> {
    Ok(Option::<String>::deserialize(deserializer)?.map(SecretString::from))
}

/// `[vault]`
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct VaultSettings {
    /// A folder; default: `vaults` in the home folder. Each site has a folder in it.
    pub(crate) directory: Option<PathBuf>,
    /// An S3 bucket, instead of a folder.
    pub(crate) s3: Option<S3>,
}

/// `[vault.s3]`. Keys come from the environment (`AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`), never from the file.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct S3 {
    pub(crate) bucket: String,
    #[serde(default)]
    pub(crate) prefix: String,
    #[serde(default = "S3::region")]
    pub(crate) region: String,
    #[serde(default)]
    pub(crate) endpoint: Option<String>,
    #[serde(default)]
    pub(crate) allow_http: bool,
}

impl S3 {
    fn region() -> String {
        "us-east-1".to_owned()
    }
}

/// `[capture]`
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct CaptureSettings {
    /// How far back an increment looks again, in minutes: search lags behind.
    pub(crate) overlap_minutes: u32,
    /// How many issues each increment reads again for what does not change `updated` (watchers, votes, properties).
    pub(crate) deep_issues: u32,
}

impl Default for CaptureSettings {
    fn default() -> Self {
        Self { overlap_minutes: 10, deep_issues: 500 }
    }
}

/// `[recovery]`
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct RecoverySettings {
    /// How long to wait at least before looking for an object whose creation had no clear answer, in seconds.
    pub(crate) settle_seconds: u64,
    /// How many issues are worked on at once.
    pub(crate) issues_at_once: usize,
}

impl Default for RecoverySettings {
    fn default() -> Self {
        Self { settle_seconds: 120, issues_at_once: 32 }
    }
}

/// `[verification]`
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct VerificationSettings {
    /// `standard` (a supporter, a contact, the requester's address, a proof), `strict`, or `solo` (no four eyes).
    pub(crate) policy: String,
    /// Who is asked for DNS records, instead of the name servers of this machine: `9.9.9.9:53`.
    pub(crate) name_server: Option<SocketAddr>,
}

impl Default for VerificationSettings {
    fn default() -> Self {
        Self { policy: "standard".to_owned(), name_server: None }
    }
}

/// `[mail]`. Without a server, letters go into the folder `outbox` of the home folder, to be handed over.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct MailSettings {
    /// The mail server: `smtps://host:465`, or `smtp://host:587?tls=required`.
    pub(crate) server: Option<String>,
    /// Who letters are from: `Lifeboat <lifeboat@example.com>`.
    pub(crate) from: Option<String>,
    /// Whom to sign in as.
    pub(crate) user: Option<String>,
    /// A file with the password.
    pub(crate) password_file: Option<PathBuf>,
    /// A file with the certificate (PEM) of who vouches for the server, beside those whom this machine trusts.
    pub(crate) authority_file: Option<PathBuf>,
}

/// `[sign_in]`
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct SignInSettings {
    /// A provider, beside passwords and passkeys.
    pub(crate) oidc: Option<ProviderSettings>,
}

/// `[sign_in.oidc]`: OpenID Connect.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ProviderSettings {
    /// What people call it: the button says "Sign in with …".
    pub(crate) name: String,
    /// Its address, as its tokens name it: `https://id.example.com/realms/example`.
    pub(crate) issuer: String,
    /// What it calls this server.
    pub(crate) client_id: String,
    /// A file with the secret that goes with it.
    pub(crate) client_secret_file: PathBuf,
}

/// `[atlassian]`: an app of OAuth 2.0 (3LO), made in Atlassian's developer console.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AtlassianSettings {
    /// The app's client id.
    pub(crate) client_id: String,
    /// A file with its secret.
    pub(crate) client_secret_file: PathBuf,
    /// Where people consent.
    #[serde(default = "AtlassianSettings::authorization")]
    pub(crate) authorization: Url,
    /// Where sites answer whoever has a consent.
    #[serde(default = "gateway")]
    pub(crate) gateway: Url,
}

impl AtlassianSettings {
    fn authorization() -> Url {
        Url::parse("https://auth.atlassian.com").expect("an address")
    }
}

fn gateway() -> Url {
    Url::parse("https://api.atlassian.com").expect("an address")
}

/// `[organisation]`: whose list of sites proves to whom a source belongs.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct OfOrganisation {
    /// Its id, which stands in the address of its administration.
    pub(crate) id: String,
    /// A file with a key for its API, with the scope `read:workspaces:admin`.
    pub(crate) key_file: PathBuf,
    /// Where Atlassian answers.
    #[serde(default = "gateway")]
    pub(crate) gateway: Url,
}

/// `[forge]`: an app of one's own, whose pages within Jira ask this server.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AppOfForge {
    /// The app's id: `ari:cloud:ecosystem::app/…`.
    pub(crate) app_id: String,
    /// Where Atlassian's keys are.
    #[serde(default = "AppOfForge::keys")]
    pub(crate) keys: String,
}

impl AppOfForge {
    fn keys() -> String {
        "https://forge.cdn.prod.atlassian-dev.net/.well-known/jwks.json".to_owned()
    }
}

/// `[jira]`
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct JiraSettings {
    /// How long one request may take, in seconds.
    pub(crate) timeout_seconds: u64,
    /// How long one call may be held up in all by repetitions and by pauses that Jira asks for, in seconds.
    pub(crate) patience_seconds: u64,
    /// How many requests may be in flight at once.
    pub(crate) concurrency: usize,
}

impl Default for JiraSettings {
    fn default() -> Self {
        Self { timeout_seconds: 60, patience_seconds: 300, concurrency: 32 }
    }
}

/// `[jobs]`
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct JobSettings {
    /// How many jobs that write to the same site, or to the same vault, run at once. More than one gains nothing against
    /// Jira's limits.
    pub(crate) writers_at_once: u32,
    /// How many jobs run at once in all, on all machines.
    pub(crate) tenant_at_once: u32,
    /// After how many workers in a row that died over it, within a minute and without getting further, a job rests.
    pub(crate) most_lost_leases: u32,
}

impl Default for JobSettings {
    fn default() -> Self {
        let limits = store::job::Limits::default();
        let most_lost_leases = worker::LeaseSettings::default().most_lost;
        Self { writers_at_once: limits.writers, tenant_at_once: limits.tenant, most_lost_leases }
    }
}

/// Reads the settings that apply: the file named by `--config`, or `lifeboat.toml` in the home folder if it is there, and
/// above it variables like `LIFEBOAT_SET__CAPTURE__OVERLAP_MINUTES`.
pub(crate) fn load(global: &Global, home: &Path) -> Result<Settings> {
    let named = global.config.is_some();
    let path = global.config.clone().unwrap_or_else(|| home.join("lifeboat.toml"));
    config::Config::builder()
        .add_source(config::File::from(path.clone()).format(config::FileFormat::Toml).required(named))
        .add_source(
            config::Environment::with_prefix("LIFEBOAT_SET").prefix_separator("__").separator("__").try_parsing(true),
        )
        .build()
        .and_then(config::Config::try_deserialize)
        .map_err(|error| Fault::usage(format!("the settings in {} cannot be used: {error}", path.display())).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn global(config: &Path) -> Global {
        Global {
            home: None,
            config: Some(config.to_owned()),
            json: false,
            quiet: false,
            acting: None,
            server: None,
            api_key_file: None,
            password_file: None,
        }
    }

    #[test]
    fn a_file_overrides_defaults_and_a_misspelt_name_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("settings.toml");
        std::fs::write(&path, "[capture]\noverlap_minutes = 30\n").unwrap();
        let settings = load(&global(&path), folder.path()).unwrap();
        assert_eq!((settings.capture.overlap_minutes, settings.capture.deep_issues), (30, 500));
        std::fs::write(&path, "[database]\nurl = \"postgres://ann:canary@db/x\"\n").unwrap();
        let settings = load(&global(&path), folder.path()).unwrap();
        assert!(settings.database.url.is_some() && !format!("{settings:?}").contains("canary"), "{settings:?}");
        std::fs::write(&path, "[capture]\noverlap = 30\n").unwrap();
        let error = load(&global(&path), folder.path()).unwrap_err();
        assert!(error.to_string().contains("overlap"), "{error}");
        assert_eq!(crate::exit::of(&error), crate::exit::Exit::Usage);
    }
}
