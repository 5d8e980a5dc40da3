//! The detection of a rule over one table → a condition.
//!
//! In: named detections, the condition that joins them, and the table that is read. Out: one condition, or what stands in its way.

use std::collections::{BTreeMap, HashMap};

use lake::Content;
use rsigma_parser::{
    ConditionExpr, Detection, DetectionItem, Detections, Modifier, Quantifier, SelectorPattern, detection_name_matches,
};

use super::item::{self, Obstacle};
use super::kql::Kql;
use super::mapping::{Place, Read};

/// Detections inside detections.
const DEPTH_MAX: usize = 32;

/// What a detection is translated for.
pub(super) struct Target<'a> {
    pub(super) read: &'a Read,
    pub(super) content: &'a Content,
}

impl Target<'_> {
    /// The condition of a whole rule: its conditions, of which one is enough.
    pub(super) fn condition(&self, detections: &Detections) -> Result<Kql, Obstacle> {
        let conditions = detections.conditions.iter().map(|condition| self.expression(condition, &detections.named, 0));
        Ok(Kql::any(conditions.collect::<Result<_, _>>()?))
    }

    fn expression(
        &self,
        expression: &ConditionExpr,
        named: &HashMap<String, Detection>,
        depth: usize,
    ) -> Result<Kql, Obstacle> {
        if depth > DEPTH_MAX {
            return Err(Obstacle::Rule("a condition that is nested too deep".to_owned()));
        }
        let parts = |parts: &[ConditionExpr]| -> Result<Vec<Kql>, Obstacle> {
            parts.iter().map(|part| self.expression(part, named, depth + 1)).collect()
        };
        match expression {
            ConditionExpr::And(all) => Ok(Kql::all(parts(all)?)),
            ConditionExpr::Or(any) => Ok(Kql::any(parts(any)?)),
            ConditionExpr::Not(part) => Ok(self.expression(part, named, depth + 1)?.negated()),
            ConditionExpr::Identifier(name) => match named.get(name) {
                Some(detection) => self.detection(detection, depth + 1),
                None => Err(Obstacle::Rule(format!("the condition names `{name}`, which is not there"))),
            },
            ConditionExpr::Selector { quantifier, pattern } => self.selected(quantifier, pattern, named, depth + 1),
        }
    }

    fn selected(
        &self,
        quantifier: &Quantifier,
        pattern: &SelectorPattern,
        named: &HashMap<String, Detection>,
        depth: usize,
    ) -> Result<Kql, Obstacle> {
        // In the order of their names: a map has none.
        let sorted: BTreeMap<&String, &Detection> = named.iter().collect();
        let is_meant = |name: &str| match pattern {
            SelectorPattern::Them => !name.starts_with('_'),
            SelectorPattern::Pattern(pattern) => detection_name_matches(pattern, name),
        };
        let meant = sorted.into_iter().filter(|(name, _)| is_meant(name));
        let parts: Vec<Kql> = meant.map(|(_, detection)| self.detection(detection, depth)).collect::<Result<_, _>>()?;
        if parts.is_empty() {
            return Err(Obstacle::Rule(format!("`{quantifier} of {pattern}` means no detection")));
        }
        Ok(match quantifier {
            Quantifier::Any => Kql::any(parts),
            Quantifier::All => Kql::all(parts),
            Quantifier::Count(1) => Kql::any(parts),
            Quantifier::Count(count) => {
                let ones: Vec<String> = parts.iter().map(|part| format!("iff({}, 1, 0)", part.text())).collect();
                Kql::Test(format!("{} >= {count}", ones.join(" + ")))
            }
        })
    }

    fn detection(&self, detection: &Detection, depth: usize) -> Result<Kql, Obstacle> {
        if depth > DEPTH_MAX {
            return Err(Obstacle::Rule("a detection that is nested too deep".to_owned()));
        }
        let parts = |parts: &[Detection]| -> Result<Vec<Kql>, Obstacle> {
            parts.iter().map(|part| self.detection(part, depth + 1)).collect()
        };
        match detection {
            Detection::AllOf(items) => {
                Ok(Kql::all(items.iter().map(|item| self.item(item)).collect::<Result<_, _>>()?))
            }
            Detection::AnyOf(any) => Ok(Kql::any(parts(any)?)),
            Detection::And(all) => Ok(Kql::all(parts(all)?)),
            Detection::Keywords(words) => {
                let column = self.read.keywords.as_deref();
                let tests = words.iter().map(|word| item::keyword(word, column, false));
                Ok(Kql::any(tests.collect::<Result<_, _>>()?))
            }
            Detection::ArrayMatch { field, .. } => {
                Err(Obstacle::Rule(format!("a detection of members of a list (`{field}[…]`)")))
            }
            Detection::Conditional { .. } => Err(Obstacle::Rule("a detection with a condition of its own".to_owned())),
        }
    }

    fn item(&self, item: &DetectionItem) -> Result<Kql, Obstacle> {
        let Some(field) = &item.field.name else { return self.words(item) };
        let place = |field: &str| -> Option<Place> { self.read.place(field, self.content) };
        match place(field) {
            Some(found) => item::condition(item, &found, &place),
            None => Err(Obstacle::Table(format!("no column of `{}` holds `{field}`", self.read.table))),
        }
    }

    /// Words with modifiers, but without a field.
    fn words(&self, item: &DetectionItem) -> Result<Kql, Obstacle> {
        let column = self.read.keywords.as_deref();
        if let Some(modifier) = item
            .field
            .modifiers
            .iter()
            .find(|modifier| !matches!(modifier, Modifier::All | Modifier::Contains | Modifier::Cased))
        {
            return Err(Obstacle::Rule(format!("the modifier `{modifier:?}` of a word without a field")));
        }
        let is_cased = item.field.has_modifier(Modifier::Cased);
        let tests: Vec<Kql> =
            item.values.iter().map(|word| item::keyword(word, column, is_cased)).collect::<Result<_, _>>()?;
        Ok(if item.field.has_modifier(Modifier::All) { Kql::all(tests) } else { Kql::any(tests) })
    }
}
