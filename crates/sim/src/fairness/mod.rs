//! Whether a plan's charges are fair between its classes, and how much they vary.

mod classes;
mod variation;

pub use classes::{
    Class, ClassFairness, Cliff, benefit_steps, by_class, cliffs, mean_cost, pure_annual_cost,
};
pub use variation::ClaimProfile;
