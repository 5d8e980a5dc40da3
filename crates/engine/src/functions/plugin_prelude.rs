//! What a plugin file needs.

pub(crate) use arrow::array::ArrayRef;
pub(crate) use datafusion::common::{Result, exec_err};
pub(crate) use semantics::plugin::{PluginAccepts, PluginCall, PluginColumns, PluginInfo, takes};
pub(crate) use semantics::{Column, Schema, Type, Value};

pub(crate) use super::plugins::{Given, Made, Plugin};
