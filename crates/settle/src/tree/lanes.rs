//! SHA-256 (FIPS 180-4) of many leaves or nodes at once, one in each lane of a vector.
//!
//! The messages have fixed lengths, so their words are shifted together from vectors that are there
//! already: salts go into leaves and hashes into nodes without leaving the registers' layout. What
//! comes out is what [`proof::charge`] makes one by one; tests compare them.
//!
//! `kernel!` writes the same code for each kind of vector; `avx512` and `avx2` say what their
//! instructions are, and `pairs` has those made for SHA-256. This is the one place of the crate
//! with `unsafe`: the calls of functions that
//! need instructions which the processor was asked for, and two vectors seen as arrays.

#[cfg(target_arch = "x86_64")]
pub(crate) mod pairs;

use proof::Digest;
use proof::charge::ChargeNode;

use super::leaves::Leaf;

/// Hash values of nothing (FIPS 180-4, 5.3.3).
const START: [u32; 8] = [
    0x6a09_e667,
    0xbb67_ae85,
    0x3c6e_f372,
    0xa54f_f53a,
    0x510e_527f,
    0x9b05_688c,
    0x1f83_d9ab,
    0x5be0_cd19,
];

/// The constants of the rounds (FIPS 180-4, 4.2.2).
#[rustfmt::skip]
const ROUND: [u32; 64] = [
    0x428a_2f98, 0x7137_4491, 0xb5c0_fbcf, 0xe9b5_dba5, 0x3956_c25b, 0x59f1_11f1, 0x923f_82a4,
    0xab1c_5ed5, 0xd807_aa98, 0x1283_5b01, 0x2431_85be, 0x550c_7dc3, 0x72be_5d74, 0x80de_b1fe,
    0x9bdc_06a7, 0xc19b_f174, 0xe49b_69c1, 0xefbe_4786, 0x0fc1_9dc6, 0x240c_a1cc, 0x2de9_2c6f,
    0x4a74_84aa, 0x5cb0_a9dc, 0x76f9_88da, 0x983e_5152, 0xa831_c66d, 0xb003_27c8, 0xbf59_7fc7,
    0xc6e0_0bf3, 0xd5a7_9147, 0x06ca_6351, 0x1429_2967, 0x27b7_0a85, 0x2e1b_2138, 0x4d2c_6dfc,
    0x5338_0d13, 0x650a_7354, 0x766a_0abb, 0x81c2_c92e, 0x9272_2c85, 0xa2bf_e8a1, 0xa81a_664b,
    0xc24b_8b70, 0xc76c_51a3, 0xd192_e819, 0xd699_0624, 0xf40e_3585, 0x106a_a070, 0x19a4_c116,
    0x1e37_6c08, 0x2748_774c, 0x34b0_bcb5, 0x391c_0cb3, 0x4ed8_aa4a, 0x5b9c_ca4f, 0x682e_6ff3,
    0x748f_82ee, 0x78a5_636f, 0x84c8_7814, 0x8cc7_0208, 0x90be_fffa, 0xa450_6ceb, 0xbef9_a3f7,
    0xc671_78f2,
];

/// As many nodes of one level, next to each other, as a vector has lanes: words of their hashes
/// and their sums.
#[derive(Clone, Copy, Debug)]
#[repr(align(64))]
pub(crate) struct Group<const L: usize> {
    hash: [[u32; L]; 8],
    sum: [u64; L],
}

impl<const L: usize> Group<L> {
    /// The node in one lane; `count` is the leaves under each.
    pub fn node(&self, lane: usize, count: u64) -> ChargeNode {
        let mut hash = Digest([0; 32]);
        for (bytes, word) in hash.0.chunks_mut(4).zip(&self.hash) {
            bytes.copy_from_slice(&word[lane].to_be_bytes());
        }
        ChargeNode { hash, count, sum: self.sum[lane] }
    }
}

/// Hashes with one kind of vector of `L` lanes. It exists only where its instructions do.
pub(crate) trait Lanes<const L: usize>: Copy {
    /// The leaves, whose number is one of whole groups.
    fn leaves(self, secret: &[u32; 8], period: u32, leaves: &[Leaf], out: &mut Vec<Group<L>>);
    /// The nodes over pairs of groups, in the place of the first half of them; `count` is the
    /// leaves under each child.
    fn parents(self, groups: &mut Vec<Group<L>>, count: u64);
    /// Hashes so many blocks in each lane, each after the one before: what everything here is
    /// measured by.
    fn blocks(self, blocks: u32) -> u32;
}

