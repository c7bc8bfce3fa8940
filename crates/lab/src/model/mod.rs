//! Models in lavaan syntax: lexer, parser, parameter table.
