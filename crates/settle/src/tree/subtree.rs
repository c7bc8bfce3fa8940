//! Whole subtrees, level by level, in the fastest way that the processor has.

use proof::charge::{ChargeLeaf, ChargeNode};

use super::lanes::{self, Group, Lanes};
use super::leaves::Leaf;
use super::salts::PlanSecret;

/// How hashes are made. Every way gives the same bytes.
#[derive(Clone, Copy, Debug)]
pub struct Engine(Kind);

#[derive(Clone, Copy, Debug)]
enum Kind {
    #[cfg(target_arch = "x86_64")]
    Avx512(lanes::avx512::Instructions),
    #[cfg(target_arch = "x86_64")]
    Pairs(lanes::pairs::Instructions),
    #[cfg(target_arch = "x86_64")]
    Avx2(lanes::avx2::Instructions),
    OneByOne,
}

impl Engine {
    /// All that work here, the fastest first.
    #[must_use]
    pub fn all() -> Vec<Self> {
        let mut all = vec![Kind::OneByOne];
        #[cfg(target_arch = "x86_64")]
        {
            if let Some(found) = lanes::avx2::Instructions::detect() {
                all.insert(0, Kind::Avx2(found));
            }
            if let Some(found) = lanes::pairs::Instructions::detect() {
                all.insert(0, Kind::Pairs(found));
            }
            if let Some(found) = lanes::avx512::Instructions::detect() {
                all.insert(0, Kind::Avx512(found));
            }
        }
        all.into_iter().map(Self).collect()
    }

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self.0 {
            #[cfg(target_arch = "x86_64")]
            Kind::Avx512(_) => "AVX-512, 16 at once",
            #[cfg(target_arch = "x86_64")]
            Kind::Pairs(_) => "SHA instructions, 2 at once",
            #[cfg(target_arch = "x86_64")]
            Kind::Avx2(_) => "AVX2, 8 at once",
            Kind::OneByOne => "one by one",
        }
    }

    /// Hashes at least `blocks` blocks and does nothing else: the floor of everything here. Gives
    /// how many, and a word of the outcome, so that the work is not left out.
    #[must_use]
    pub fn blocks(self, blocks: u32) -> (u32, u32) {
        match self.0 {
            #[cfg(target_arch = "x86_64")]
            Kind::Avx512(lanes) => {
                let each = blocks.div_ceil(16);
                (16 * each, lanes.blocks(each))
            }
            #[cfg(target_arch = "x86_64")]
            Kind::Pairs(lanes) => {
                let each = blocks.div_ceil(2);
                (2 * each, lanes.blocks(each))
            }
            #[cfg(target_arch = "x86_64")]
            Kind::Avx2(lanes) => {
                let each = blocks.div_ceil(8);
                (8 * each, lanes.blocks(each))
            }
            Kind::OneByOne => {
                let mut hasher = proof::Hasher::new();
                let block = [7; 64 * 64];
                (0..blocks.div_ceil(64)).for_each(|_| hasher.update(&block));
                let digest = hasher.finish().0;
                (blocks.next_multiple_of(64), u32::from(digest[0]))
            }
        }
    }
}

/// Memory that subtrees take one after the other.
#[derive(Debug, Default)]
pub(crate) struct Scratch {
    sixteen: Vec<Group<16>>,
    eight: Vec<Group<8>>,
    two: Vec<Group<2>>,
    nodes: Vec<ChargeNode>,
}

/// One level of a subtree while it is there: its height, how many nodes it has, and each of them.
pub(crate) struct Level<'a> {
    pub height: u32,
    pub len: usize,
    node: &'a dyn Fn(usize) -> ChargeNode,
}

impl Level<'_> {
    pub fn node(&self, at: usize) -> ChargeNode {
        (self.node)(at)
    }
}

/// Makes the salts and hashes of one period.
#[derive(Clone, Debug)]
pub(crate) struct Hashing {
    pub engine: Engine,
    pub secret: PlanSecret,
    pub period: u32,
}

impl Hashing {
    /// Works out the subtree of `leaves` up to `height` levels above them, and shows every level
    /// from the leaves up.
    pub fn subtree(
        &self,
        leaves: &[Leaf],
        height: u32,
        scratch: &mut Scratch,
        see: &mut dyn FnMut(&Level<'_>),
    ) {
        let Scratch { sixteen, eight, two, nodes } = scratch;
        // Lanes work on perfect subtrees; the one at the end of the tree is made one by one.
        let perfect = leaves.len().is_power_of_two();
        let done = match self.engine.0 {
            #[cfg(target_arch = "x86_64")]
            Kind::Avx512(lanes) if perfect && leaves.len() >= 16 => {
                self.in_lanes(lanes, leaves, height, sixteen, nodes, see)
            }
            #[cfg(target_arch = "x86_64")]
            Kind::Pairs(lanes) if perfect && leaves.len() >= 2 => {
                self.in_lanes(lanes, leaves, height, two, nodes, see)
            }
            #[cfg(target_arch = "x86_64")]
            Kind::Avx2(lanes) if perfect && leaves.len() >= 8 => {
                self.in_lanes(lanes, leaves, height, eight, nodes, see)
            }
            _ => {
                let _ = (sixteen, eight, two, perfect);
                nodes.clear();
                nodes.extend(leaves.iter().map(|leaf| self.leaf(leaf)));
                0
            }
        };
        fold(nodes, done, height, see);
    }

    /// The levels that are made in lanes; gives the height reached, whose nodes are in `nodes`.
    fn in_lanes<const L: usize>(
        &self,
        lanes: impl Lanes<L>,
        leaves: &[Leaf],
        height: u32,
        groups: &mut Vec<Group<L>>,
        nodes: &mut Vec<ChargeNode>,
        see: &mut dyn FnMut(&Level<'_>),
    ) -> u32 {
        groups.clear();
        lanes.leaves(&self.secret.words(), self.period, leaves, groups);
        let mut reached = 0;
        loop {
            let node = |at: usize| groups[at / L].node(at % L, 1 << reached);
            if groups.len() == 1 || reached == height {
                // The next levels begin with this one.
                nodes.clear();
                nodes.extend((0..groups.len() * L).map(node));
                return reached;
            }
            see(&Level { height: reached, len: groups.len() * L, node: &node });
            lanes.parents(groups, 1 << reached);
            reached += 1;
        }
    }

    /// One leaf.
    pub fn leaf(&self, leaf: &Leaf) -> ChargeNode {
        let node = self.proved(leaf).node();
        node.expect("charges were summed within the limit before the tree is made")
    }

    /// One leaf with its salt.
    pub fn proved(&self, leaf: &Leaf) -> ChargeLeaf {
        let Leaf { member, class, charge } = *leaf;
        ChargeLeaf { salt: self.secret.salt(self.period, member), member, class, charge }
    }
}

/// Joins nodes of one height two by two, up to another height; the last one without a neighbour
/// goes up as it is. Shows every level, the lowest included.
pub(crate) fn fold(
    nodes: &mut Vec<ChargeNode>,
    from: u32,
    to: u32,
    see: &mut dyn FnMut(&Level<'_>),
) {
    for height in from..=to {
        see(&Level { height, len: nodes.len(), node: &|at| nodes[at] });
        if height == to {
            return;
        }
        let pairs = nodes.len().div_ceil(2);
        for at in 0..pairs {
            nodes[at] = match nodes.get(2 * at + 1) {
                Some(right) => ChargeNode::join(&nodes[2 * at], right)
                    .expect("counts and sums of the whole are within the limit"),
                None => nodes[2 * at],
            };
        }
        nodes.truncate(pairs);
    }
}
