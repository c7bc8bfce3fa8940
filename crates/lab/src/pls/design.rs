//! A checked specification turned into positions, so that estimation never looks up a name.

use std::ops::Range;

use super::{Mode, PlsError, Specification};

/// Positions of everything in a model. Item positions run block by block.
#[derive(Clone, Debug)]
pub(crate) struct Design {
    pub constructs: Vec<String>,
    pub items: Vec<String>,
    /// Item positions of each construct.
    pub blocks: Vec<Range<usize>>,
    pub modes: Vec<Mode>,
    /// Constructs with a path to each construct, in the order of the paths.
    pub parents: Vec<Vec<usize>>,
    /// Number of each parent's path, parallel to `parents`.
    pub parent_paths: Vec<Vec<usize>>,
    pub children: Vec<Vec<usize>>,
    pub paths: Vec<(usize, usize)>,
    /// Constructs such that every path leads forward.
    pub order: Vec<usize>,
    /// Pairs of constructs linked by at least one chain of paths, from and to.
    pub reachable: Vec<(usize, usize)>,
}

impl Design {
    pub fn new(specification: &Specification) -> Result<Self, PlsError> {
        specification.check()?;
        let order = specification.order()?;
        let size = specification.blocks.len();
        let mut blocks = Vec::with_capacity(size);
        let mut next = 0;
        for block in &specification.blocks {
            blocks.push(next..next + block.items.len());
            next += block.items.len();
        }
        let mut parents = vec![Vec::new(); size];
        let mut parent_paths = vec![Vec::new(); size];
        let mut children = vec![Vec::new(); size];
        for (path, &(from, to)) in specification.paths.iter().enumerate() {
            parents[to].push(from);
            parent_paths[to].push(path);
            children[from].push(to);
        }
        let mut reaches = vec![false; size * size];
        for &to in &order {
            for &parent in &parents[to] {
                reaches[parent * size + to] = true;
                for from in 0..size {
                    reaches[from * size + to] |= reaches[from * size + parent];
                }
            }
        }
        let pairs = (0..size).flat_map(|from| (0..size).map(move |to| (from, to)));
        Ok(Self {
            constructs: specification.blocks.iter().map(|b| b.name.clone()).collect(),
            items: specification.items().into_iter().map(str::to_owned).collect(),
            modes: specification.blocks.iter().map(|b| b.mode).collect(),
            paths: specification.paths.clone(),
            reachable: pairs.filter(|&(from, to)| reaches[from * size + to]).collect(),
            blocks,
            parents,
            parent_paths,
            children,
            order,
        })
    }

    pub fn size(&self) -> usize {
        self.constructs.len()
    }

    pub fn width(&self) -> usize {
        self.items.len()
    }

    /// Constructs that some path leads to.
    pub fn endogenous(&self) -> impl Iterator<Item = usize> + '_ {
        (0..self.size()).filter(|&construct| !self.parents[construct].is_empty())
    }

    /// Pairs of constructs, the later first, in row order of a lower triangle.
    pub fn pairs(&self) -> impl Iterator<Item = (usize, usize)> + '_ {
        (0..self.size()).flat_map(|a| (0..a).map(move |b| (a, b)))
    }
}
