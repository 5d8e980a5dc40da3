//! `buildschema`: the types that the values of a group have, and those of their parts.
//!
//! In: dynamics. Out: the name of a type, a bag of the types of properties (those of an array's elements stand under [`INDEXER`]), or an
//! array of such things where values differ, each once and in the order in which they came. A null is of every type and adds none; where
//! there is nothing but nulls stands an empty array, which Kusto's page leaves open. A value that was written as a guid or a time is
//! text by now, and so it is a string here.
//!
//! Source: learn.microsoft.com/kusto/query/buildschema-aggregation-function.

use arrow::array::{Array, ArrayRef, AsArray, StringViewArray, StringViewBuilder};
use arrow::compute::cast;
use arrow::datatypes::DataType;
use datafusion::common::{Result, exec_err};
use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use super::{Fold, Folding};
use crate::dynamic::{Kind, array_items, array_of, kind, object_entries, object_of, quoted, unquote};
use crate::functions::LowerAggregate;

/// Where the types of an array's elements stand.
const INDEXER: &str = "`indexer`";

/// More properties than any reader wants; a bag whose keys are data has millions.
const PROPERTIES_MAX: usize = 65_536;

/// How `buildschema` is computed.
pub(crate) const fn schema() -> LowerAggregate {
    LowerAggregate::Groups {
        make: |_| Ok(Folding::boxed(Schemas)),
        state: |_| vec![DataType::Utf8View],
        columns: |_| 1,
        filter: None,
    }
}

struct Schemas;

/// What is known of a group.
#[derive(Clone, Default)]
struct Seen {
    has_values: bool,
    schema: Schema,
    property_count: usize,
}

/// The types at one place.
#[derive(Clone, Default)]
struct Schema {
    types: Vec<Member>,
    properties: Vec<(String, Schema)>,
    places: HashMap<String, usize>,
}

/// One of several types at a place.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Member {
    Bool,
    Long,
    Double,
    String,
    /// Bags and arrays: they share the properties.
    Container,
}

