//! The T1583.004 rule in vedette, and the same query written by hand for DuckDB.

use super::{Bench, DUCKDB, Options};
use std::path::Path;

/// Writes the pack's query where the script finds it, and times both engines.
pub(super) fn run(bench: &Bench, options: &Options<'_>) -> Result<(), String> {
    let query = bench.work.join("server-beacon.kql");
    std::fs::write(&query, query_of_the_pack(&bench.root)?)
        .map_err(|error| format!("cannot write {}: {error}", query.display()))?;
    bench.compare("rule", &[DUCKDB], options, vec!["--query".into(), query.into_os_string()])
}

/// The query of the pack's rule: the block below `query: |`, without its indentation.
fn query_of_the_pack(root: &Path) -> Result<String, String> {
    let path = root.join("content/packs/t1583.004/detections/server-beacon/rule.yaml");
    let text = std::fs::read_to_string(&path).map_err(|error| format!("cannot read {}: {error}", path.display()))?;
    let block = text.lines().skip_while(|line| *line != "query: |").skip(1);
    let block = block.take_while(|line| line.is_empty() || line.starts_with("  "));
    let query: String = block.map(|line| format!("{}\n", line.strip_prefix("  ").unwrap_or_default())).collect();
    if query.is_empty() { Err(format!("{} has no block `query: |`", path.display())) } else { Ok(query) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_query_is_the_pack_s_own() {
        let query = query_of_the_pack(&crate::root()).expect("the pack has a rule");
        assert_eq!(query.len(), 2646, "as long as the published query");
        assert!(query.starts_with("// Detect potential C2") && query.ends_with("ConnectionCount desc\n"));
    }
}
