//! Opening a sealed answer: the salt comes from the member, the commitments from the entry of
//! joining in the log.

use node::Orderer;
use proof::Digest;
use rules::member::Opening;
use serde_json::Value;

use crate::console::Console;
use crate::problem::Problem;

/// What opens an answer of a member; without commitments when the member sealed none.
pub fn opening(console: &mut Console, member: u32, salt: Digest) -> Result<Opening, Problem> {
    let (mut before, mut seals) = (Value::Null, Vec::new());
    console.node().stream(0, &mut |_, entry| {
        // Only entries of joining are taken apart.
        let text = String::from_utf8_lossy(entry);
        if text.contains("\"finding.members.enrolled\"") {
            let finding: Value = serde_json::from_slice(entry).unwrap_or_default();
            if finding["command"]["first"] == member {
                seals =
                    serde_json::from_value(before["command"]["health"].take()).unwrap_or_default();
            }
        }
        before = if text.contains("\"do\":\"member.enrol\"") {
            serde_json::from_slice(entry).unwrap_or_default()
        } else {
            Value::Null
        };
        Ok(())
    })?;
    Ok(Opening { salt, seals })
}
