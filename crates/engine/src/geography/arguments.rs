//! What several functions of places share: how their arguments are read and their answers made.
//!
//! A shape that is a constant is parsed, checked and indexed once per batch.

use arrow::array::ArrayRef;
use datafusion::common::Result;

use super::point::LngLat;
use crate::functions::{Args, Json};

/// The places of as many pairs of longitude and latitude as asked for, from that argument on.
pub(crate) fn points<const N: usize>(
    args: &Args,
    from: usize,
) -> Result<impl Fn(usize) -> Option<[LngLat; N]> + use<N>> {
    let mut columns = vec![];
    for at in 0..N {
        columns.push((args.reals(from + 2 * at)?, args.reals(from + 2 * at + 1)?));
    }
    Ok(move |row| {
        let mut places = [LngLat { lng: 0.0, lat: 0.0 }; N];
        for (place, (lng, lat)) in places.iter_mut().zip(&columns) {
            *place = LngLat::new(lng.get(row)?, lat.get(row)?)?;
        }
        Some(places)
    })
}

/// Answers with reals from that many places.
pub(crate) fn reals_of_points<const N: usize>(
    args: &Args,
    value: impl Fn([LngLat; N]) -> Option<f64>,
) -> Result<ArrayRef> {
    let places = points::<N>(args, 0)?;
    args.make_reals(|row| value(places(row)?))
}

/// A shape argument: its GeoJSON, made into what a function works with.
pub(crate) enum Shapes<T> {
    /// The same for every row.
    One(Option<T>),
    /// A column, and how a value is made.
    Many(Json, fn(&str) -> Result<Option<T>>),
}

impl<T> Shapes<T> {
    /// The shapes of an argument.
    pub(crate) fn new(args: &Args, index: usize, make: fn(&str) -> Result<Option<T>>) -> Result<Self> {
        Ok(match args.json(index)? {
            Json::One(None) => Self::One(None),
            Json::One(Some(json)) => Self::One(make(&json)?),
            column @ Json::Many(_) => Self::Many(column, make),
        })
    }

    /// Works with the shape of a row; `None` when there is none.
    pub(crate) fn with<R>(&self, row: usize, work: impl FnOnce(&T) -> Result<Option<R>>) -> Result<Option<R>> {
        match self {
            Self::One(shape) => shape.as_ref().map_or(Ok(None), work),
            Self::Many(column, make) => match column.get(row).map(make).transpose()?.flatten() {
                Some(shape) => work(&shape),
                None => Ok(None),
            },
        }
    }
}

/// Answers with JSON, or says what is not built.
pub(crate) fn try_json(args: &Args, value: impl Fn(usize) -> Result<Option<String>>) -> Result<ArrayRef> {
    let values = (0..args.rows()).map(value).collect::<Result<Vec<_>>>()?;
    args.make_json(|row| values.get(row)?.as_deref())
}

/// Answers with reals, or says what is not built.
pub(crate) fn try_reals(args: &Args, value: impl Fn(usize) -> Result<Option<f64>>) -> Result<ArrayRef> {
    let values = (0..args.rows()).map(value).collect::<Result<Vec<_>>>()?;
    args.make_reals(|row| *values.get(row)?)
}

/// Answers with bools, or says what is not built.
pub(crate) fn try_bools(args: &Args, value: impl Fn(usize) -> Result<Option<bool>>) -> Result<ArrayRef> {
    let values = (0..args.rows()).map(value).collect::<Result<Vec<_>>>()?;
    args.make_bools(|row| *values.get(row)?)
}
