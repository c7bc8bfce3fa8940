//! Two messages at a time with the instructions that a processor has for SHA-256.
//!
//! Each of these waits for the one before it, so that a single message leaves half of the unit
//! idle; the steps of two messages stand between each other here.

use core::arch::x86_64::*;

use super::super::leaves::Leaf;
use super::super::salts::SALT_TAG;
use super::{Group, Lanes, ROUND, START};

const LANES: usize = 2;

/// Four words of a message each, the first in the lowest lane.
type Words = __m128i;

/// A block of each message, four words at a time.
type Blocks = [[Words; 4]; LANES];

/// These instructions, where the processor has them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Instructions(());

impl Instructions {
    /// Asks the processor.
    pub fn detect() -> Option<Self> {
        let has = is_x86_feature_detected!("sha") && is_x86_feature_detected!("sse4.1");
        (has && is_x86_feature_detected!("ssse3")).then_some(Self(()))
    }
}

#[inline]
#[target_feature(enable = "sha,sse4.1,ssse3")]
fn four(words: [u32; 4]) -> Words {
    let [a, b, c, d] = words.map(u32::cast_signed);
    _mm_set_epi32(d, c, b, a)
}

/// Hash values in the order of the instructions: A, B, E, F and C, D, G, H from the highest lane.
#[inline]
#[target_feature(enable = "sha,sse4.1,ssse3")]
fn start() -> [Words; 2] {
    let [a, b, c, d, e, f, g, h] = START;
    [four([f, e, b, a]), four([h, g, d, c])]
}

#[inline]
#[target_feature(enable = "sha,sse4.1,ssse3")]
fn compress(states: &mut [[Words; 2]; LANES], blocks: Blocks) {
    let (before, mut w) = (*states, blocks);
    for step in 0..16 {
        let constants = core::array::from_fn(|at| ROUND[4 * step + at]);
        let constants = four(constants);
        for (w, [abef, cdgh]) in w.iter_mut().zip(states.iter_mut()) {
            let at = step % 4;
            if step >= 4 {
                let (next, last) = (w[(at + 1) % 4], w[(at + 3) % 4]);
                let shifted = _mm_alignr_epi8::<4>(last, w[(at + 2) % 4]);
                let sum = _mm_add_epi32(_mm_sha256msg1_epu32(w[at], next), shifted);
                w[at] = _mm_sha256msg2_epu32(sum, last);
            }
            let round = _mm_add_epi32(w[at], constants);
            *cdgh = _mm_sha256rnds2_epu32(*cdgh, *abef, round);
            *abef = _mm_sha256rnds2_epu32(*abef, *cdgh, _mm_shuffle_epi32::<0x0e>(round));
        }
    }
    for (state, before) in states.iter_mut().zip(before) {
        for (half, before) in state.iter_mut().zip(before) {
            *half = _mm_add_epi32(*half, before);
        }
    }
}

/// The hashes of two messages that are these blocks, their words in order.
#[inline]
#[target_feature(enable = "sha,sse4.1,ssse3")]
fn hashes<const BLOCKS: usize>(blocks: [Blocks; BLOCKS]) -> [[Words; 2]; LANES] {
    let mut states = [start(); LANES];
    for block in blocks {
        compress(&mut states, block);
    }
    for [abef, cdgh] in &mut states {
        let first = _mm_unpackhi_epi64(*cdgh, *abef);
        let last = _mm_unpacklo_epi64(*cdgh, *abef);
        (*abef, *cdgh) = (_mm_shuffle_epi32::<0x1b>(first), _mm_shuffle_epi32::<0x1b>(last));
    }
    states
}

/// The words of a message that begins with a byte and then has these words.
#[inline]
#[target_feature(enable = "sha,sse4.1,ssse3")]
fn after_tag<const WORDS: usize>(tag: u8, words: [Words; WORDS]) -> [Words; WORDS] {
    let mut before = four([0, 0, 0, u32::from(tag)]);
    words.map(|words| {
        let shifted = _mm_alignr_epi8::<12>(words, before);
        before = words;
        _mm_or_si128(_mm_slli_epi32::<24>(shifted), _mm_srli_epi32::<8>(words))
    })
}

/// The last words of a message of so many bytes.
#[inline]
#[target_feature(enable = "sha,sse4.1,ssse3")]
fn length(bytes: u32) -> Words {
    four([0, 0, 0, bytes * 8])
}

