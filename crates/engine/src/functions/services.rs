//! Those whom kernels may ask for more than their arguments tell: where an address is, what a file is. Only the database knows them.

use std::sync::Arc;

use arrow::array::ArrayRef;
use datafusion::common::Result;

use super::Args;
use crate::places::Places;
use crate::profiles::FileProfiles;

/// Whom kernels may ask.
#[derive(Debug, Clone, Default)]
pub(crate) struct Services {
    /// Who knows where addresses are.
    pub(crate) places: Option<Arc<dyn Places>>,
    /// Who knows files by their hashes.
    pub(crate) profiles: Option<Arc<dyn FileProfiles>>,
}

/// What such a kernel is: a function of the arguments' arrays, and of those who know more.
pub(crate) type EvaluateServices = fn(&Args, &Services) -> Result<ArrayRef>;
