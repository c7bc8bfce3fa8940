//! The charges of a period for other programs: one line a member who shares.

use std::io::{self, Write};

use money::Amount;
use rules::State;

use crate::columns::Columns;
use crate::error::SettleError;

/// Lines are handed to the writer in pieces of about this many bytes.
const PIECE: usize = 1 << 16;

/// Writes `member,class,charge` with a heading; the charge is a decimal of the plan's currency.
/// Members who do not share the period have no line.
///
/// # Errors
/// When no plan is founded or the writer fails.
pub fn write_csv(state: &State, columns: &Columns, mut out: impl Write) -> Result<(), SettleError> {
    let currency = state.founded().ok_or(SettleError::NoPlan)?.charter.plan.currency;
    let alike = columns.is_uniform_in_classes();
    // All members of a class have the same end of the line, unless a yearly cap divides them.
    let ends = columns.classes().iter().map(|class| {
        let charge = class.share.display(currency).to_string();
        let mut line = csv::Writer::from_writer(Vec::new());
        let record =
            if alike { vec![class.name.as_str(), &charge] } else { vec![class.name.as_str()] };
        line.write_record(record).map_err(io::Error::from)?;
        let mut end = line.into_inner().map_err(|error| error.into_error())?;
        if !alike {
            // The charge follows the name.
            end.pop();
            end.push(b',');
        }
        Ok([&b","[..], &end].concat())
    });
    let ends: Vec<Vec<u8>> = ends.collect::<Result<_, SettleError>>()?;
    let mut piece = Vec::with_capacity(PIECE + 256);
    piece.extend_from_slice(b"member,class,charge\n");
    for (member, class) in (0..).zip(columns.class_of_each(state.roll())) {
        let Some(class) = class else { continue };
        write!(piece, "{member}")?;
        piece.extend_from_slice(&ends[class]);
        if !alike {
            let charge = Amount::from_minor(columns.charges().minor(member).unwrap_or(0))?;
            writeln!(piece, "{}", charge.display(currency))?;
        }
        if piece.len() >= PIECE {
            out.write_all(&piece)?;
            piece.clear();
        }
    }
    out.write_all(&piece)?;
    Ok(out.flush()?)
}
