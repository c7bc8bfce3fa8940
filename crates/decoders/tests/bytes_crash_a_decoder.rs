//! Fear: bytes from a stranger make a decoder panic or loop, or are refused without a reason.
//!
//! Every decoder of the list meets its corpus, whole, cut and damaged, and arbitrary bytes; each
//! refusal has to name a step of the decoder's closed list. The same list is fuzzed in `fuzz/`.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod damage;
mod seeds;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use damage::Damage;
use decoders::Decoder;
use proptest::prelude::*;
use proptest::test_runner::TestCaseError;

/// All files of the corpus together: it is cloned by everybody.
const CORPUS_BYTES: u64 = 1_000_000;

fn fuzz() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../fuzz"))
}

fn names_in(folder: &Path) -> BTreeSet<String> {
    let names = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().file_name());
    names.map(|name| name.into_string().unwrap()).collect()
}

/// The corpus of each decoder.
fn corpus() -> Vec<(Decoder, Vec<Vec<u8>>)> {
    let of = |decoder: Decoder| {
        let folder = fuzz().join("corpus").join(decoder.name);
        let files = names_in(&folder).into_iter();
        (decoder, files.map(|name| std::fs::read(folder.join(name)).unwrap()).collect())
    };
    decoders::all().into_iter().map(of).collect()
}

/// Gives bytes to a decoder; a refusal names one of its steps.
fn step(decoder: &Decoder, bytes: &[u8]) -> Result<Option<&'static str>, TestCaseError> {
    let step = decoder.decode(bytes).err();
    let known = step.is_none_or(|step| !step.is_empty() && decoder.may_refuse_by(step));
    prop_assert!(known, "{} refuses by {step:?}", decoder.name);
    Ok(step)
}

#[test]
fn every_decoder_has_a_target_and_a_corpus_and_no_target_is_without() {
    let names: BTreeSet<String> =
        decoders::all().iter().map(|decoder| decoder.name.to_owned()).collect();
    assert_eq!(names.len(), decoders::all().len(), "two decoders of one name");
    let target = |name: &String| format!("{}.rs", name.replace('-', "_"));
    assert_eq!(names_in(&fuzz().join("fuzz_targets")), names.iter().map(target).collect());
    assert_eq!(names_in(&fuzz().join("corpus")), names);
    let manifest = std::fs::read_to_string(fuzz().join("Cargo.toml")).unwrap();
    for name in &names {
        let target = target(name);
        let text = std::fs::read_to_string(fuzz().join("fuzz_targets").join(&target)).unwrap();
        assert!(text.contains(&format!("decoders::give({name:?}, bytes)")), "{name}");
        assert!(manifest.contains(&format!("path = \"fuzz_targets/{target}\"")), "{name}");
        assert!(!names_in(&fuzz().join("corpus").join(name)).is_empty(), "{name} has no corpus");
    }
}

/// Writes what is missing when `HUZHU_WRITE_VECTORS` is set. Files that fuzzing added stay.
#[test]
fn the_corpus_holds_every_seed_and_is_small() {
    let write = std::env::var_os("HUZHU_WRITE_VECTORS").is_some();
    let (mut missing, mut bytes) = (Vec::new(), 0);
    for decoder in decoders::all() {
        let folder = fuzz().join("corpus").join(decoder.name);
        if write {
            std::fs::create_dir_all(&folder).unwrap();
        }
        for seed in seeds::of(&decoder) {
            let digest = proof::sha256(&seed).to_string();
            let path = folder.join(&digest[..16]);
            if write {
                std::fs::write(&path, &seed).unwrap();
            }
            if std::fs::read(&path).ok().as_ref() != Some(&seed) {
                missing.push(format!("{}/{}", decoder.name, &digest[..16]));
            }
        }
        for name in names_in(&folder) {
            bytes += std::fs::metadata(folder.join(name)).unwrap().len();
        }
    }
    assert!(missing.is_empty(), "`cargo xtask vectors` writes them: {missing:?}");
    assert!(bytes <= CORPUS_BYTES, "{bytes}");
}

/// Each decoder takes something and, over its corpus and what is cut from it, refuses something.
#[test]
fn every_file_of_the_corpus_and_every_short_cut_of_it() {
    let mut met: BTreeMap<&str, BTreeSet<Option<&str>>> = BTreeMap::new();
    for (decoder, files) in corpus() {
        for bytes in files {
            let mut meet = |bytes: &[u8]| {
                let step = step(&decoder, bytes).unwrap();
                met.entry(decoder.name).or_default().insert(step);
            };
            meet(&bytes);
            for cut in (0..bytes.len()).step_by(1 + bytes.len() / 16) {
                meet(&bytes[..cut]);
                meet(&bytes[cut..]);
            }
        }
    }
    for (name, steps) in met {
        assert!(steps.contains(&None), "{name} takes nothing of its corpus");
        assert!(steps.len() > 1, "{name} refuses nothing");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn arbitrary_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
        for decoder in decoders::all() {
            step(&decoder, &bytes)?;
        }
    }

    /// Every decoder meets its own corpus, damaged: bits flipped, ends cut, pieces put in, left out
    /// and repeated, fields of one file in the place of those of another.
    #[test]
    fn damaged_corpus(
        which in any::<prop::sample::Index>(),
        other in any::<prop::sample::Index>(),
        part in any::<prop::sample::Index>(),
        damages in proptest::collection::vec(Damage::strategy(), 1..5),
    ) {
        thread_local! {
            static CORPUS: Vec<(Decoder, Vec<Vec<u8>>)> = corpus();
        }
        CORPUS.with(|corpus| {
            for (decoder, files) in corpus {
                let (bytes, other) = (which.get(files), other.get(files));
                let damaged = if decoder.takes_parts() {
                    damage::part_of(bytes, other, part, &damages)
                } else {
                    damages.iter().fold(bytes.clone(), |bytes, damage| damage.done_to(&bytes))
                };
                step(decoder, &damaged)?;
            }
            Ok::<(), TestCaseError>(())
        })?;
    }
}