#[cfg(target_arch = "x86_64")]
macro_rules! kernel {
    ($features:literal, $lanes:literal) => {
        use super::super::leaves::Leaf;
        use super::super::salts::SALT_TAG;
        use super::{Group, Lanes, ROUND, START};

        #[inline]
        #[target_feature(enable = $features)]
        fn compress(state: [Vector; 8], mut w: [Vector; 16]) -> [Vector; 8] {
            let [mut a, mut b, mut c, mut d, mut e, mut f, mut g, mut h] = state;
            for sixteen in 0..4 {
                for i in 0..16 {
                    if sixteen > 0 {
                        let (w15, w2) = (w[(i + 1) % 16], w[(i + 14) % 16]);
                        let s0 = xor3(rotated::<7>(w15), rotated::<18>(w15), right::<3>(w15));
                        let s1 = xor3(rotated::<17>(w2), rotated::<19>(w2), right::<10>(w2));
                        w[i] = add(add(w[i], s0), add(w[(i + 9) % 16], s1));
                    }
                    let s1 = xor3(rotated::<6>(e), rotated::<11>(e), rotated::<25>(e));
                    let round = add(w[i], splat(ROUND[16 * sixteen + i]));
                    let t1 = add(add(h, s1), add(choice(e, f, g), round));
                    let s0 = xor3(rotated::<2>(a), rotated::<13>(a), rotated::<22>(a));
                    let t2 = add(s0, majority(a, b, c));
                    (h, g, f, e, d, c, b, a) = (g, f, e, add(d, t1), c, b, a, add(t1, t2));
                }
            }
            let mut sum = [a, b, c, d, e, f, g, h];
            for (word, before) in sum.iter_mut().zip(state) {
                *word = add(*word, before);
            }
            sum
        }

        /// The words of a message that begins with a byte and then has these words: each word of
        /// the message is put together of two.
        #[inline]
        #[target_feature(enable = $features)]
        fn after_tag(tag: u8, words: &[Vector], message: &mut [Vector]) {
            let mut before = splat(u32::from(tag));
            for (place, word) in message.iter_mut().zip(words) {
                *place = or(left::<24>(before), right::<8>(*word));
                before = *word;
            }
        }

        #[inline]
        #[target_feature(enable = $features)]
        fn salts(secret: &[u32; 8], period: u32, member: Vector) -> [Vector; 8] {
            let mut words = [splat(period); 10];
            for (word, secret) in words.iter_mut().zip(secret) {
                *word = splat(*secret);
            }
            words[9] = member;
            let mut message = [splat(0); 16];
            after_tag(SALT_TAG, &words, &mut message);
            message[10] = or(left::<24>(member), splat(0x80 << 16));
            message[15] = splat(41 * 8);
            compress(START.map(|word| splat(word)), message)
        }

        #[target_feature(enable = $features)]
        fn leaf_group(secret: &[u32; 8], period: u32, leaves: &[Leaf]) -> Group<$lanes> {
            let mut sum = [0; $lanes];
            let (mut member, mut ends) = ([0; $lanes], [[0; $lanes]; 3]);
            for (lane, leaf) in leaves.iter().enumerate().take($lanes) {
                sum[lane] = leaf.charge;
                member[lane] = leaf.member;
                // Class and charge are ten bytes: two words and a half.
                ends[0][lane] = u32::from(leaf.class) << 16 | (leaf.charge >> 48) as u32;
                ends[1][lane] = (leaf.charge >> 16) as u32;
                ends[2][lane] = (leaf.charge as u32) << 16;
            }
            let member = load(member);
            let salt = salts(secret, period, member);
            let mut words = [member; 12];
            words[..8].copy_from_slice(&salt);
            for (word, end) in words[9..].iter_mut().zip(ends) {
                *word = load(end);
            }
            let mut message = [splat(0); 16];
            after_tag(2, &words, &mut message);
            message[11] = or(message[11], splat(0x80));
            message[15] = splat(47 * 8);
            let hash = compress(START.map(|word| splat(word)), message);
            Group { hash: hash.map(|word| store(word)), sum }
        }

        #[target_feature(enable = $features)]
        fn parent_group(left: &Group<$lanes>, right: &Group<$lanes>, count: u64) -> Group<$lanes> {
            let (mut l, mut r) = ([0; $lanes], [0; $lanes]);
            for (half, child) in [left, right].into_iter().enumerate() {
                for (lane, pair) in child.sum.chunks_exact(2).enumerate() {
                    (l[half * $lanes / 2 + lane], r[half * $lanes / 2 + lane]) = (pair[0], pair[1]);
                }
            }
            let mut words = [splat(0); 24];
            for (at, (first, second)) in left.hash.iter().zip(&right.hash).enumerate() {
                (words[at], words[12 + at]) = even_and_odd(load(*first), load(*second));
            }
            for (sums, words) in [l, r].iter().zip(words.chunks_exact_mut(12)) {
                words[8] = splat((count >> 32) as u32);
                words[9] = splat(count as u32);
                words[10] = load(sums.map(|sum| (sum >> 32) as u32));
                words[11] = load(sums.map(|sum| sum as u32));
            }
            let mut message = [splat(0); 32];
            after_tag(3, &words, &mut message);
            message[24] = or(self::left::<24>(words[23]), splat(0x80 << 16));
            message[31] = splat(97 * 8);
            let (first, second) = message.split_at(16);
            let mut hash = START.map(|word| splat(word));
            for block in [first, second] {
                hash = compress(hash, block.try_into().expect("a block has sixteen words"));
            }
            let sum = core::array::from_fn(|lane| l[lane] + r[lane]);
            Group { hash: hash.map(|word| store(word)), sum }
        }

        #[target_feature(enable = $features)]
        fn all_leaves(
            secret: &[u32; 8],
            period: u32,
            leaves: &[Leaf],
            out: &mut Vec<Group<$lanes>>,
        ) {
            let groups = leaves.chunks_exact($lanes);
            out.extend(groups.map(|leaves| leaf_group(secret, period, leaves)));
        }

        #[target_feature(enable = $features)]
        fn all_parents(groups: &mut Vec<Group<$lanes>>, count: u64) {
            for at in 0..groups.len() / 2 {
                groups[at] = parent_group(&groups[2 * at], &groups[2 * at + 1], count);
            }
            groups.truncate(groups.len() / 2);
        }

        #[target_feature(enable = $features)]
        fn all_blocks(blocks: u32) -> u32 {
            let mut state = START.map(|word| splat(word));
            for _ in 0..blocks {
                let mut message = [state[0]; 16];
                message[..8].copy_from_slice(&state);
                state = compress(state, message);
            }
            store(state[0])[0]
        }

        impl Instructions {
            /// This kind of vector, where the processor has it.
            pub fn detect() -> Option<Self> {
                Self::are_there().then_some(Self(()))
            }
        }

        // SAFETY of all calls: an `Instructions` exists only where `detect` found what is needed.
        impl Lanes<$lanes> for Instructions {
            fn leaves(
                self,
                secret: &[u32; 8],
                period: u32,
                leaves: &[Leaf],
                out: &mut Vec<Group<$lanes>>,
            ) {
                unsafe { all_leaves(secret, period, leaves, out) }
            }

            fn parents(self, groups: &mut Vec<Group<$lanes>>, count: u64) {
                unsafe { all_parents(groups, count) }
            }

            fn blocks(self, blocks: u32) -> u32 {
                unsafe { all_blocks(blocks) }
            }
        }
    };
}

