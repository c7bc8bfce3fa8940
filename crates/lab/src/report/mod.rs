//! One self-contained page with tables and pictures.
