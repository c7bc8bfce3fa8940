//! Money: amounts in minor units, currencies, exact splits. No floats, no I/O, no panics on input.
