//! Removing a site, and adding it again.
//!
//! A removed site keeps its row, and with it its id, the names it is known by, its policy and contacts, and the head of its
//! vault; its recovery points lie where they lay. Whoever adds a site of its cloudId has that very site back, so that a vault
//! that was rolled back in between is still noticed, and a removal is no way around what guards a recovery.

use jiff::Timestamp;

use super::{KnownName, NameKind, Site};
use crate::{Repository, Result};

/// Takes a site out of use: its credentials are forgotten, its schedules end, its name is free for another one. Whether
/// something stands in the way is for the caller to ask.
pub async fn remove(repository: &mut dyn Repository, site: &Site, now: Timestamp) -> Result<()> {
    let schedules = repository.schedules().list(site.tenant).await?;
    for schedule in schedules.iter().filter(|schedule| schedule.site == site.id) {
        repository.schedules().remove(site.tenant, schedule.id).await?;
    }
    let taken = repository.sites().with_removed(site.tenant).await?;
    let name = removed_name(&site.name, now, |name| taken.iter().any(|other| other.name == name));
    let removed = Site { name, credentials: None, removed: Some(now), ..site.clone() };
    repository.sites().update(&removed).await
}

/// What a site is called once it is removed.
fn removed_name(name: &str, now: Timestamp, is_taken: impl Fn(&str) -> bool) -> String {
    let day = now.strftime("%Y-%m-%d");
    let mut free = format!("{name} (removed {day})");
    let mut number = 2;
    while is_taken(&free) {
        free = format!("{name} (removed {day}, {number})");
        number += 1;
    }
    free
}

/// The site that a new one is: the removed site of its cloudId, under the new name, address and account, or the new one
/// itself. Nothing is written: whoever adds it seals the credentials for its id, and [enters](enter) it.
pub async fn returning(repository: &mut dyn Repository, new: Site) -> Result<Site> {
    let known = repository.sites().with_removed(new.tenant).await?;
    let earlier = known.into_iter().find(|site| site.removed.is_some() && site.cloud_id == new.cloud_id);
    Ok(match earlier {
        Some(Site { id, added, rpo_target, .. }) => Site { id, added, rpo_target, ..new },
        None => new,
    })
}

/// Writes a site that is added, and the names that it is known by from now on. Gives whether it was here before. `Exists` if
/// the tenant has one of that name or cloudId.
pub async fn enter(repository: &mut dyn Repository, site: &Site, now: Timestamp) -> Result<bool> {
    let known = repository.sites().with_removed(site.tenant).await?;
    let earlier = known.into_iter().find(|known| known.id == site.id);
    match &earlier {
        Some(_) => repository.sites().update(site).await?,
        None => repository.sites().add(site).await?,
    }
    let moved = earlier.as_ref().filter(|earlier| earlier.url != site.url);
    let names = [
        Some((NameKind::CloudId, &site.cloud_id)),
        moved.map(|earlier| (NameKind::EarlierUrl, &earlier.url)),
        Some((NameKind::Url, &site.url)),
    ];
    for (kind, name) in names.into_iter().flatten() {
        let known = KnownName { kind, name: name.clone(), since: now };
        repository.sites().add_known_name(site.tenant, site.id, &known).await?;
    }
    Ok(earlier.is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_removed_name_is_a_name_of_its_own() {
        let now: Timestamp = "2026-11-30T23:59:59Z".parse().unwrap();
        let mut taken = vec![];
        for expected in ["a (removed 2026-11-30)", "a (removed 2026-11-30, 2)", "a (removed 2026-11-30, 3)"] {
            let name = removed_name("a", now, |name| taken.iter().any(|other| other == name));
            assert_eq!(name, expected);
            taken.push(name);
        }
    }
}
