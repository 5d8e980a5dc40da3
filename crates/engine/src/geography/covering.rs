//! A shape as the S2 cells of one level that it touches.
//!
//! In: a line or a polygon, a level, a radius in meters. Out: the tokens of all cells that have a point of the shape, or one that is no
//! farther from it than the radius, in the order of the cells; `None` when they are too many. Cells are split from the six faces down, each
//! with the edges that are still near, so that a shape costs what its outline is long. Touching counts, as in S2.

use datafusion::common::{Result, exec_err};
use s2::cell::Cell;
use s2::cellid::{CellID, MAX_LEVEL};
use s2::point::Point;

use super::arc;
use super::edges::Edge;
use super::line::Line;
use super::orientation::{Crossing, crossing};
use super::point::EARTH_RADIUS_M;
use super::polygon::Polygon;
use super::tessellate::chord2_of;

/// The most cells of an answer, as documented.
const CELLS_MAX: usize = 65_536;

/// The most pairs of a cell and an edge near it that are held at once: 128 MiB.
const PAIRS_MAX: usize = 1 << 24;

/// The level when none is given, as documented.
pub(crate) const LEVEL_DEFAULT: i64 = 11;

/// What rounding may put between a cell and what touches it, as the square of a chord.
const TOUCH2: f64 = 4e-30;

/// The cells of a line.
pub(crate) fn line_cells(line: &Line, level: i64, radius_m: f64) -> Result<Option<Vec<String>>> {
    covering(line.edges.all(), &|_| false, level, radius_m)
}

/// The cells of a polygon.
pub(crate) fn polygon_cells(polygon: &Polygon, level: i64, radius_m: f64) -> Result<Option<Vec<String>>> {
    covering(polygon.edges.all(), &|point| polygon.contains(point), level, radius_m)
}

/// A cell that may be part of the answer, and the numbers of the edges that are near.
struct Candidate {
    cell: CellID,
    near: Vec<usize>,
}

fn covering(
    edges: &[Edge],
    contains: &dyn Fn(&Point) -> bool,
    level: i64,
    radius_m: f64,
) -> Result<Option<Vec<String>>> {
    let Some(level) = u64::try_from(level).ok().filter(|level| *level <= MAX_LEVEL) else { return Ok(None) };
    if !(radius_m >= 0.0 && radius_m.is_finite()) {
        return Ok(None);
    }
    let reach2 = chord2_of(radius_m / EARTH_RADIUS_M).max(TOUCH2);
    let mut whole: Vec<CellID> = vec![];
    let mut open: Vec<Candidate> =
        (0..6).map(|face| Candidate { cell: CellID::from_face(face), near: (0..edges.len()).collect() }).collect();
    for at in 0..=level {
        let mut kept = vec![];
        for candidate in open {
            match judge(&candidate, edges, contains, reach2) {
                Verdict::Apart => {}
                Verdict::Inside => whole.push(candidate.cell),
                Verdict::Near(near) => kept.push(Candidate { cell: candidate.cell, near }),
            }
        }
        // Of every cell that is kept, a part is; of every whole one, all are.
        let spread = |cell: &CellID| 4_usize.saturating_pow(u32::try_from(level - cell.level()).unwrap_or(u32::MAX));
        let count = whole.iter().map(spread).fold(kept.len(), usize::saturating_add);
        if count > CELLS_MAX {
            return Ok(None);
        }
        if kept.iter().map(|candidate| candidate.near.len()).sum::<usize>() > PAIRS_MAX {
            return exec_err!("more than {PAIRS_MAX} edges lie near the cells of a covering");
        }
        if at == level {
            whole.extend(kept.iter().map(|candidate| candidate.cell));
            break;
        }
        let children =
            |parent: Candidate| parent.cell.children().map(|cell| Candidate { cell, near: parent.near.clone() });
        open = kept.into_iter().flat_map(children).collect();
    }
    let mut cells: Vec<CellID> = whole.iter().flat_map(|cell| cell.child_iter_at_level(level)).collect();
    cells.sort();
    Ok(Some(cells.iter().map(CellID::to_token).collect()))
}

/// How a cell lies to a shape.
enum Verdict {
    Apart,
    Inside,
    /// With the edges that are within reach.
    Near(Vec<usize>),
}

fn judge(candidate: &Candidate, edges: &[Edge], contains: &dyn Fn(&Point) -> bool, reach2: f64) -> Verdict {
    let cell = Cell::from(candidate.cell);
    let corners = cell.vertices();
    let mut near = vec![];
    let mut is_cut = false;
    for number in &candidate.near {
        let Some(edge) = edges.get(*number) else { continue };
        let distance2 = distance2(&cell, &corners, edge);
        is_cut |= distance2 <= TOUCH2;
        if distance2 <= reach2 {
            near.push(*number);
        }
    }
    if !is_cut && contains(&cell.center()) {
        return Verdict::Inside;
    }
    if near.is_empty() { Verdict::Apart } else { Verdict::Near(near) }
}

/// The square of the chord between a cell and an edge; 0 when they meet.
fn distance2(cell: &Cell, corners: &[Point; 4], edge: &Edge) -> f64 {
    if cell.contains_point(&edge.0) || cell.contains_point(&edge.1) {
        return 0.0;
    }
    let mut least = f64::INFINITY;
    for (place, corner) in corners.iter().enumerate() {
        let side = (*corner, corners[(place + 1) % 4]);
        if crossing(&side.0, &side.1, &edge.0, &edge.1) == Crossing::Inside {
            return 0.0;
        }
        let from_corner = arc::chord2(corner, &arc::nearest(edge, corner));
        let from_ends = [edge.0, edge.1].map(|end| arc::chord2(&end, &arc::nearest(&side, &end)));
        least = least.min(from_corner).min(from_ends[0]).min(from_ends[1]);
    }
    least
}
