//! The clause about complaints: what members can complain of, and until when they are answered.

use serde::{Deserialize, Serialize};

use super::Words;
use super::check::Report;

/// Longest time that an answer may take: after half a year a member has lost the matter.
const ANSWER_DAYS_MAX: i32 = 183;

/// Categories of one charter; a longer list is read by nobody who has something to complain of.
const CATEGORIES_MAX: usize = 32;

/// What members can complain of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Category {
    /// Stable code: lowercase letters, digits and hyphens.
    pub code: String,
    /// What it is about.
    pub text: Words,
    /// Days within which it is answered, the day of complaint not counted.
    pub answer_days: i32,
}

/// The register of complaints. No charter can be without one: what is not said is the default.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Complaints {
    /// What members can complain of.
    pub categories: Vec<Category>,
    /// Days after an answer within which the member can turn to the authority.
    pub escalation_days: i32,
}

impl Default for Complaints {
    /// Fifteen days for any complaint: what China's rules for complaints of insured people give for
    /// plain matters (China Banking and Insurance Regulatory Commission, order 3 of 2020).
    fn default() -> Self {
        let text = Words { en: "Any complaint.".to_owned(), zh: "任何投诉。".to_owned() };
        let any = Category { code: "any".to_owned(), text, answer_days: 15 };
        Self { categories: vec![any], escalation_days: 30 }
    }
}

impl Complaints {
    /// Whether the charter says nothing but what holds anyway.
    pub(super) fn is_default(&self) -> bool {
        *self == Self::default()
    }

    /// A category.
    #[must_use]
    pub fn category(&self, code: &str) -> Option<&Category> {
        self.categories.iter().find(|category| category.code == code)
    }

    pub(super) fn check(&self, report: &mut Report) {
        let code = "E-CHARTER-COMPLAINTS";
        report.refuse(
            (1..=CATEGORIES_MAX).contains(&self.categories.len()),
            code,
            "complaints.categories",
            format!("there are 1 to {CATEGORIES_MAX} categories"),
        );
        report.refuse(
            (1..=ANSWER_DAYS_MAX).contains(&self.escalation_days),
            code,
            "complaints.escalation_days",
            format!("members have 1 to {ANSWER_DAYS_MAX} days to turn to the authority"),
        );
        for (index, category) in self.categories.iter().enumerate() {
            let at = format!("complaints.categories[{index}]");
            let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
            let twins = self.categories.iter().filter(|other| other.code == category.code).count();
            report.refuse(
                (1..=40).contains(&category.code.len())
                    && category.code.chars().all(plain)
                    && twins == 1,
                code,
                &at,
                "a code is 1 to 40 lowercase letters, digits and hyphens, and stands once",
            );
            report.refuse(
                (1..=ANSWER_DAYS_MAX).contains(&category.answer_days),
                code,
                &at,
                format!("a complaint is answered within 1 to {ANSWER_DAYS_MAX} days"),
            );
        }
    }
}
