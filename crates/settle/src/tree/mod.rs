//! The tree of a period's charges at scale: built off the ordering path, kept small, asked for one
//! member's proof at a time. What a leaf and a node are is [`proof::charge`]'s.
//!
//! Of a built tree only the roots of small subtrees are kept, and of them every few levels one; a
//! proof works the one subtree out again in which its leaf stands. Leaves follow from the roll, of
//! which nothing is copied, so that memory beside the roll is that of the kept levels.

mod lanes;
mod leaves;
mod salts;
mod subtree;

use proof::charge::{ChargeNode, Sibling};
use proof::receipt::ProvedCharge;
use rayon::prelude::*;
use rules::State;
use rules::roll::Roll;

use crate::error::SettleError;
use leaves::{Leaf, Leaves};
use subtree::{Hashing, Level, Scratch, fold};

pub use salts::{PlanSecret, SECRET_BYTES};
pub use subtree::Engine;

/// Leaves of one task while a tree is built: their nodes fit the second level of cache.
const TASK_HEIGHT: u32 = 13;

/// Levels from one that is kept to the next: a proof joins the 64 nodes between them again.
const STRIDE: u32 = 6;

/// What of a tree is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Keep(u32);

impl Keep {
    /// Roots of subtrees of 2^height leaves, and of every sixth level above. A proof hashes
    /// 2^height leaves again.
    ///
    /// `None` above 2^13 leaves, of which one task makes the subtrees.
    #[must_use]
    pub fn from_height(height: u32) -> Option<Self> {
        (height <= TASK_HEIGHT).then_some(Self(height))
    }
}

impl Default for Keep {
    /// Subtrees of 512 leaves: 8 MB and some fifty microseconds a proof at a hundred million.
    fn default() -> Self {
        Self(9)
    }
}

/// A node without its count, which follows from its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Kept {
    hash: proof::Digest,
    sum: u64,
}

/// The nodes of one height.
#[derive(Clone, Debug)]
struct Stage {
    height: u32,
    nodes: Vec<Kept>,
}

/// The tree of one period.
#[derive(Clone, Debug)]
pub struct PeriodTree {
    hashing: Hashing,
    leaves: Leaves,
    /// From the lowest kept level to the one with a single node; empty without leaves.
    stages: Vec<Stage>,
    root: ChargeNode,
}

impl PeriodTree {
    /// Builds the tree of a charged period on the threads of the current `rayon` pool, in the
    /// fastest way that the processor has. It may be built at any later time: nobody's charge
    /// changes after the closing.
    ///
    /// # Errors
    /// When the period is not charged, has more rates than a leaf can name, or the roll disagrees
    /// with what the rules concluded.
    pub fn build(
        state: &State,
        period: u32,
        secret: &PlanSecret,
        keep: Keep,
    ) -> Result<Self, SettleError> {
        Self::build_with(state, period, secret, keep, Engine::all()[0])
    }

    /// The same in a way that the caller chooses.
    ///
    /// # Errors
    /// As [`PeriodTree::build`].
    pub fn build_with(
        state: &State,
        period: u32,
        secret: &PlanSecret,
        keep: Keep,
        engine: Engine,
    ) -> Result<Self, SettleError> {
        let leaves = Leaves::of(state, period)?;
        let hashing = Hashing { engine, secret: secret.clone(), period };
        let task = 1_usize << TASK_HEIGHT;
        let tasks = (0..leaves.len().div_ceil(task)).into_par_iter();
        let memory = || (Scratch::default(), vec![Leaf::default(); task]);
        let nodes = tasks.map_init(memory, |(scratch, buffer), number| {
            let from = number * task;
            let buffer = &mut buffer[..task.min(leaves.len() - from)];
            leaves.fill(state.roll(), from, buffer);
            let mut kept = Vec::with_capacity(1 << (TASK_HEIGHT - keep.0));
            hashing.subtree(buffer, keep.0, scratch, &mut |level| {
                if level.height == keep.0 {
                    kept.extend((0..level.len).map(|at| Kept::from(level.node(at))));
                }
            });
            kept
        });
        let nodes: Vec<Vec<Kept>> = nodes.collect();
        let mut tree = Self { hashing, leaves, stages: Vec::new(), root: ChargeNode::empty() };
        tree.raise(keep.0, nodes.concat());
        Ok(tree)
    }

