//! Every state that can be reached, one after the other.

use super::model::{Step, World};
use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};

/// What an exhaustive search saw.
#[derive(Debug)]
pub struct Seen {
    pub states: usize,
    pub ends: usize,
    pub most_collisions: u32,
}

/// Visits every state that can be reached. Fails on a broken rule, a bad end, or a loop, with the way there.
pub fn explore(start: World) -> Result<Seen, String> {
    let digest = |world: &World| {
        let mut hasher = DefaultHasher::new();
        world.hash(&mut hasher);
        hasher.finish()
    };
    let mut seen = Seen { states: 0, ends: 0, most_collisions: 0 };
    let mut visited = HashSet::from([digest(&start)]);
    let mut on_path = visited.clone();
    let mut path = vec![(start.clone(), start.steps(), digest(&start))];
    let mut taken: Vec<Step> = Vec::new();
    while let Some((world, steps, id)) = path.last_mut() {
        let Some(step) = steps.pop() else {
            on_path.remove(id);
            path.pop();
            taken.pop();
            continue;
        };
        let mut next = world.clone();
        taken.push(step);
        next.take(step).map_err(|broken| format!("{broken} after {taken:?}"))?;
        let id = digest(&next);
        if on_path.contains(&id) {
            return Err(format!("a loop after {taken:?}"));
        }
        if !visited.insert(id) {
            taken.pop();
            continue;
        }
        seen.states += 1;
        seen.most_collisions = seen.most_collisions.max(next.collisions());
        let steps = next.steps();
        if steps.is_empty() {
            seen.ends += 1;
            next.check_end().map_err(|bad| format!("{bad} after {taken:?}"))?;
        }
        on_path.insert(id);
        path.push((next, steps, id));
    }
    Ok(seen)
}
