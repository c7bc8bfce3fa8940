//! The questionnaire, its constructs, its analysis plan and its seal.
