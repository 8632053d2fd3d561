//! What may happen to the objects of a vault.

use std::collections::BTreeSet;

use bytes::Bytes;

use super::world::{Objects, World, kind_of};
use crate::support::Dice;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// One bit.
    Flip,
    /// Only a beginning is left.
    Truncate,
    /// Two objects have each other's bytes.
    Swap,
    /// The beginning of one object, the end of another.
    Splice,
    /// An object, all of a kind, or everything is as it was at an earlier time, or as another run would have made it.
    Rollback,
    /// Up to three objects are gone.
    Vanish,
    /// Another object's bytes under a name; a log entry once more; an object that was deleted is there again.
    Replay,
}

/// A damaged vault.
pub(super) struct Harmed {
    pub(super) objects: Objects,
    /// What is not as it was.
    pub(super) names: Vec<String>,
}

impl Way {
    pub(super) const ALL: [Self; 7] =
        [Self::Flip, Self::Truncate, Self::Swap, Self::Splice, Self::Rollback, Self::Vanish, Self::Replay];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Flip => "flipped bit",
            Self::Truncate => "truncation",
            Self::Swap => "swap",
            Self::Splice => "splice",
            Self::Rollback => "rollback",
            Self::Vanish => "vanished",
            Self::Replay => "replay",
        }
    }

    /// Damages objects of a kind; nothing if this way cannot change any of them.
    pub(super) fn apply(self, world: &World, kind: &str, dice: &mut Dice) -> Option<Harmed> {
        (0..40).find_map(|_| {
            let mut objects = world.objects.clone();
            self.change(world, kind, &mut objects, dice);
            // What was removed and waits to be deleted may be gone: nothing needs it.
            let all: BTreeSet<&String> = world.objects.keys().chain(objects.keys()).collect();
            let changed = all.into_iter().filter(|name| match (world.objects.get(*name), objects.get(*name)) {
                (Some(_), None) => world.live.contains(*name),
                (before, after) => before != after,
            });
            let names: Vec<String> = changed.cloned().collect();
            (!names.is_empty()).then_some(Harmed { objects, names })
        })
    }

    fn change(self, world: &World, kind: &str, objects: &mut Objects, dice: &mut Dice) {
        let target = *dice.pick(&world.of_kind(kind));
        let sound = world.objects[target].clone();
        match self {
            Self::Flip => {
                let bit = dice.below(sound.len() * 8);
                let mut flipped = sound.to_vec();
                flipped[bit / 8] ^= 1 << (bit % 8);
                objects.insert(target.to_owned(), flipped.into());
            }
            Self::Truncate => {
                objects.insert(target.to_owned(), sound.slice(..dice.below(sound.len())));
            }
            Self::Swap => {
                let other = other(world, target, dice);
                objects.insert(target.to_owned(), world.objects[other].clone());
                objects.insert(other.to_owned(), sound);
            }
            Self::Splice => {
                let other = &world.objects[other(world, target, dice)];
                let (first, second) = (dice.below(sound.len()), dice.below(other.len()));
                let spliced = [&sound[..first], &other[second..]].concat();
                objects.insert(target.to_owned(), spliced.into());
            }
            Self::Rollback => roll_back(world, target, objects, dice),
            Self::Vanish => {
                for _ in 0..=dice.below(3) {
                    objects.remove(*dice.pick(&world.of_kind(kind)));
                }
            }
            Self::Replay => replay(world, target, objects, dice),
        }
    }
}

/// Another object: of the same kind, if there is one.
fn other<'a>(world: &'a World, target: &str, dice: &mut Dice) -> &'a str {
    let mut others = world.of_kind(kind_of(target));
    if others.len() < 2 {
        others = world.named.iter().map(String::as_str).collect();
    }
    others.retain(|name| *name != target);
    dice.pick::<&str>(&others)
}

fn roll_back(world: &World, target: &str, objects: &mut Objects, dice: &mut Dice) {
    let state = dice.pick(&world.others);
    let extent = dice.below(3);
    let names: Vec<String> = world.objects.keys().chain(state.keys()).cloned().collect();
    for name in names {
        let chosen = match extent {
            0 => name == target,
            1 => kind_of(&name) == kind_of(target),
            _ => true,
        };
        match state.get(&name) {
            Some(bytes) if chosen => objects.insert(name, bytes.clone()),
            None if chosen => objects.remove(&name),
            _ => continue,
        };
    }
}

fn replay(world: &World, target: &str, objects: &mut Objects, dice: &mut Dice) {
    let kind = kind_of(target);
    let state = dice.pick(&world.others);
    let gone: Vec<(&String, &Bytes)> =
        state.iter().filter(|(name, _)| kind_of(name) == kind && !world.objects.contains_key(*name)).collect();
    match dice.below(3) {
        0 if kind == "log" => {
            let next = format!("log/{:020}.json", world.head.number + 1);
            objects.insert(next, world.objects[target].clone());
        }
        1 if !gone.is_empty() => {
            let (name, bytes) = *dice.pick(&gone);
            objects.insert(name.clone(), bytes.clone());
        }
        _ => {
            objects.insert(target.to_owned(), world.objects[other(world, target, dice)].clone());
        }
    }
}