#[cfg(target_arch = "x86_64")]
pub(crate) mod avx512 {
    //! Sixteen lanes, with rotations and any function of three bits as one instruction.

    use core::arch::x86_64::*;

    type Vector = __m512i;

    /// Proof that the processor has what the functions here need.
    #[derive(Clone, Copy, Debug)]
    pub struct Instructions(());

    impl Instructions {
        fn are_there() -> bool {
            std::arch::is_x86_feature_detected!("avx512f")
        }
    }

    kernel!("avx512f", 16);

    #[inline]
    #[target_feature(enable = "avx512f")]
    fn load(lanes: [u32; 16]) -> Vector {
        // SAFETY: both are 64 bytes, and every pattern of bits is a value of either.
        unsafe { core::mem::transmute(lanes) }
    }

    #[inline]
    #[target_feature(enable = "avx512f")]
    fn store(vector: Vector) -> [u32; 16] {
        // SAFETY: as in `load`.
        unsafe { core::mem::transmute(vector) }
    }

    #[inline]
    #[target_feature(enable = "avx512f")]
    fn splat(word: u32) -> Vector {
        _mm512_set1_epi32(word.cast_signed())
    }

    #[inline]
    #[target_feature(enable = "avx512f")]
    fn add(a: Vector, b: Vector) -> Vector {
        _mm512_add_epi32(a, b)
    }

    #[inline]
    #[target_feature(enable = "avx512f")]
    fn or(a: Vector, b: Vector) -> Vector {
        _mm512_or_si512(a, b)
    }

    #[inline]
    #[target_feature(enable = "avx512f")]
    fn left<const BITS: u32>(a: Vector) -> Vector {
        _mm512_slli_epi32::<BITS>(a)
    }

    #[inline]
    #[target_feature(enable = "avx512f")]
    fn right<const BITS: u32>(a: Vector) -> Vector {
        _mm512_srli_epi32::<BITS>(a)
    }

    #[inline]
    #[target_feature(enable = "avx512f")]
    fn rotated<const BITS: i32>(a: Vector) -> Vector {
        _mm512_ror_epi32::<BITS>(a)
    }

