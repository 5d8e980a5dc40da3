//! The codes of what is wrong with a command: Kusto's own names where its documentation or its clients have one, else ours.

/// A table or database that is not there (`EntityNotFoundException`).
pub(super) const NOT_FOUND: &str = "BadRequest_EntityNotFound";
/// A table that is there already (`EntityAlreadyExistsException`).
pub(super) const ALREADY_EXISTS: &str = "BadRequest_EntityAlreadyExists";
/// A name that an entity cannot have.
pub(super) const NAME_NOT_VALID: &str = "BadRequest_EntityNameIsNotValid";
/// A command that means nothing, or rows that do not suit their table.
pub(super) const BAD_REQUEST: &str = "General_BadRequest";
/// A record with another number of fields than its table has columns.
pub(super) const FIELD_COUNT: &str = "Stream_WrongNumberOfFields";
/// There is nothing to ingest.
pub(super) const NO_DATA: &str = "Stream_NoDataToIngest";
/// A command that writes, without a lake to write to.
pub(super) const NO_LAKE: &str = "VD4001";