#[inline]
#[target_feature(enable = "sha,sse4.1,ssse3")]
fn leaf_pair(secret: &[u32; 8], period: u32, leaves: [&Leaf; LANES]) -> Group<LANES> {
    let [a, b, c, d, e, f, g, h] = *secret;
    let secret = [four([a, b, c, d]), four([e, f, g, h])];
    let salts = hashes([leaves.map(|leaf| {
        let end = four([period, leaf.member, 0x80 << 24, 0]);
        let [first, second, third] = after_tag(SALT_TAG, [secret[0], secret[1], end]);
        [first, second, third, length(41)]
    })]);
    let mut messages = [[length(47); 4]; LANES];
    for ((message, salt), leaf) in messages.iter_mut().zip(salts).zip(leaves) {
        // Class and charge are ten bytes: two words and a half.
        let class = u32::from(leaf.class) << 16 | (leaf.charge >> 48) as u32;
        let charge = [(leaf.charge >> 16) as u32, (leaf.charge as u32) << 16];
        let end = four([leaf.member, class, charge[0], charge[1]]);
        let [first, second, third] = after_tag(2, [salt[0], salt[1], end]);
        message[..3].copy_from_slice(&[first, second, _mm_or_si128(third, four([0, 0, 0, 0x80]))]);
    }
    group(hashes([messages]), leaves.map(|leaf| leaf.charge))
}

#[inline]
#[target_feature(enable = "sha,sse4.1,ssse3")]
fn parent_pair(children: [&Group<LANES>; LANES], count: u64) -> Group<LANES> {
    let mut blocks = [[[length(97); 4]; LANES]; 2];
    for (lane, child) in children.into_iter().enumerate() {
        let [left, right] = nodes(child);
        let [left_end, right_end] =
            child.sum.map(|sum| four([count >> 32, count, sum >> 32, sum].map(|half| half as u32)));
        let end = four([0x80 << 24, 0, 0, 0]);
        let words = [left[0], left[1], left_end, right[0], right[1], right_end, end];
        let [a, b, c, d, e, f, g] = after_tag(3, words);
        blocks[0][lane] = [a, b, c, d];
        blocks[1][lane] = [e, f, g, length(97)];
    }
    group(hashes(blocks), children.map(|child| child.sum[0] + child.sum[1]))
}

/// The words of both hashes of a group.
#[inline]
#[target_feature(enable = "sha,sse4.1,ssse3")]
fn nodes(group: &Group<LANES>) -> [[Words; 2]; LANES] {
    // SAFETY: both are 64 bytes without anything between them, and every value is one.
    let pairs = unsafe { core::mem::transmute::<[[u32; LANES]; 8], [__m128; 4]>(group.hash) };
    let half = |at: usize| (pairs[at], pairs[at + 1]);
    let left = |(a, b)| _mm_castps_si128(_mm_shuffle_ps::<0x88>(a, b));
    let right = |(a, b)| _mm_castps_si128(_mm_shuffle_ps::<0xdd>(a, b));
    [[left(half(0)), left(half(2))], [right(half(0)), right(half(2))]]
}

#[inline]
#[target_feature(enable = "sha,sse4.1,ssse3")]
fn group([left, right]: [[Words; 2]; LANES], sum: [u64; LANES]) -> Group<LANES> {
    let low = |at: usize| _mm_unpacklo_epi32(left[at], right[at]);
    let high = |at: usize| _mm_unpackhi_epi32(left[at], right[at]);
    let pairs = [low(0), high(0), low(1), high(1)];
    // SAFETY: as in `nodes`.
    let hash = unsafe { core::mem::transmute::<[Words; 4], [[u32; LANES]; 8]>(pairs) };
    Group { hash, sum }
}

#[target_feature(enable = "sha,sse4.1,ssse3")]
fn all_leaves(secret: &[u32; 8], period: u32, leaves: &[Leaf], out: &mut Vec<Group<LANES>>) {
    for pair in leaves.chunks_exact(LANES) {
        out.push(leaf_pair(secret, period, [&pair[0], &pair[1]]));
    }
}

#[target_feature(enable = "sha,sse4.1,ssse3")]
fn all_parents(groups: &mut Vec<Group<LANES>>, count: u64) {
    for at in 0..groups.len() / 2 {
        groups[at] = parent_pair([&groups[2 * at], &groups[2 * at + 1]], count);
    }
    groups.truncate(groups.len() / 2);
}

#[target_feature(enable = "sha,sse4.1,ssse3")]
fn all_blocks(blocks: u32) -> u32 {
    let mut states = [start(); LANES];
    let block = [[length(7); 4]; LANES];
    (0..blocks).for_each(|_| compress(&mut states, block));
    _mm_extract_epi32::<0>(_mm_xor_si128(states[0][0], states[1][0])).cast_unsigned()
}

// SAFETY of all calls: an `Instructions` exists only where `detect` found what is needed.
impl Lanes<LANES> for Instructions {
    fn leaves(self, secret: &[u32; 8], period: u32, leaves: &[Leaf], out: &mut Vec<Group<LANES>>) {
        unsafe { all_leaves(secret, period, leaves, out) }
    }

    fn parents(self, groups: &mut Vec<Group<LANES>>, count: u64) {
        unsafe { all_parents(groups, count) }
    }

    fn blocks(self, blocks: u32) -> u32 {
        unsafe { all_blocks(blocks) }
    }
}
