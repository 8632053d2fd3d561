//! One side of a recovery: its configuration, and what its ids are called.

use std::collections::BTreeMap;

use futures::{FutureExt, StreamExt, TryStreamExt, stream};
use jira::Jira;
use serde_json::Value;
use site::names::Field;
use site::{KindName, Names, Object, SiteKind};
use vault::View;

use crate::{Kinds, MemorySink, Result, objects};

/// How many kinds of configuration are read at once.
pub(crate) const READ_AT_ONCE: usize = 8;

/// The configuration of one side. Bounded by the site's settings: issues are not in it.
#[derive(Clone, Debug, Default)]
pub struct Side {
    /// What the ids are called.
    pub names: Names,
    /// The objects, by kind, in the order of their keys.
    pub objects: BTreeMap<KindName, Vec<Object>>,
}

impl Side {
    /// An empty side at this address.
    pub fn new(address: &str) -> Self {
        let mut names = Names::default();
        names.addresses.push(address.trim_end_matches('/').to_owned());
        Self { names, objects: BTreeMap::new() }
    }

    /// The configuration of a recovery point.
    pub async fn of_point(view: &View, kinds: &Kinds, address: &str) -> Result<Self> {
        let mut side = Self::new(address);
        for kind in kinds.configuration() {
            let records = view.scan(kind.name(), "").map_err(crate::Error::from);
            let found: Vec<Object> =
                records.and_then(async |record| objects::object(kind.name(), &record)).try_collect().await?;
            side.learn(kind, found);
        }
        Ok(side)
    }

    /// The configuration of a site as it is now.
    pub async fn of_site(jira: &Jira, kinds: &Kinds, address: &str) -> Result<Self> {
        let mut side = Self::new(address);
        let readings: Vec<_> = kinds.configuration().map(|kind| read(jira, kind).boxed()).collect();
        let mut readings = stream::iter(readings).buffered(READ_AT_ONCE);
        for kind in kinds.configuration() {
            if let Some(found) = readings.try_next().await? {
                side.learn(kind, found);
            }
        }
        Ok(side)
    }

    /// Learns all objects of a kind. Kinds are learnt in their order, each once.
    pub fn learn(&mut self, kind: &dyn SiteKind, mut found: Vec<Object>) {
        found.sort_by(|one, two| one.key.cmp(&two.key));
        self.names.learn(kind, &found);
        for field in found.iter().filter_map(field) {
            self.names.learn_field(field);
        }
        self.objects.insert(kind.name(), found);
    }

    /// The objects of a kind.
    pub fn of(&self, kind: KindName) -> &[Object] {
        self.objects.get(kind).map_or(&[], Vec::as_slice)
    }

    /// The object of a kind with this key.
    pub fn get(&self, kind: KindName, key: &str) -> Option<&Object> {
        let objects = self.of(kind);
        objects.binary_search_by(|object| object.key.as_str().cmp(key)).ok().map(|index| &objects[index])
    }
}

/// All objects of a kind, as they are on the site now.
pub(crate) async fn read(jira: &Jira, kind: &dyn SiteKind) -> Result<Vec<Object>> {
    let mut sink = MemorySink::default();
    kind.read(jira, &mut sink).await?;
    Ok(sink.take(kind.name()))
}

/// What a field is, from `GET /rest/api/3/field` or `field/search`.
fn field(object: &Object) -> Option<Field> {
    if object.kind != "field" {
        return None;
    }
    let text = |pointer: &str| object.body.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
    Some(Field {
        id: object.key.clone(),
        name: text("/name").unwrap_or_default(),
        kind: text("/schema/type").unwrap_or_default(),
        items: text("/schema/items"),
        custom: text("/schema/custom"),
        system: text("/schema/system"),
    })
}
