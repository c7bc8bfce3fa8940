//! Vectors of keys and signatures, with every case on which libraries are known to disagree.

use curve25519_dalek::constants::{ED25519_BASEPOINT_POINT, EIGHT_TORSION};
use curve25519_dalek::scalar::Scalar;
use sha2::{Digest as _, Sha512};

use super::file::{File, bytes, text};

/// RFC 8032 section 7.1, tests 1 to 3: public key, message, signature.
const RFC_8032: [(&str, &str, &str); 3] = [
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701\
         cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d\
         0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f7609\
         84dc6594a7c15e9716ed28dc027beceea1ec40a",
    ),
];

/// All encodings of points whose order divides eight, the non-canonical ones among them.
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

/// The order of the group, little-endian.
const ORDER: &str = "edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010";

fn hex(digits: &str) -> Vec<u8> {
    let byte = |at| u8::from_str_radix(&digits[at..at + 2], 16).expect("two digits");
    (0..digits.len()).step_by(2).map(byte).collect()
}

/// Vectors of keys, and of signatures.
pub fn files() -> Vec<File> {
    vec![keys(), signatures()]
}

fn keys() -> File {
    let mut file = File::new("key", &["public key"]);
    for (number, (key, ..)) in RFC_8032.iter().enumerate() {
        file.answers(&format!("RFC 8032 test {}", number + 1), &[bytes(hex(key))], "");
    }
    for (number, point) in EIGHT_TORSION.iter().enumerate().skip(1) {
        let key = (ED25519_BASEPOINT_POINT + point).compress().0;
        file.answers(&format!("mixed order {number}"), &[bytes(key)], "");
    }
    for (number, key) in SMALL_ORDER.iter().enumerate() {
        file.refused(&format!("small order {number}"), &[bytes(hex(key))], "key");
    }
    // The coordinates from 2^255 - 19 to 2^255 - 1 encode the points from 0 to 18 once more.
    for low in 0xed..=0xff_u8 {
        for high in [0x7f, 0xff] {
            let mut key = [0xff; 32];
            (key[0], key[31]) = (low, high);
            file.agreed(&format!("non-canonical {low:02x} {high:02x}"), &[bytes(key)]);
        }
    }
    for low in 0..=20_u8 {
        let mut key = [0; 32];
        key[0] = low;
        file.agreed(&format!("coordinate {low}"), &[bytes(key)]);
    }
    file.refused("31 bytes", &[bytes([9; 31])], "key");
    file.refused("33 bytes", &[bytes([9; 33])], "key");
    file.refused("nothing", &[bytes([])], "key");
    file
}

fn signatures() -> File {
    let mut file = File::new("signature", &["public key", "message", "signature"]);
    for (number, (key, message, signature)) in RFC_8032.iter().enumerate() {
        let number = number + 1;
        let (key, message, signature) = (hex(key), hex(message), hex(signature));
        let of = |key: &[u8], message: &[u8], signature: &[u8]| {
            [bytes(key), bytes(message), bytes(signature)]
        };
        file.answers(&format!("RFC 8032 test {number}"), &of(&key, &message, &signature), "");
        let longer = [message.as_slice(), b"!"].concat();
        let name = format!("test {number} with another message");
        file.refused(&name, &of(&key, &longer, &signature), "signature");
        for at in [0, 31, 32, 63] {
            let mut changed = signature.clone();
            changed[at] ^= 1;
            let name = format!("test {number} with byte {at} changed");
            file.refused(&name, &of(&key, &message, &changed), "signature");
        }
        let raised = with_order_added(&signature);
        let name = format!("test {number} with the order added to s");
        file.refused(&name, &of(&key, &message, &raised), "signature");
        for length in [0, 32, 63] {
            let name = format!("test {number} with {length} bytes of signature");
            file.refused(&name, &of(&key, &message, &signature[..length]), "signature");
        }
        let name = format!("test {number} with 65 bytes of signature");
        let long = [signature.as_slice(), &[0]].concat();
        file.refused(&name, &of(&key, &message, &long), "signature");
    }
    small_orders(&mut file);
    mixed_orders(&mut file);
    let outside = hex("0200000000000000000000000000000000000000000000000000000000000000");
    file.refused("a key off the curve", &[bytes(&outside), text(""), bytes([0; 64])], "key");
    let r_outside = [outside.as_slice(), &[0; 32]].concat();
    let key = bytes(hex(RFC_8032[0].0));
    file.refused("a point off the curve", &[key, text(""), bytes(r_outside)], "signature");
    file.refused("31 bytes of key", &[bytes([9; 31]), text(""), bytes([0; 64])], "key");
    file
}

/// ZIP-215 accepts s = 0 with any two points of small order, however they are encoded; and s equal
/// to the order or with a high bit with none of them.
fn small_orders(file: &mut File) {
    for (first, key) in SMALL_ORDER.iter().enumerate() {
        for (second, point) in SMALL_ORDER.iter().enumerate() {
            let signature = [hex(point), vec![0; 32]].concat();
            let parts = [bytes(hex(key)), text("Zcash"), bytes(signature)];
            file.answers(&format!("small orders {first} and {second}"), &parts, "");
        }
    }
    let mut high = vec![0; 32];
    high[31] = 0x80;
    for (name, s) in [("s is the order", hex(ORDER)), ("s with its highest bit", high)] {
        let signature = [hex(SMALL_ORDER[0]), s].concat();
        let parts = [bytes(hex(SMALL_ORDER[0])), text("Zcash"), bytes(signature)];
        file.refused(name, &parts, "signature");
    }
}

/// Key or commitment with a part of small order: only the cofactored equation takes all of them.
fn mixed_orders(file: &mut File) {
    let (secret, nonce) = (Scalar::from(123_456_789_u64), Scalar::from(987_654_321_u64));
    for (of_key, key_part) in EIGHT_TORSION.iter().enumerate() {
        for (of_point, point_part) in EIGHT_TORSION.iter().enumerate() {
            let key = (ED25519_BASEPOINT_POINT * secret + key_part).compress().0;
            let point = (ED25519_BASEPOINT_POINT * nonce + point_part).compress().0;
            let message = b"mixed order";
            let hash: [u8; 64] = Sha512::new()
                .chain_update(point)
                .chain_update(key)
                .chain_update(message)
                .finalize()
                .into();
            let s = (nonce + Scalar::from_bytes_mod_order_wide(&hash) * secret).to_bytes();
            let parts = |s| [bytes(key), bytes(message), bytes([point, s].concat())];
            let name = format!("mixed orders {of_key} and {of_point}");
            file.answers(&name, &parts(s), "");
            if of_key == of_point {
                let mut wrong = s;
                wrong[0] ^= 1;
                file.refused(&format!("{name}, s changed"), &parts(wrong), "signature");
            }
        }
    }
}

fn with_order_added(signature: &[u8]) -> Vec<u8> {
    let (mut raised, mut carry) = (signature.to_vec(), 0);
    for (byte, addend) in raised[32..].iter_mut().zip(hex(ORDER)) {
        let sum = u16::from(*byte) + u16::from(addend) + carry;
        *byte = sum as u8;
        carry = sum >> 8;
    }
    raised
}
