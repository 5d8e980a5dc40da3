//! Points that are so close that they are one: those that rounding alone tells apart.
//!
//! In: points. Out: for each, the first of those seen that is within S2's merge radius, or itself.

use std::collections::HashMap;

use s2::edge_crossings::INTERSECTION_MERGE_RADIUS;
use s2::point::Point;

use super::arc::chord2;

/// The points seen, in cubes of twice the radius.
#[derive(Debug, Default)]
pub(crate) struct Merger {
    cubes: HashMap<[i64; 3], Vec<Point>>,
}

impl Merger {
    /// The point seen before that this one is, or the point itself, which is seen from now on.
    pub(crate) fn merge(&mut self, point: &Point) -> Point {
        let cube = cube(point);
        let near =
            NEIGHBORS.iter().flat_map(|x| NEIGHBORS.iter().flat_map(move |y| NEIGHBORS.iter().map(move |z| (x, y, z))));
        for (x, y, z) in near {
            let seen = self.cubes.get(&[cube[0] + x, cube[1] + y, cube[2] + z]);
            let same = seen
                .into_iter()
                .flatten()
                .find(|seen| chord2(seen, point) <= INTERSECTION_MERGE_RADIUS * INTERSECTION_MERGE_RADIUS);
            if let Some(same) = same {
                return *same;
            }
        }
        self.cubes.entry(cube).or_default().push(*point);
        *point
    }
}

const NEIGHBORS: [i64; 3] = [0, -1, 1];

fn cube(point: &Point) -> [i64; 3] {
    [point.0.x, point.0.y, point.0.z].map(|value| (value / (2.0 * INTERSECTION_MERGE_RADIUS)).floor() as i64)
}
