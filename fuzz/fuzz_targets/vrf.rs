//! Gives the decoder `vrf` whatever bytes the fuzzer thinks of.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| decoders::give("vrf", bytes));
