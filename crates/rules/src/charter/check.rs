//! What a charter must not contradict. Errors refuse it; warnings are for its members to weigh.

use super::{Charter, check_cases, check_duties, check_funds, check_money, check_people};

/// One thing that is wrong or unwise, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Complaint {
    /// Stable code.
    pub code: &'static str,
    /// Key in the charter.
    pub at: String,
    /// A sentence.
    pub what: String,
}

/// Everything the check found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Contradictions: the charter is refused.
    pub errors: Vec<Complaint>,
    /// Unwise or unfair clauses.
    pub warnings: Vec<Complaint>,
}

impl Report {
    pub(super) fn refuse(
        &mut self,
        holds: bool,
        code: &'static str,
        at: impl Into<String>,
        what: impl Into<String>,
    ) {
        if !holds {
            self.errors.push(Complaint { code, at: at.into(), what: what.into() });
        }
    }

    pub(super) fn warn(
        &mut self,
        holds: bool,
        code: &'static str,
        at: impl Into<String>,
        what: impl Into<String>,
    ) {
        if !holds {
            self.warnings.push(Complaint { code, at: at.into(), what: what.into() });
        }
    }
}

impl Charter {
    /// Looks for contradictions and for clauses that members should be warned of.
    #[must_use]
    pub fn check(&self) -> Report {
        let mut report = Report::default();
        report.refuse(self.format == 1, "E-CHARTER-FORMAT", "format", "the format must be 1");
        let id = &self.plan.id;
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        report.refuse(
            (1..=40).contains(&id.len()) && id.chars().all(plain),
            "E-CHARTER-ID",
            "plan.id",
            "the id must be 1 to 40 lowercase letters, digits or hyphens",
        );
        check_cases::check(self, &mut report);
        check_duties::check(self, &mut report);
        check_people::check(self, &mut report);
        check_money::check(self, &mut report);
        check_funds::check(self, &mut report);
        self.complaints.check(&mut report);
        self.jury.hearing.check(self, &mut report);
        report
    }
}
