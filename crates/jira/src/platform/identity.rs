//! Who is asking, and which site answers.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Deserialize;

use crate::{Call, Credentials, Jira, Result};

/// The account that the credentials belong to.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Myself {
    /// The same on every Atlassian site.
    pub account_id: String,
    /// `atlassian` for people, `app` for apps and service accounts.
    pub account_type: Option<String>,
    /// The name that others see.
    pub display_name: String,
    /// Absent unless the profile shows it to this caller.
    pub email_address: Option<String>,
    /// In which dates in JQL are read: an IANA name.
    pub time_zone: Option<String>,
    /// Whether the account may sign in.
    pub active: bool,
}

/// What a site says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ServerInfo {
    /// The site's address.
    pub base_url: String,
    /// The name that its administrators gave it.
    pub server_title: Option<String>,
    /// `Cloud`.
    pub deployment_type: Option<String>,
    /// Jira's version.
    pub version: Option<String>,
    /// What time the site thinks it is, `2015-12-02T07:39:15.000-0800`.
    pub server_time: Option<String>,
}

impl Jira {
    /// The account that the credentials belong to.
    pub async fn myself(&self) -> Result<Myself> {
        self.json(Call::get("/rest/api/3/myself")).await
    }

    /// The site's cloud id. Asked without signing in, so it tells whether the site is there at all. The gateway does not answer
    /// this; its address of a site names the cloud id, and whatever it answers is of that site.
    pub async fn tenant(&self) -> Result<String> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Tenant {
            cloud_id: String,
        }

        if let Credentials::Consent { cloud_id, .. } = &self.settings().credentials {
            self.server_info().await?;
            return Ok(cloud_id.clone());
        }
        let Tenant { cloud_id } = self.json(Call::get("/_edge/tenant_info").anonymous()).await?;
        Ok(cloud_id)
    }

    /// What the site says of itself.
    pub async fn server_info(&self) -> Result<ServerInfo> {
        self.json(Call::get("/rest/api/3/serverInfo")).await
    }

    /// What time it is for the site: what its feeds and `updated` go by, whatever the machine's clock says. `None` when the
    /// site does not tell.
    pub async fn site_time(&self) -> Result<Option<Timestamp>> {
        let told = self.server_info().await?.server_time;
        Ok(told.and_then(|text| Timestamp::strptime("%Y-%m-%dT%H:%M:%S%.f%z", text).ok()))
    }

    /// Which of the permissions (`ADMINISTER`, `BROWSE_PROJECTS`…) the account has on the site, or on some project of it.
    ///
    /// # Errors
    /// Jira refuses a list with a key that it does not know.
    pub async fn my_permissions(&self, keys: &[&str]) -> Result<BTreeMap<String, bool>> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Permission {
            have_permission: bool,
        }
        #[derive(Deserialize)]
        struct Answer {
            permissions: BTreeMap<String, Permission>,
        }
        let call = Call::get("/rest/api/3/mypermissions").query("permissions", keys.join(","));
        let Answer { permissions } = self.json(call).await?;
        Ok(permissions.into_iter().map(|(key, permission)| (key, permission.have_permission)).collect())
    }
}
