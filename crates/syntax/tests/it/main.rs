//! Tests of the syntax room, in one binary.
mod limits;
