//! Every aggregate
