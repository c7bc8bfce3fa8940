//! Builds the verifier for pages as wasm and compares it with the committed one.
//!
//! Two ways: a compiler that has the target's standard library (rustup's), or Debian's pair
//! `rustc-web` and `rust-web-src`, which builds that library from its own source. Never downloads
//! or installs anything.

use std::path::{Path, PathBuf};
use std::process::Command;

use sha2::{Digest as _, Sha256};

const TARGET: &str = "wasm32-unknown-unknown";

/// The committed module, and what it was built by.
const MODULE: &str = "web/verify/wasm/verify.wasm";
const RECORD: &str = "web/verify/wasm/verify.txt";

/// Debian's compiler, which is not the one in rustup's folder.
const DEBIAN: &str = "/usr/bin/rustc";

/// Why there is no module here.
pub const NO_COMPILER: &str = "no compiler for wasm32: `rustup target add wasm32-unknown-unknown`, \
     or on Debian `apt-get install --no-install-recommends rustc-web rust-web-src lld`";

/// A compiler that can build the module.
pub struct Compiler {
    program: PathBuf,
    /// The linker, when the compiler brings none and its library has to be built first.
    linker: Option<PathBuf>,
    /// What it says of itself.
    version: String,
}

impl Compiler {
    /// The first of the two that is here.
    pub fn find() -> Option<Self> {
        let plain = || {
            let program = PathBuf::from("rustc");
            let folder = said(&program, &["--print", "target-libdir", "--target", TARGET])?;
            let mut files = std::fs::read_dir(folder).ok()?.flatten();
            files
                .any(|file| file.file_name().to_string_lossy().starts_with("libstd-"))
                .then_some(Self { version: said(&program, &["--version"])?, program, linker: None })
        };
        let debian = || {
            let program = PathBuf::from(DEBIAN);
            let library = Path::new(&said(&program, &["--print", "sysroot"])?)
                .join("lib/rustlib/src/rust/library/std/Cargo.toml");
            let linkers = ["/usr/bin/wasm-ld", "/usr/bin/wasm-ld-14"].map(PathBuf::from);
            let linker = linkers.into_iter().find(|linker| linker.is_file())?;
            let version = said(&program, &["--version"])?;
            library.is_file().then_some(Self { program, linker: Some(linker), version })
        };
        plain().or_else(debian)
    }

    /// Builds the module, for pages or (`every_format`) for all vectors; gives its path.
    fn build(&self, root: &Path, every_format: bool) -> Result<PathBuf, String> {
        let folder = root.join("target/wasm");
        let home = std::env::var("CARGO_HOME")
            .map(PathBuf::from)
            .or_else(|_| std::env::var("HOME").map(|home| Path::new(&home).join(".cargo")));
        let home = home.map_err(|_| "neither CARGO_HOME nor HOME is set".to_owned())?;
        // Paths of this machine would otherwise stand in the module.
        let mut flags = vec![
            format!("--remap-path-prefix={}=registry", home.join("registry/src").display()),
            format!("--remap-path-prefix={}=.", root.display()),
            // The form of SHA-2 that is small rather than unrolled.
            "--cfg=sha2_backend=\"soft\"".to_owned(),
            "--cfg=sha2_backend_soft=\"compact\"".to_owned(),
        ];
        let mut command = Command::new("cargo");
        command
            .current_dir(root)
            .env("RUSTC", &self.program)
            .args(["build", "--package", "proof-wasm", "--lib", "--profile", "wasm", "--locked"])
            .args(["--target", TARGET, "--target-dir"])
            .arg(&folder);
        if !every_format {
            command.arg("--no-default-features");
        }
        if let Some(linker) = &self.linker {
            // Options that are not stable yet, which Debian's compiler takes when told so. What
            // they leave out: messages of panics (the module only stops) and names of fields.
            flags.extend(
                [
                    "-Clinker-flavor=wasm-ld",
                    "-Zunstable-options",
                    "-Cpanic=immediate-abort",
                    "-Zfmt-debug=none",
                    "-Zlocation-detail=none",
                ]
                .map(str::to_owned),
            );
            command
                .env("RUSTC_BOOTSTRAP", "1")
                .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", linker)
                .args(["-Zbuild-std=std,panic_abort", "-Zbuild-std-features=optimize_for_size"]);
        }
        // Separated as cargo wants it, for one of the flags has quotes in it.
        command.env("CARGO_ENCODED_RUSTFLAGS", flags.join("\u{1f}"));
        let status =
            command.status().map_err(|error| format!("cargo could not be run: {error}"))?;
        let module = folder.join(TARGET).join("wasm/proof_wasm.wasm");
        if status.success() { Ok(module) } else { Err("the module does not compile".to_owned()) }
    }

    /// What is kept beside the module.
    fn record(&self, module: &[u8]) -> String {
        let digest = Sha256::digest(module);
        let digest: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        format!("sha256 {digest}\nbytes {}\ncompiler {}\n", module.len(), self.version)
    }
}

/// Builds the module and puts it into its place in the repository.
pub fn replace(root: &Path) -> Result<String, String> {
    let compiler = Compiler::find().ok_or(NO_COMPILER)?;
    let module = read(&compiler.build(root, false)?)?;
    let record = compiler.record(&module);
    std::fs::create_dir_all(root.join(MODULE).with_file_name("")).map_err(|e| e.to_string())?;
    std::fs::write(root.join(MODULE), &module).map_err(|error| error.to_string())?;
    std::fs::write(root.join(RECORD), &record).map_err(|error| error.to_string())?;
    Ok(format!("{MODULE}\n{record}"))
}

/// Builds both modules and compares the one for pages with the committed one, if this is the
/// compiler that it came from. Gives the path of the module that knows every format.
pub fn compare(root: &Path) -> Result<PathBuf, String> {
    let compiler = Compiler::find().ok_or(NO_COMPILER)?;
    let built = read(&compiler.build(root, false)?)?;
    let committed = std::fs::read_to_string(root.join(RECORD)).map_err(|e| e.to_string())?;
    let record = compiler.record(&built);
    let compiler_of = |record: &str| record.lines().last().unwrap_or_default().to_owned();
    if compiler_of(&committed) != compiler_of(&record) {
        println!("built by another compiler than the committed one, so bytes are not compared:");
        println!("  here {}\n  there {}", compiler_of(&record), compiler_of(&committed));
    } else if committed != record || built != read(&root.join(MODULE))? {
        return Err(format!("{MODULE} is not what `cargo xtask wasm` builds:\n{record}"));
    } else {
        println!("{MODULE} is built from this source, byte for byte");
    }
    let every = root.join("target/wasm/every-format.wasm");
    std::fs::copy(compiler.build(root, true)?, &every).map_err(|error| error.to_string())?;
    Ok(every)
}

fn read(path: &Path) -> Result<Vec<u8>, String> {
    std::fs::read(path).map_err(|error| format!("{}: {error}", path.display()))
}

/// The standard output of a program that ends well, without its last newline.
fn said(program: &Path, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program).args(arguments).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| text.trim_end().to_owned())
}
