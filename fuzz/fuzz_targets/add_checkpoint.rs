//! Gives the decoder `add-checkpoint` whatever bytes the fuzzer thinks of.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| decoders::give("add-checkpoint", bytes));