    /// Adds the stages from the lowest to the root.
    fn raise(&mut self, height: u32, nodes: Vec<Kept>) {
        let mut stage = Stage { height, nodes };
        while stage.nodes.len() > 1 {
            let height = stage.height + STRIDE;
            let mut nodes = Vec::with_capacity(stage.nodes.len().div_ceil(1 << STRIDE));
            for from in (0..stage.nodes.len()).step_by(1 << STRIDE) {
                let mut children = self.children(&stage, from);
                fold(&mut children, stage.height, height, &mut |_| {});
                nodes.push(children[0].into());
            }
            self.stages.push(core::mem::replace(&mut stage, Stage { height, nodes }));
        }
        if let Some(root) = stage.nodes.first() {
            self.root =
                ChargeNode { hash: root.hash, count: self.leaves.len() as u64, sum: root.sum };
            self.stages.push(stage);
        }
    }

    /// The nodes of a stage from one place on that have the same node of the next stage above.
    fn children(&self, stage: &Stage, from: usize) -> Vec<ChargeNode> {
        let end = stage.nodes.len().min(from + (1 << STRIDE));
        let nodes = stage.nodes[from..end].iter().zip(from..);
        let all = self.leaves.len() as u64;
        let node = |(kept, at): (&Kept, usize)| {
            let count = (all - ((at as u64) << stage.height)).min(1 << stage.height);
            ChargeNode { hash: kept.hash, count, sum: kept.sum }
        };
        nodes.map(node).collect()
    }

    /// The period.
    #[must_use]
    pub fn period(&self) -> u32 {
        self.hashing.period
    }

    /// The root with the number of sharers and the sum of their charges.
    #[must_use]
    pub fn root(&self) -> ChargeNode {
        self.root
    }

    /// Bytes that are kept beside the roll.
    #[must_use]
    pub fn bytes_kept(&self) -> usize {
        let stages = self.stages.iter().map(|stage| size_of_val(stage.nodes.as_slice()));
        stages.sum::<usize>() + self.leaves.bytes()
    }

    /// The charge of one member with its path. `roll` is the one of which the tree was built, or a
    /// later one of the same plan.
    ///
    /// # Errors
    /// [`SettleError::NotASharer`].
    pub fn prove(&self, roll: &Roll, member: u32) -> Result<ProvedCharge, SettleError> {
        let period = self.hashing.period;
        let index = self.leaves.index_of(roll, member);
        let index = index.ok_or(SettleError::NotASharer { member, period })?;
        let lowest = self.stages.first().map_or(0, |stage| stage.height);
        let from = index >> lowest << lowest;
        let mut subtree = vec![Leaf::default(); (self.leaves.len() - from).min(1 << lowest)];
        self.leaves.fill(roll, from, &mut subtree);
        let leaf = self.hashing.proved(&subtree[index - from]);
        let mut path = Path { at: index - from, siblings: Vec::new() };
        let scratch = &mut Scratch::default();
        self.hashing.subtree(&subtree, lowest, scratch, &mut |level| path.pass(level, lowest));
        for stage in self.stages.iter().take(self.stages.len() - 1) {
            let place = index >> stage.height;
            let from = place >> STRIDE << STRIDE;
            let mut children = self.children(stage, from);
            path.at = place - from;
            let top = stage.height + STRIDE;
            fold(&mut children, stage.height, top, &mut |level| path.pass(level, top));
        }
        let path = path.siblings;
        Ok(ProvedCharge { index: index as u64, leaf, path })
    }
}

/// The siblings on the way up from a leaf, while the levels of a subtree pass by.
struct Path {
    /// Place of the leaf, or of the node above it, in the subtree.
    at: usize,
    siblings: Vec<Sibling>,
}

impl Path {
    /// Takes the sibling on a level below `top`, unless the node goes up alone.
    fn pass(&mut self, level: &Level<'_>, top: u32) {
        if level.height == top {
            return;
        }
        if self.at ^ 1 < level.len {
            let node = level.node(self.at ^ 1);
            self.siblings.push(Sibling { hash: node.hash, sum: node.sum });
        }
        self.at >>= 1;
    }
}

impl From<ChargeNode> for Kept {
    fn from(node: ChargeNode) -> Self {
        Self { hash: node.hash, sum: node.sum }
    }
}
