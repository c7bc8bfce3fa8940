//! `huzhu node witness`: a witness over HTTP, append-only or replaying.

use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::sync::Arc;

use audit::Place;
use ledger::surface::Source;
use node::witness::{Witness, serve};
use proof::note::VerifierKey;
use serde_json::json;

use super::{key, read_policy};
use crate::outcome::{Outcome, show};
use crate::problem::{Kind, Problem, sentence};

/// Arguments of the witness.
#[derive(clap::Args)]
#[command(after_help = "Serves https://c2sp.org/tlog-witness: POST /add-checkpoint, and GET \
                  /checkpoint/<SHA-256 of the origin> for what it has cosigned. What it has \
                  cosigned is durable before a cosignature leaves it; it never cosigns a smaller \
                  log or another history. With --replay it first replays the rules over the \
                  entries and rows of the mirror.\n\n\
                  Examples:\n  huzhu node witness --listen 127.0.0.1:7878 --key bank --state \
                  bank-state --policy policy\n  huzhu node witness --listen 127.0.0.1:7879 --key \
                  audit --state audit-state --policy policy --replay --log mirror")]
pub struct Arguments {
    /// Address and port to listen on; port 0 takes a free one.
    #[arg(long, value_name = "ADDR:PORT", default_value = "127.0.0.1:7878")]
    listen: SocketAddr,
    /// The key, as `huzhu node key new` has made it, without the ending.
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    /// Folder that remembers what was cosigned; this witness's alone.
    #[arg(long, value_name = "DIR")]
    state: PathBuf,
    /// A policy whose logs are watched.
    #[arg(long, value_name = "FILE", required_unless_present = "watch")]
    policy: Option<PathBuf>,
    /// The key of a log that is watched; may be given several times.
    #[arg(long, value_name = "VKEY")]
    watch: Vec<VerifierKey>,
    /// Replay the rules before cosigning.
    #[arg(long, requires = "log")]
    replay: bool,
    /// The mirror to replay from, with the rows of members: a folder or a web address.
    #[arg(long, value_name = "DIR|URL")]
    log: Option<String>,
}

/// Runs the witness until the process is ended.
pub fn run(arguments: &Arguments, json: bool) -> Result<Outcome, Problem> {
    let (key, name) = key::read(&arguments.key)?;
    let mut logs = arguments.watch.clone();
    if let Some(policy) = &arguments.policy {
        logs.extend(read_policy(policy)?.0.logs().iter().cloned());
    }
    let vkey = name.to_string();
    let witness = match arguments.log.as_deref().filter(|_| arguments.replay) {
        None => Witness::append_only(key, name, &logs, &arguments.state)?,
        Some(log) => {
            let mirror = mirror(log)?;
            let [log] = logs.as_slice() else {
                let what = "A witness that replays watches one log.";
                let why = format!("{} logs are named.", logs.len());
                let next = "Name one log with --watch.";
                return Err(Problem::new(Kind::Input, "E-WATCH", what, why, next));
            };
            Witness::replaying(key, name, log, mirror, &arguments.state)?
        }
    };
    let network = |error: std::io::Error| {
        let what = format!("The witness cannot listen on {}.", arguments.listen);
        let why = sentence(&error.to_string());
        Problem::new(Kind::Environment, "E-LISTEN", what, why, "Choose another address or port.")
    };
    let listener = TcpListener::bind(arguments.listen).map_err(network)?;
    let address = listener.local_addr().map_err(network)?;
    let document = json!({
        "listening": format!("http://{address}"), "vkey": vkey, "replays": arguments.replay,
        "logs": logs.iter().map(ToString::to_string).collect::<Vec<_>>(),
    });
    show(json, &document, || {
        println!("Witness {vkey} listens on http://{address} and watches");
        logs.iter().for_each(|log| println!("  {log}"));
    });
    serve(listener, Arc::new(witness))?;
    Ok(Outcome::Done)
}

fn mirror(log: &str) -> Result<Box<dyn Source>, Problem> {
    if log.starts_with("http://") || log.starts_with("https://") {
        return Ok(Box::new(node::HttpSource::new(log)));
    }
    // A mirror's folder need not be there yet: its first publication may come later.
    match Place::named(log) {
        Ok(Place::Mirror(source)) => Ok(source),
        _ => Ok(Box::new(ledger::surface::FolderSource(log.into()))),
    }
}
