//! What members do: logit, hazards, survival.