impl Member {
    const PLAIN: [(Self, &'static str); 4] =
        [(Self::Bool, "bool"), (Self::Long, "long"), (Self::Double, "double"), (Self::String, "string")];
}

impl Schema {
    fn add(&mut self, member: Member) {
        if !self.types.contains(&member) {
            self.types.push(member);
        }
    }

    /// The types of a property; none when there are too many properties.
    fn property(&mut self, name: Cow<'_, str>, count: &mut usize) -> Option<&mut Self> {
        let at = match self.places.get(name.as_ref()) {
            Some(at) => *at,
            None if *count >= PROPERTIES_MAX => {
                *count = PROPERTIES_MAX + 1;
                return None;
            }
            None => {
                *count += 1;
                self.places.insert(name.clone().into_owned(), self.properties.len());
                self.properties.push((name.into_owned(), Self::default()));
                self.properties.len() - 1
            }
        };
        self.properties.get_mut(at).map(|(_, schema)| schema)
    }

    /// Takes in a value. The depth is bounded, because that of every dynamic is.
    fn take_value(&mut self, json: &str, count: &mut usize) {
        match kind(json) {
            Kind::Null => {}
            Kind::Bool => self.add(Member::Bool),
            Kind::Whole => self.add(Member::Long),
            Kind::Real => self.add(Member::Double),
            Kind::String => self.add(Member::String),
            Kind::Bag => {
                self.add(Member::Container);
                for (name, value) in object_entries(json).into_iter().flatten() {
                    if let Some(property) = self.property(name, count) {
                        property.take_value(value, count);
                    }
                }
            }
            Kind::Array => {
                self.add(Member::Container);
                if let Some(elements) = self.property(Cow::Borrowed(INDEXER), count) {
                    array_items(json).into_iter().flatten().for_each(|item| elements.take_value(item, count));
                }
            }
        }
    }

    /// Takes in what another has seen.
    fn merge(&mut self, other: &Self, count: &mut usize) {
        other.types.iter().for_each(|member| self.add(*member));
        for (name, schema) in &other.properties {
            if let Some(property) = self.property(Cow::Borrowed(name), count) {
                property.merge(schema, count);
            }
        }
    }

    /// The array of all types.
    fn state(&self) -> String {
        array_of(self.members(Self::state))
    }

    /// A single type stands alone.
    fn answer(&self) -> String {
        match self.types.as_slice() {
            [_] => self.members(Self::answer).next().unwrap_or_default(),
            _ => array_of(self.members(Self::answer)),
        }
    }

    fn members(&self, write: fn(&Self) -> String) -> impl Iterator<Item = String> {
        self.types.iter().map(move |member| match Member::PLAIN.iter().find(|(plain, _)| plain == member) {
            Some((_, name)) => quoted(name),
            None => object_of(self.properties.iter().map(|(name, schema)| (name, write(schema)))),
        })
    }

    /// Reads what `state` wrote.
    fn of_state(json: &str, count: &mut usize) -> Self {
        let mut schema = Self::default();
        for item in array_items(json).into_iter().flatten() {
            let name = unquote(item);
            match Member::PLAIN.iter().find(|(_, plain)| name.as_deref() == Some(plain)) {
                Some((member, _)) => schema.add(*member),
                None => {
                    schema.add(Member::Container);
                    for (name, state) in object_entries(item).into_iter().flatten() {
                        let inner = Self::of_state(state, count);
                        if let Some(property) = schema.property(name, count) {
                            *property = inner;
                        }
                    }
                }
            }
        }
        schema
    }
}

impl Fold for Schemas {
    type State = Seen;
    type Input = StringViewArray;

    fn read(&self, columns: &[ArrayRef]) -> Result<StringViewArray> {
        Ok(cast(&columns[0], &DataType::Utf8View)?.as_string_view().clone())
    }

    fn add(&self, state: &mut Seen, input: &StringViewArray, row: usize) {
        if input.is_valid(row) {
            state.has_values = true;
            state.schema.take_value(input.value(row), &mut state.property_count);
        }
    }

    fn merge(&self, state: &mut Seen, other: &Seen) {
        state.has_values |= other.has_values;
        state.schema.merge(&other.schema, &mut state.property_count);
        if other.property_count > PROPERTIES_MAX {
            state.property_count = other.property_count;
        }
    }

    /// A group without values is null, one with too many properties an empty text.
    fn save(&self, states: &[Seen]) -> Vec<ArrayRef> {
        let mut builder = StringViewBuilder::with_capacity(states.len());
        for seen in states {
            match seen.property_count > PROPERTIES_MAX {
                true => builder.append_value(""),
                false => builder.append_option(seen.has_values.then(|| seen.schema.state())),
            }
        }
        vec![Arc::new(builder.finish())]
    }

    fn load(&self, columns: &[ArrayRef]) -> Result<Vec<Seen>> {
        let texts = self.read(columns)?;
        Ok(texts
            .iter()
            .map(|text| match text {
                None => Seen::default(),
                Some("") => Seen { has_values: true, property_count: PROPERTIES_MAX + 1, ..Seen::default() },
                Some(text) => {
                    let mut property_count = 0;
                    let schema = Schema::of_state(text, &mut property_count);
                    Seen { has_values: true, schema, property_count }
                }
            })
            .collect())
    }

    fn finish(&self, states: Vec<Seen>) -> Result<ArrayRef> {
        if states.iter().any(|seen| seen.property_count > PROPERTIES_MAX) {
            return exec_err!("`buildschema` found more than {PROPERTIES_MAX} different properties");
        }
        let answers = states.iter().map(|seen| seen.has_values.then(|| seen.schema.answer()));
        Ok(Arc::new(answers.collect::<StringViewArray>()))
    }
}