    #[inline]
    #[target_feature(enable = "avx512f")]
    fn xor3(a: Vector, b: Vector, c: Vector) -> Vector {
        _mm512_ternarylogic_epi32::<0x96>(a, b, c)
    }

    #[inline]
    #[target_feature(enable = "avx512f")]
    fn choice(a: Vector, b: Vector, c: Vector) -> Vector {
        _mm512_ternarylogic_epi32::<0xca>(a, b, c)
    }

    #[inline]
    #[target_feature(enable = "avx512f")]
    fn majority(a: Vector, b: Vector, c: Vector) -> Vector {
        _mm512_ternarylogic_epi32::<0xe8>(a, b, c)
    }

    #[inline]
    #[target_feature(enable = "avx512f")]
    fn even_and_odd(a: Vector, b: Vector) -> (Vector, Vector) {
        let even = load(core::array::from_fn(|lane| 2 * lane as u32));
        let odd = load(core::array::from_fn(|lane| 2 * lane as u32 + 1));
        (_mm512_permutex2var_epi32(a, even, b), _mm512_permutex2var_epi32(a, odd, b))
    }
}

#[cfg(target_arch = "x86_64")]
pub(crate) mod avx2 {
    //! Eight lanes; for processors that have no instructions for SHA-256.

    use core::arch::x86_64::*;

    type Vector = __m256i;

    /// Proof that the processor has what the functions here need.
    #[derive(Clone, Copy, Debug)]
    pub struct Instructions(());

    impl Instructions {
        fn are_there() -> bool {
            std::arch::is_x86_feature_detected!("avx2")
        }
    }

    kernel!("avx2", 8);

    #[inline]
    #[target_feature(enable = "avx2")]
    fn load(lanes: [u32; 8]) -> Vector {
        // SAFETY: both are 32 bytes, and every pattern of bits is a value of either.
        unsafe { core::mem::transmute(lanes) }
    }

    #[inline]
    #[target_feature(enable = "avx2")]
    fn store(vector: Vector) -> [u32; 8] {
        // SAFETY: as in `load`.
        unsafe { core::mem::transmute(vector) }
    }

    #[inline]
    #[target_feature(enable = "avx2")]
    fn splat(word: u32) -> Vector {
        _mm256_set1_epi32(word.cast_signed())
    }

    #[inline]
    #[target_feature(enable = "avx2")]
    fn add(a: Vector, b: Vector) -> Vector {
        _mm256_add_epi32(a, b)
    }

    #[inline]
    #[target_feature(enable = "avx2")]
    fn or(a: Vector, b: Vector) -> Vector {
        _mm256_or_si256(a, b)
    }

    #[inline]
    #[target_feature(enable = "avx2")]
    fn left<const BITS: i32>(a: Vector) -> Vector {
        _mm256_slli_epi32::<BITS>(a)
    }

    #[inline]
    #[target_feature(enable = "avx2")]
    fn right<const BITS: i32>(a: Vector) -> Vector {
        _mm256_srli_epi32::<BITS>(a)
    }

    #[inline]
    #[target_feature(enable = "avx2")]
    fn rotated<const BITS: i32>(a: Vector) -> Vector {
        let bits = _mm_cvtsi32_si128(BITS);
        let rest = _mm_cvtsi32_si128(32 - BITS);
        _mm256_or_si256(_mm256_srl_epi32(a, bits), _mm256_sll_epi32(a, rest))
    }

    #[inline]
    #[target_feature(enable = "avx2")]
    fn xor3(a: Vector, b: Vector, c: Vector) -> Vector {
        _mm256_xor_si256(_mm256_xor_si256(a, b), c)
    }

    #[inline]
    #[target_feature(enable = "avx2")]
    fn choice(a: Vector, b: Vector, c: Vector) -> Vector {
        _mm256_xor_si256(_mm256_and_si256(a, _mm256_xor_si256(b, c)), c)
    }

    #[inline]
    #[target_feature(enable = "avx2")]
    fn majority(a: Vector, b: Vector, c: Vector) -> Vector {
        let either = _mm256_or_si256(b, c);
        _mm256_or_si256(_mm256_and_si256(a, either), _mm256_and_si256(b, c))
    }

    #[inline]
    #[target_feature(enable = "avx2")]
    fn even_and_odd(a: Vector, b: Vector) -> (Vector, Vector) {
        let (a, b) = (_mm256_castsi256_ps(a), _mm256_castsi256_ps(b));
        // Both halves of a vector are shuffled apart; the quarters are put in order afterwards.
        let even = _mm256_castps_si256(_mm256_shuffle_ps::<0x88>(a, b));
        let odd = _mm256_castps_si256(_mm256_shuffle_ps::<0xdd>(a, b));
        (_mm256_permute4x64_epi64::<0xd8>(even), _mm256_permute4x64_epi64::<0xd8>(odd))
    }
}
