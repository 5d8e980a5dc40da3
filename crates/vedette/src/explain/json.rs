//! An explanation as JSON, for programs: the same stages and figures as the text has.

use std::io::Write;

use engine::explain::{Branch, End, Found, Miss, Plan, Stage, Stopped, Test};
use semantics::{Column, Value};
use serde_json::{Map, Value as Json, json};
use syntax::position;

use super::Explained;
use super::phrases;
use super::text::numbers;
use crate::failure::Failure;
use crate::render::{datetime_text, write_object};

/// Writes `{"explained":[…]}` and a line end.
pub(crate) fn write(output: &mut impl Write, explained: &[Explained]) -> Result<(), Failure> {
    let all: Result<Vec<Json>, Failure> = explained.iter().map(one).collect();
    writeln!(output, "{}", json!({ "explained": all? }))?;
    Ok(())
}

fn one(explained: &Explained) -> Result<Json, Failure> {
    let explanation = &explained.explanation;
    let numbers = numbers(explanation);
    let number = |id: usize| numbers.get(&id).copied().unwrap_or_default();
    let page = Page { text: &explained.text, number: &number };
    let branches = |all: &[Branch]| all.iter().map(|branch| page.branch(branch)).collect::<Result<Vec<_>, _>>();
    let mut object = json!({
        "name": explained.name,
        "now": datetime_text(explained.now),
        "shared": branches(&explanation.shared)?,
        "results": branches(&explanation.results)?,
        "plans": explanation.plans.iter().map(plan).collect::<Vec<_>>(),
    });
    if let Some(followed) = &explanation.followed {
        let (end, stage, came_out) = match followed.end {
            End::NotThere => ("not there", None, None),
            End::CameOut(rows) => ("came out", None, Some(rows)),
            End::DroppedAt(stage) => ("dropped", Some(number(stage)), None),
            End::LostAt(stage) => ("lost", Some(number(stage)), None),
        };
        object["followed"] = json!({
            "why": explained.why, "table": followed.table, "rows": followed.rows, "end": end, "stage": stage,
            "came_out": came_out,
        });
    }
    Ok(object)
}

struct Page<'p> {
    text: &'p str,
    number: &'p dyn Fn(usize) -> usize,
}

impl Page<'_> {
    fn branch(&self, branch: &Branch) -> Result<Json, Failure> {
        let stages: Result<Vec<Json>, Failure> = branch.stages.iter().map(|stage| self.stage(stage)).collect();
        Ok(json!({ "role": branch.role, "stages": stages? }))
    }

    fn stage(&self, stage: &Stage) -> Result<Json, Failure> {
        let columns: Vec<Json> =
            stage.columns.iter().map(|column| json!({ "name": column.name, "type": column.ty.name() })).collect();
        let inputs: Result<Vec<Json>, Failure> = stage.inputs.iter().map(|input| self.branch(input)).collect();
        let misses = |all: &[Miss]| all.iter().map(miss).collect::<Result<Vec<_>, _>>();
        let mut object = json!({
            "number": (self.number)(stage.id),
            "operator": stage.operator,
            "text": stage.text,
            "line": stage.span.map(|span| position(self.text, span.start).line),
            "rows": stage.rows,
            "ms": stage.time.map(|time| time.as_micros() as f64 / 1_000.0),
            "columns": columns,
            "notes": stage.notes,
            "inputs": inputs?,
            "misses": misses(&stage.misses)?,
        });
        if stage.followed.is_some() {
            object["followed"] = json!(stage.followed);
            object["followed_misses"] = json!(misses(&stage.followed_misses)?);
        }
        Ok(object)
    }
}

fn miss(miss: &Miss) -> Result<Json, Failure> {
    let mut row = Map::new();
    for (name, found) in &miss.identity {
        row.insert(name.clone(), value(found)?);
    }
    let stopped: Result<Vec<Json>, Failure> = miss.stopped.iter().map(stopped).collect();
    Ok(json!({ "row": row, "rows": miss.rows, "stopped_by": stopped? }))
}

fn stopped(stopped: &Stopped) -> Result<Json, Failure> {
    let found: Result<Vec<Json>, Failure> = stopped.found.iter().map(found).collect();
    Ok(json!({
        "condition": stopped.condition, "later": stopped.is_later, "any": stopped.is_any, "found": found?,
    }))
}

fn found(found: &Found) -> Result<Json, Failure> {
    let mut values = Map::new();
    for (name, held) in &found.values {
        values.insert(name.clone(), value(held)?);
    }
    let test = match &found.test {
        Test::Compare { operator, threshold } => json!({ "operator": operator, "threshold": value(threshold)? }),
        Test::Between { low, high } => json!({ "operator": "between", "low": value(low)?, "high": value(high)? }),
        Test::Other => Json::Null,
    };
    let words = phrases::found(found);
    Ok(json!({ "condition": found.condition, "values": values, "test": test, "words": words }))
}

fn plan(plan: &Plan) -> Json {
    let scans: Vec<Json> = plan
        .scans
        .iter()
        .map(|scan| json!({ "table": scan.table, "columns": scan.columns, "filters": scan.filters }))
        .collect();
    let metrics: Map<String, Json> = plan.metrics.iter().map(|(name, count)| (name.clone(), json!(count))).collect();
    json!({
        "rows": plan.whole.map(|(_, rows)| rows),
        "ms": plan.whole.map(|(time, _)| time.as_micros() as f64 / 1_000.0),
        "scans": scans, "storage": metrics, "logical": plan.logical, "physical": plan.physical,
    })
}

/// A value as the other formats have it.
fn value(value: &Value) -> Result<Json, Failure> {
    let mut bytes = vec![];
    write_object(&mut bytes, &[Column::new("v", value.ty())], std::slice::from_ref(value))?;
    let bug = |error: serde_json::Error| Failure::Bug(error.to_string());
    let mut object: Json = serde_json::from_slice(&bytes).map_err(bug)?;
    Ok(object.get_mut("v").map(Json::take).unwrap_or_default())
}
