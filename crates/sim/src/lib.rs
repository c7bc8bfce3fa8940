//! Incidence, fairness, populations and forecasts: everything that needs floats and chance.
