//! `huzhu node key`: the key of a witness, and the line by which a policy names it.

use std::path::{Path, PathBuf};

use node::SecretKey;
use proof::cosignature::CosignerKey;
use proof::policy::WitnessKind;
use serde_json::json;

use crate::outcome::{Outcome, show};
use crate::problem::{Kind, Problem, sentence};

/// Commands about keys.
#[derive(clap::Subcommand)]
pub enum Command {
    /// Makes a key: a secret file, and beside it the line that others need.
    New(New),
}

/// Arguments of a new key.
#[derive(clap::Args)]
#[command(
    after_help = "Writes FILE.key, which stays on the witness's machine, and FILE.vkey, which \
                  goes into policies. A witness that replays the rules has a key of its own, \
                  whose name ends in /replay.\n\n\
                  Example:\n  huzhu node key new --name bank.example/witness --to bank"
)]
pub struct New {
    /// Name of the witness: by custom a web address without its scheme.
    #[arg(long, value_name = "NAME")]
    name: String,
    /// The files, without their ending.
    #[arg(long, value_name = "FILE")]
    to: PathBuf,
}

impl Command {
    /// Runs the command.
    pub fn run(&self, json: bool) -> Result<Outcome, Problem> {
        match self {
            Self::New(new) => make(new, json),
        }
    }
}

fn make(new: &New, json: bool) -> Result<Outcome, Problem> {
    let key = SecretKey::random()?;
    let verifier = CosignerKey::new(&new.name, key.public().0).map_err(|error| {
        let what = format!("{:?} cannot be the name of a key.", new.name);
        let next = "Use a name without spaces and plus signs, such as bank.example/witness.";
        Problem::new(Kind::Input, "E-KEY-NAME", what, sentence(&error.to_string()), next)
    })?;
    let (folder, name) = parts(&new.to)?;
    key.write(folder, name)?;
    let path = new.to.with_extension("vkey");
    let line = format!("{verifier}\n");
    std::fs::write(&path, line).map_err(|error| Problem::file(&path, &error))?;
    let kind = WitnessKind::of(&verifier).name();
    let secret = new.to.with_extension("key");
    let document = json!({
        "name": new.name, "kind": kind, "vkey": verifier.to_string(),
        "key_file": secret.display().to_string(), "vkey_file": path.display().to_string(),
    });
    show(json, &document, || {
        println!("A key of a witness ({kind}) is in {}; keep it there.", secret.display());
        println!("Its line for policies is in {}:\n  {verifier}", path.display());
    });
    Ok(Outcome::Done)
}

fn parts(path: &Path) -> Result<(&Path, &str), Problem> {
    let name = path.file_stem().and_then(|name| name.to_str());
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let name = name.ok_or_else(|| {
        let what = format!("{} is no name of a file.", path.display());
        Problem::new(Kind::Input, "E-FILE", what, "It has no last part.", "Name a file.")
    })?;
    Ok((folder.unwrap_or(Path::new(".")), name))
}

/// Reads a witness's key and the name that stands beside it.
pub fn read(path: &Path) -> Result<(SecretKey, CosignerKey), Problem> {
    let (folder, name) = parts(path)?;
    let key = SecretKey::read(folder, name)?;
    let path = path.with_extension("vkey");
    let line = std::fs::read_to_string(&path).map_err(|error| Problem::file(&path, &error))?;
    let verifier = line.trim_end().parse().map_err(|error: proof::note::NoteError| {
        let what = format!("{} holds no key of a witness.", path.display());
        let next = "Make a key with `huzhu node key new`.";
        Problem::new(Kind::Input, "E-KEY", what, sentence(&error.to_string()), next)
    })?;
    Ok((key, verifier))
}
