//! `huzhu node publish`: the log as tiles, entries and a checkpoint in a folder.

use std::path::{Path, PathBuf};

use node::{Publication, Published};
use serde_json::json;

use crate::layout::{Table, count};
use crate::outcome::{Outcome, show};
use crate::problem::{Kind, Problem};
use crate::progress;

/// Arguments of the publication.
#[derive(clap::Args)]
#[command(after_help = "Only what is new is written, each file whole and the checkpoint last, so \
                  that the folder can be shown by any web server or copied to an object store \
                  while it grows (https://c2sp.org/tlog-tiles). The texts of cards stand in \
                  cards/. Rows of members are published only if the charter says \
                  disclosure.roll = \"public\", or --institutional asks for it: then keep the \
                  folder from the public.\n\n\
                  Example:\n  huzhu node publish --dir walk --to mirror")]
pub struct Arguments {
    /// Folder of the ledger.
    #[arg(long, env = "HUZHU_DIR", value_name = "DIR", default_value = ".")]
    dir: PathBuf,
    /// Folder of the mirror: new, or one that an earlier run has made.
    #[arg(long, value_name = "DIR")]
    to: PathBuf,
    /// A policy file to show beside the log.
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
    /// The rows of members too, for institutions that replay.
    #[arg(long)]
    institutional: bool,
}

/// Publishes the log.
pub fn run(arguments: &Arguments, json: bool) -> Result<Outcome, Problem> {
    let policy = arguments.policy.as_deref().map(read_policy).transpose()?;
    let what = Publication {
        institutional: arguments.institutional,
        policy: policy.as_ref().map(|(_, bytes)| bytes.as_slice()),
    };
    let bar = progress::spinner("publishing", "entries");
    let published =
        node::publish(&arguments.dir, &arguments.to, what, &mut |done| bar.set_position(done));
    bar.finish_and_clear();
    let published = published?;
    let document = document(&published, &arguments.to);
    show(json, &document, || print(&published, &arguments.to));
    Ok(Outcome::Done)
}

/// Reads a policy file.
pub fn read_policy(path: &Path) -> Result<(proof::policy::Policy, Vec<u8>), Problem> {
    let bytes = std::fs::read(path).map_err(|error| Problem::file(path, &error))?;
    let policy = proof::policy::Policy::parse(&bytes).map_err(|error| {
        let what = format!("{} is no policy.", path.display());
        let next = "Its format is https://c2sp.org/tlog-policy.";
        Problem::new(
            Kind::Input,
            "E-POLICY",
            what,
            crate::problem::sentence(&error.to_string()),
            next,
        )
    })?;
    Ok((policy, bytes))
}

fn document(published: &Published, to: &Path) -> serde_json::Value {
    json!({
        "to": to.display().to_string(),
        "origin": published.checkpoint.origin,
        "tree_size": published.checkpoint.size,
        "root": published.checkpoint.root.to_string(),
        "entries_written": published.checkpoint.size - published.from,
        "cards": published.cards,
        "cards_withdrawn": published.withdrawn,
        "chunks": published.chunks,
    })
}

fn print(published: &Published, to: &Path) {
    println!("{} shows {}.", to.display(), published.checkpoint.origin);
    let mut table = Table::new("ll", 2);
    let new = published.checkpoint.size - published.from;
    table.pair(
        "entries",
        format!("{}, {} of them new", count(published.checkpoint.size), count(new)),
    );
    table.pair("log root", published.checkpoint.root);
    table.pair("cards", count(published.cards));
    if published.withdrawn > 0 {
        table.pair("withdrawn", count(published.withdrawn));
    }
    table.pair(
        "rows",
        match published.chunks {
            Some(chunks) => format!("{} chunks", count(chunks)),
            None => "not public".to_owned(),
        },
    );
    table.print();
}
