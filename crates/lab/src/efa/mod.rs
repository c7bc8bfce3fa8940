//! Exploratory factor analysis and sampling adequacy.
