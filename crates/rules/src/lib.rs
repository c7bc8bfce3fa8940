//! The rules of a plan as a pure state machine: `state + entry -> state + findings`, or a refusal.
