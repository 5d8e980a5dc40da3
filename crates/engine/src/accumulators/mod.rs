//! Accumulators shared by the aggregate functions.
