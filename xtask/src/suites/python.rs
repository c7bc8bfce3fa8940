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

/// The Python to use: the one that is named, or one that is made ready here. `None`, with the
/// reason printed, where that is not possible; the tests then say what they leave out.
pub fn prepare(root: &Path) -> Option<PathBuf> {
    if let Some(named) = std::env::var_os(VARIABLE) {
        return Some(named.into());
    }
    let folder = root.join(FOLDER);
    let python = folder.join("bin/python");
    let mut create = Command::new("python3");
    create.args(["-m", "venv"]).arg(&folder);
    if !python.exists() && !succeeds(create) {
        println!("python3 has no venv: bank files are not held to the official schemas");
        return None;
    }
    let mut install = Command::new(&python);
    install.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]);
    install.arg("--requirement").arg(root.join(REQUIREMENTS));
    if !succeeds(install) {
        println!("{REQUIREMENTS} could not be installed: the schemas are left out");
        return None;
    }
    Some(python)
}

fn succeeds(mut command: Command) -> bool {
    command.stdin(Stdio::null()).status().is_ok_and(|status| status.success())
}
