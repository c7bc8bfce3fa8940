//! The trust lab: questionnaires, interviews and the statistics that model trust.
//!
//! Nothing else in the workspace depends on this crate but the binary; it depends on none of the
//! others. Random numbers come from counter-based streams, so a result depends on its seed and
//! never on the number of threads.

pub mod agreement;
pub mod behaviour;
pub mod data;
pub mod efa;
pub mod index;
pub mod instrument;
pub mod interviews;
pub mod model;
pub mod pls;
pub mod reliability;
pub mod report;
pub mod sem;
pub mod stats;
