//! A successor log: when the orderer is gone for good, the custodian and the members' delegates
//! carry the log on from its last witnessed checkpoint under the key of another node.
//!
//! The successor has the same first entries, so every receipt and every witness's memory stays
//! good. Its next entry carries the checkpoint's signed note. Here it is checked that the old key
//! has signed it and that it covers exactly the entries before; whether its root is that of these
//! entries, and whether enough witnesses have cosigned it, whoever reads the log compares.

use proof::Digest;
use proof::checkpoint::Checkpoint;
use proof::note::VerifierKey;
use serde::{Deserialize, Serialize};

use crate::bytes::Bytes;
use crate::charter::Role;
use crate::command::Permitted;
use crate::entry::Order;
use crate::finding::{Finding, PlanFinding};
use crate::key::Key;
use crate::refusal::Refusal;
use crate::state::State;

/// What a delegate signs begins so, that it is of no use for anything else.
const DOMAIN: &str = "huzhu/v1 succession";

/// More delegates than this are not needed by any charter.
const APPROVALS_MAX: usize = 64;

/// A delegate's agreement with a successor log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Approval {
    /// The delegate's key.
    pub key: Key,
    /// Its Ed25519 signature of [`approval_message`].
    pub sig: Bytes,
}

/// What a delegate signs: plan, entries and root of the last witnessed checkpoint, and the key that
/// is to sign the log from there on.
#[must_use]
pub fn approval_message(plan: &str, size: u64, root: &Digest, node: &Key) -> Vec<u8> {
    format!("{DOMAIN}\n{plan}\n{size}\n{root}\n{node}\n").into_bytes()
}

impl State {
    /// Carries the log on under the key of another node, with the delegates in the operator's
    /// place.
    pub(crate) fn succeed(
        &mut self,
        order: Order,
        note: &[u8],
        node: Key,
        delegates: &[Approval],
    ) -> Result<Vec<Finding>, Refusal> {
        let founded = self.founded.as_ref().ok_or_else(Refusal::not_founded)?;
        let refuse = |code, why: String| Err(Refusal::run_off(code, why));
        if proof::signature::check_key(&node.0).is_err() || node == founded.node {
            let why = "The new node needs an Ed25519 key of its own.".to_owned();
            return refuse("E-SUCCESSION-KEY", why);
        }
        let plan = founded.plan.clone();
        let key = VerifierKey::new(&plan, founded.node.0);
        let opened = key.and_then(|key| Checkpoint::open(note, &key));
        let checkpoint = match opened {
            Ok((checkpoint, _)) => checkpoint,
            Err(error) => return refuse("E-SUCCESSION-CHECKPOINT", format!("{error}.")),
        };
        if checkpoint.size != self.entries {
            let (signed, there) = (checkpoint.size, self.entries);
            let why = format!("It covers {signed} entries, and {there} stand before this.");
            return refuse("E-SUCCESSION-CHECKPOINT", why);
        }
        let (size, root) = (checkpoint.size, checkpoint.root);
        let declared = self.approved(delegates, &approval_message(&plan, size, &root, &node))?;
        let mut findings =
            vec![Finding::Plan(PlanFinding::Succeeded { size, root, node, delegates: declared })];
        findings.extend(self.put_delegates_in(order, declared)?);
        if let Some(founded) = &mut self.founded {
            founded.node = node;
        }
        Ok(findings)
    }

    /// How many delegates agree, each by a signature of its own key.
    fn approved(&self, delegates: &[Approval], message: &[u8]) -> Result<u32, Refusal> {
        let ascending = delegates.windows(2).all(|pair| pair[0].key < pair[1].key);
        if !ascending || delegates.len() > APPROVALS_MAX {
            let why = "Delegates stand in the order of their keys, each once.";
            return Err(Refusal::run_off("E-SUCCESSION-DELEGATES", why));
        }
        for Approval { key, sig } in delegates {
            self.fills(*key, Permitted::Role(Role::Delegate))?;
            let signature = <[u8; 64]>::try_from(sig.0.as_slice()).ok();
            let holds = |sig: [u8; 64]| proof::signature::verify(&key.0, message, &sig).is_ok();
            if !signature.is_some_and(holds) {
                let why = format!("The signature of the delegate {key} is not of this succession.");
                return Err(Refusal::run_off("E-SUCCESSION-DELEGATES", why));
            }
        }
        Ok(delegates.len() as u32)
    }
}
