//! Ordering: commands in, an ordered durable stream of entries out. Holds no rule.
