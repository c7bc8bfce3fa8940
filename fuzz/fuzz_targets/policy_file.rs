//! Gives the decoder `policy-file` whatever bytes the fuzzer thinks of.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| decoders::give("policy-file", bytes));
