//! Chores of the project as one program: `cargo xtask test`, `cargo xtask tidy`.
fn main() {}
