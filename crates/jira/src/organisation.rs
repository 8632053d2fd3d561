//! An Atlassian organisation: which Jira sites it has, by a key that only its administrators can make.
//!
//! Atlassian's *Organizations REST API*, group *Workspaces*
//! (<https://developer.atlassian.com/cloud/admin/organization/rest/api-group-workspaces/>): the key needs the scope
//! `read:workspaces:admin`. A workspace is one product at one site; its id is `ari:cloud:jira-software::site/{cloudId}`.

use std::collections::BTreeSet;

use reqwest::Client;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use serde_json::json;
use url::Url;

use crate::beside::{NoAnswer, asked, client};

/// How many workspaces are asked for at once.
const IN_A_PAGE: usize = 100;

/// More pages than any organisation has; who has more than that sends the same ones again and again.
const MOST_PAGES: usize = 100;

/// What is known of the organisation.
#[derive(Clone, Debug)]
pub struct OrganisationSettings {
    /// Its id, which stands in the address of its administration: `https://admin.atlassian.com/o/{id}`.
    pub id: String,
    /// A key for its API.
    pub key: SecretString,
    /// The gateway: `https://api.atlassian.com`.
    pub gateway: Url,
}

/// The organisation.
#[derive(Clone, Debug)]
pub struct Organisation {
    settings: OrganisationSettings,
    client: Client,
}

#[derive(Deserialize)]
struct Page {
    data: Vec<Workspace>,
    #[serde(default)]
    links: Links,
}

#[derive(Deserialize)]
struct Workspace {
    id: String,
}

#[derive(Default, Deserialize)]
struct Links {
    next: Option<String>,
}

impl Organisation {
    /// An organisation. Nothing is asked yet.
    ///
    /// # Errors
    /// Why the id or the address cannot be used.
    pub fn new(settings: OrganisationSettings) -> Result<Self, String> {
        let fits = |character: char| character.is_ascii_alphanumeric() || character == '-';
        if settings.id.is_empty() || !settings.id.chars().all(fits) {
            return Err("the id of an organisation has letters, digits and dashes alone".to_owned());
        }
        Ok(Self { client: client(&[&settings.gateway])?, settings })
    }

    /// Its id.
    pub fn id(&self) -> &str {
        &self.settings.id
    }

    /// The cloudIds of its Jira sites.
    ///
    /// # Errors
    /// The key is not taken, or no clear answer came.
    pub async fn sites(&self) -> Result<BTreeSet<String>, NoAnswer> {
        let mut address = self.settings.gateway.clone();
        address.set_path(&format!("/admin/v2/orgs/{}/workspaces", self.settings.id));
        let mut sites = BTreeSet::new();
        let mut question = json!({ "limit": IN_A_PAGE });
        for _ in 0..MOST_PAGES {
            let request = self.client.post(address.clone()).bearer_auth(self.settings.key.expose_secret());
            let page: Page = asked(request.json(&question)).await?;
            sites.extend(page.data.iter().filter_map(|workspace| site_of(&workspace.id)).map(str::to_owned));
            match page.links.next.filter(|next| !next.is_empty()) {
                // With a cursor, nothing else may be in the question.
                Some(cursor) => question = json!({ "cursor": cursor }),
                None => return Ok(sites),
            }
        }
        Err(NoAnswer::Unclear(format!("its list of workspaces has no end after {MOST_PAGES} pages")))
    }
}

/// The cloudId in the id of a workspace, if it is one of Jira's products.
fn site_of(workspace: &str) -> Option<&str> {
    let (product, site) = workspace.strip_prefix("ari:cloud:")?.split_once("::site/")?;
    product.starts_with("jira").then_some(site)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_products_of_jira_are_sites_of_jira() {
        assert_eq!(site_of("ari:cloud:jira-software::site/1-2"), Some("1-2"));
        assert_eq!(site_of("ari:cloud:jira-servicedesk::site/1-2"), Some("1-2"));
        assert_eq!(site_of("ari:cloud:jira::site/1-2"), Some("1-2"));
        for other in ["ari:cloud:confluence::site/1-2", "1-2", "ari:cloud:jira:1-2:project/1", ""] {
            assert_eq!(site_of(other), None, "{other}");
        }
    }

    #[test]
    fn an_id_that_would_ask_somewhere_else_is_refused() {
        let with = |id: &str, gateway: &str| {
            let (key, gateway) = (SecretString::from("key"), Url::parse(gateway).unwrap());
            Organisation::new(OrganisationSettings { id: id.to_owned(), key, gateway }).map(drop)
        };
        assert_eq!(with("a1-b2", "https://api.atlassian.com"), Ok(()));
        for id in ["", "../x", "a/b", "a?b", "a b"] {
            assert!(with(id, "https://api.atlassian.com").is_err(), "{id}");
        }
        assert!(with("a1", "http://api.atlassian.com").is_err(), "the key would go in clear");
    }
}
