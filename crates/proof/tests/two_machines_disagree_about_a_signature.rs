//! Fear: one machine takes a signature that another refuses, or one alone and not in a batch.

use std::collections::BTreeSet;

use ed25519_zebra::SigningKey;
use proof::signature::{Batch, SignatureError, check_key, verify};
use proptest::prelude::*;

fn bytes<const N: usize>(text: &str) -> [u8; N] {
    assert_eq!(text.len(), 2 * N);
    std::array::from_fn(|at| u8::from_str_radix(&text[2 * at..2 * at + 2], 16).expect("hex"))
}

/// RFC 8032 section 7.1, tests 1 to 3: public key, message, signature.
const RFC_8032: [(&str, &[u8], &str); 3] = [
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        b"",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701\
         cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        b"\x72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d\
         0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        b"\xaf\x82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f7609\
         84dc6594a7c15e9716ed28dc027beceea1ec40a",
    ),
];

/// The fourteen encodings of points whose order divides eight, canonical and not, as listed in
/// "Taming the Many EdDSAs" (Chalkias, Garillot, Nikolaenko, SSR 2020) and used by ZIP-215.
const SMALL_ORDER: [&str; 14] = [
    "0100000000000000000000000000000000000000000000000000000000000000",
    "0100000000000000000000000000000000000000000000000000000000000080",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0000000000000000000000000000000000000000000000000000000000000080",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
];

#[test]
fn the_published_signatures_verify() {
    for (key, message, signature) in RFC_8032 {
        let (key, signature) = (bytes(key), bytes(signature));
        assert_eq!(verify(&key, message, &signature), Ok(()));
        assert_eq!(check_key(&key), Ok(()));
        let longer = [message, b"!"].concat();
        assert_eq!(verify(&key, &longer, &signature), Err(SignatureError::SignatureInvalid));
    }
}

#[test]
fn all_small_order_combinations_verify_alone_and_together() {
    let message = b"Zcash";
    let mut batch = Batch::new();
    for key in SMALL_ORDER {
        for point in SMALL_ORDER {
            let mut signature = [0; 64];
            signature[..32].copy_from_slice(&bytes::<32>(point));
            assert_eq!(verify(&bytes(key), message, &signature), Ok(()), "{key} {point}");
            batch.add(&bytes(key), message, &signature);
        }
    }
    assert_eq!(batch.len(), 196);
    assert_eq!(batch.verify(), Ok(()));
}

#[test]
fn keys_of_small_order_and_no_keys_are_not_registered() {
    let encodings: BTreeSet<[u8; 32]> = SMALL_ORDER.iter().map(|text| bytes(text)).collect();
    assert_eq!(encodings.len(), 14);
    for key in encodings {
        assert_eq!(check_key(&key), Err(SignatureError::KeySmallOrder));
    }
    // y = 2 is on no point of the curve.
    let mut outside = [0; 32];
    outside[0] = 2;
    assert_eq!(check_key(&outside), Err(SignatureError::KeyUndecodable));
    assert_eq!(verify(&outside, b"", &[0; 64]), Err(SignatureError::KeyUndecodable));
}

#[test]
fn a_second_form_of_s_is_refused() {
    // The group order, little-endian: s and s + order satisfy the same equation.
    let order: [u8; 32] = bytes("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");
    for (key, message, signature) in RFC_8032 {
        let mut signature: [u8; 64] = bytes(signature);
        let mut carry = 0;
        for (byte, addend) in signature[32..].iter_mut().zip(order) {
            let sum = u16::from(*byte) + u16::from(addend) + carry;
            *byte = sum as u8;
            carry = sum >> 8;
        }
        let key = bytes(key);
        assert_eq!(carry, 0);
        assert_eq!(verify(&key, message, &signature), Err(SignatureError::SignatureInvalid));
        let mut batch = Batch::new();
        batch.add(&key, message, &signature);
        assert_eq!(batch.verify(), Err(vec![0]));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn a_batch_names_exactly_those_that_fail_alone(
        seeds in proptest::collection::vec((0_u8..4, any::<bool>(), 0_usize..64), 0..24),
    ) {
        let mut batch = Batch::new();
        let mut bad = Vec::new();
        for (position, &(seed, spoil, place)) in seeds.iter().enumerate() {
            let signer = SigningKey::from([seed; 32]);
            let key: [u8; 32] = signer.verification_key().into();
            let message = [seed, position as u8];
            let mut signature = signer.sign(&message).to_bytes();
            if spoil {
                signature[place] ^= 1;
            }
            if verify(&key, &message, &signature).is_err() {
                bad.push(position);
            }
            prop_assert_eq!(spoil, bad.last() == Some(&position));
            batch.add(&key, &message, &signature);
        }
        prop_assert_eq!(batch.verify(), if bad.is_empty() { Ok(()) } else { Err(bad) });
    }
}

#[test]
fn a_pair_of_errors_that_cancel_is_found() {
    // Moving s by +1 in one signature and -1 in another leaves the plain sum of both equations
    // true; only coefficients that nobody could foresee tell.
    let signer = SigningKey::from([7; 32]);
    let key: [u8; 32] = signer.verification_key().into();
    let mut batch = Batch::new();
    for (message, upwards) in [(b"one", true), (b"two", false)] {
        let mut signature = signer.sign(message).to_bytes();
        let s = signature[32];
        signature[32] = if upwards { s.checked_add(1).unwrap() } else { s.checked_sub(1).unwrap() };
        batch.add(&key, message, &signature);
    }
    assert_eq!(batch.verify(), Err(vec![0, 1]));
}
