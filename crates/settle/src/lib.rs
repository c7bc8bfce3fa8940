//! Charges at scale: eager columns and member statements from the rate tables that `rules`
//! computed.
