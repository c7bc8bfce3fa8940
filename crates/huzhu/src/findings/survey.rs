//! What the rules say of surveys.

use rules::finding::{Finding, SurveyFinding};

/// The words for a finding about surveys.
pub fn words(finding: &Finding) -> Option<String> {
    let Finding::Survey(SurveyFinding::Sealed { wave, instrument, .. }) = finding else {
        return None;
    };
    Some(format!("The wave {wave} is sealed: {instrument}. Answers may come from tomorrow on."))
}
