//! A Python with other people's libraries for bank files, so that the tests can hold ours to the
//! official schemas and have them read by somebody else.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Names a Python that has the packages; the tests read it too.
pub const VARIABLE: &str = "HUZHU_PYTHON";

/// The packages and their versions.
const REQUIREMENTS: &str = "crates/rails/tests/requirements.txt";

/// Where they are put; nothing outside the build folder is touched.
const FOLDER: &str = "target/python";

/// The Python for the tests: the one that is named, or the one of the build folder. Where packages
/// are missing in it the tests say what they leave out.
pub fn of(root: &Path) -> Option<PathBuf> {
    let own = || Some(root.join(FOLDER).join("bin/python")).filter(|python| python.exists());
    std::env::var_os(VARIABLE).map(PathBuf::from).or_else(own)
}

/// Why there is nothing to make ready.
pub fn skipped() -> Option<&'static str> {
    std::env::var_os(VARIABLE).is_some().then_some("HUZHU_PYTHON names one")
}

/// Makes a Python with the packages ready in the build folder. That it cannot be done here is no
/// fault of the project: it is said.
pub fn prepare(root: &Path) {
    let folder = root.join(FOLDER);
    let python = folder.join("bin/python");
    let mut create = Command::new("python3");
    create.args(["-m", "venv"]).arg(&folder);
    if !python.exists() && !succeeds(create) {
        println!("python3 has no venv: bank files are not held to the official schemas");
        return;
    }
    let mut install = Command::new(&python);
    install.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]);
    install.arg("--requirement").arg(root.join(REQUIREMENTS));
    if !succeeds(install) {
        println!("{REQUIREMENTS} could not be installed: the schemas are left out");
    }
}

fn succeeds(mut command: Command) -> bool {
    command.stdin(Stdio::null()).status().is_ok_and(|status| status.success())
}
