//! `huzhu node status`: the newest checkpoint, who cosigned it, how far the five promises reach.

use std::path::PathBuf;

use proof::checkpoint::Checkpoint;
use serde_json::{Value, json};

use crate::layout::{NONE, Table, count};
use crate::outcome::{Outcome, show};
use crate::problem::Problem;

/// Arguments of the status.
#[derive(clap::Args)]
#[command(after_help = "A record passes through five states: filed (the node has it on disk), \
                  ordered (it has a place in the log), sealed (a signed checkpoint covers it), \
                  witnessed (enough institutions cosigned that checkpoint), settled (the money it \
                  speaks of has moved).\n\n\
                  Example:\n  huzhu node status --dir walk")]
pub struct Arguments {
    /// Folder of the ledger.
    #[arg(long, env = "HUZHU_DIR", value_name = "DIR", default_value = ".")]
    dir: PathBuf,
}

/// Shows the status.
pub fn run(arguments: &Arguments, json: bool) -> Result<Outcome, Problem> {
    let journal = arguments.dir.join(ledger::journal::FOLDER);
    if !journal.is_dir() {
        let why = format!("There is no folder {}.", journal.display());
        return Err(Problem::not_a_ledger(&arguments.dir, why));
    }
    let view = node::open_view(&arguments.dir)?;
    let key = node::log_key(&arguments.dir)?.ok_or(node::Error::NotFounded)?;
    let cosigned = node::cosigned(&arguments.dir, &key)?;
    let state = node::read(&arguments.dir)?.state;
    let settled =
        state.periods().iter().filter(|period| period.status == rules::period::Status::Settled);
    let settled = settled.count() as u64;
    let sealed = view.checkpoint().map_or(0, |checkpoint| checkpoint.size);
    let enough = cosigned.as_ref().filter(|cosigned| cosigned.enough);
    let witnessed = enough.map_or(0, |cosigned| cosigned.checkpoint.size);
    let states = [
        ("filed", view.size(), "entries on disk"),
        ("ordered", view.size(), "entries with a place in the log"),
        ("sealed", sealed, "entries under a signed checkpoint"),
        ("witnessed", witnessed, "entries under a checkpoint that the policy takes"),
        ("settled", settled, "periods whose money has moved"),
    ];
    let witnesses: Vec<Value> = cosigned
        .iter()
        .flat_map(|cosigned| &cosigned.witnesses)
        .map(|it| json!({"name": it.name, "kind": it.kind.name(), "time": it.time}))
        .collect();
    let of = |checkpoint: &Checkpoint| {
        let root = checkpoint.root.to_string();
        json!({"tree_size": checkpoint.size, "root": root})
    };
    let document = json!({
        "origin": key.name(),
        "log_key": key.to_string(),
        "checkpoint": view.checkpoint().map(of),
        "cosigned": cosigned.as_ref().map(|cosigned| of(&cosigned.checkpoint)),
        "satisfied": cosigned.as_ref().map(|cosigned| cosigned.enough),
        "witnesses": witnesses,
        "states": states.iter().map(|(name, number, _)| ((*name).to_owned(), json!(number)))
            .collect::<serde_json::Map<_, _>>(),
    });
    show(json, &document, || {
        println!("{}", key.name());
        let mut table = Table::new("lrl", 2);
        for (name, number, what) in states {
            table.row([name.to_owned(), count(number), what.to_owned()]);
        }
        table.print();
        println!("Log key\n  {key}\nCosignatures");
        let mut table = Table::new("llr", 2);
        for witness in cosigned.iter().flat_map(|cosigned| &cosigned.witnesses) {
            let kind = witness.kind.name().to_owned();
            table.row([witness.name.clone(), kind, witness.time.to_string()]);
        }
        if cosigned.as_ref().is_none_or(|cosigned| cosigned.witnesses.is_empty()) {
            table.row([NONE.to_owned(), String::new(), String::new()]);
        }
        table.print();
    });
    Ok(Outcome::Done)
}
