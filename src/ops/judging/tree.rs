//! The world of a tree that no branch has yet: what a merge would make, or what a push brings.

use std::sync::Arc;

use crate::config::members::{self, Lives};
use crate::domain::commit::TreeId;
use crate::domain::files::Tree;
use crate::domain::refusal::Error;
use crate::domain::settings::Settings;

use crate::ops::context::Context;
use crate::ops::reading::stack::Stack;
use crate::ops::reading::world::World;

/// What a tree says, in the place of what `base` says: by its own file on the main branch, by the main branch's elsewhere.
///
/// # Errors
/// `Invalid`: its `stageline.yaml` cannot be read. Otherwise the tree cannot be.
pub fn world(context: &Context<'_>, stack: &Stack, base: &World, tree: TreeId) -> Result<World, Error> {
    let files: Tree = Arc::new(context.repo.tree(tree).ok_or_else(|| anyhow::anyhow!("the tree {tree} is not here"))?);
    let world = World::of_files(&stack.shelf, &base.branch, base.base, files, &stack.main.settings)?;
    let has_own_rules = base.branch == stack.main.branch;
    let rules = if has_own_rules { Arc::clone(&world.settings) } else { Arc::clone(&stack.main.settings) };
    let world = world.ruled_by(rules)?;
    let settings = with_members(&world, &world.settings)?;
    Ok(world.with_settings(settings))
}

/// Rules with the members that their families find in a world's files.
///
/// # Errors
/// The files cannot be read.
pub fn with_members(world: &World, rules: &Arc<Settings>) -> Result<Arc<Settings>, Error> {
    if rules.families.is_empty() {
        return Ok(Arc::clone(rules));
    }
    let lives = Lives::all(world.files.as_ref(), rules);
    Ok(Arc::new(members::with_members(rules, &[lives])?))
}
