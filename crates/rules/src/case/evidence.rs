//! Documents that come later: the applicant's, for as long as the case is not decided.

use proof::Digest;

use super::Status;
use super::file::EVIDENCE_MAX;
use crate::finding::Finding;
use crate::refusal::Refusal;
use crate::state::State;

impl State {
    pub(crate) fn add_evidence(
        &mut self,
        number: u32,
        documents: &[Digest],
    ) -> Result<Vec<Finding>, Refusal> {
        let case = self.case_mut(number)?;
        let refuse = |code, why: String, next| {
            let what = format!("Nothing is added to the documents of case {number}.");
            Err(Refusal::new(code, what, why, next))
        };
        let heard = [Status::Filed, Status::Investigated, Status::Reviewed, Status::Published];
        if !heard.contains(&case.status) {
            let why = format!("It is {:?}.", case.status);
            return refuse("E-CASE-STATE", why, "Documents are added before the decision.");
        }
        let count = case.evidence.len() + documents.len();
        let known = documents.iter().any(|document| case.evidence.contains(document));
        if documents.is_empty() || count > EVIDENCE_MAX || known {
            let why = format!(
                "It names no document, one that is there already, or over {EVIDENCE_MAX} in all."
            );
            return refuse("E-CASE-FORM", why, "Name new documents, or bundle them.");
        }
        case.evidence.extend_from_slice(documents);
        Ok(Vec::new())
    }
}
