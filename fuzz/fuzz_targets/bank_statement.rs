//! Gives the decoder `bank-statement` whatever bytes the fuzzer thinks of.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| decoders::give("bank-statement", bytes));
