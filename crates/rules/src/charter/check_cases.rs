//! Contradictions in the clauses about the course of a case.

use super::Charter;
use super::check::Report;

/// No step of a case is promised or heard over more than a year.
const DAYS_MAX: i32 = 366;

pub(super) fn check(charter: &Charter, report: &mut Report) {
    if let Some(promise) = &charter.promise {
        let days = [
            promise.investigate_days,
            promise.review_days,
            promise.publish_days,
            promise.decide_days,
            promise.pay_days,
        ];
        report.refuse(
            days.iter().all(|days| (0..=DAYS_MAX).contains(days)),
            "E-CHARTER-PROMISE",
            "promise",
            "the days promised for a step are 0 to 366",
        );
    }
    report.warn(
        charter.promise.is_some(),
        "W-CHARTER-PROMISE",
        "promise",
        "no days are promised for the steps of a case, so none is ever late",
    );
    report.refuse(
        (1..=DAYS_MAX).contains(&charter.fraud.hearing_days),
        "E-CHARTER-FRAUD",
        "fraud.hearing_days",
        "an applicant is heard for 1 to 366 days before fraud is found",
    );
    report.refuse(
        charter.re_audit.is_none_or(|clause| {
            (1..=1_000_000).contains(&clause.share.millionths())
                && (1..=DAYS_MAX).contains(&clause.report_days)
                && !charter.jury.hearing.parties.is_empty()
        }),
        "E-CHARTER-RE-AUDIT",
        "re_audit",
        "a share above 0 and up to 1 is drawn by the parties of `jury.hearing`, for reports within \
         1 to 366 days",
    );
    report.warn(
        charter.re_audit.is_some(),
        "W-CHARTER-RE-AUDIT",
        "re_audit",
        "no paid case is ever investigated again",
    );
    let shows = |field: &str| charter.disclosure.card.iter().any(|shown| shown == field);
    report.warn(
        charter.health.questions.is_empty() || shows("question") && shows("answer"),
        "W-CHARTER-CARD",
        "disclosure.card",
        "a card does not show the health question and the answer on which a refusal rests",
    );
}
