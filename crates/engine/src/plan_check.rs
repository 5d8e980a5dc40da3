//! The last look at a plan: does every operator get the order and the distribution that it needs?
//!
//! DataFusion's own check, but for one plan that it wrongly refuses. A sort above a union is pushed into the union's inputs, and each is
//! sorted by what is not constant in it: `sort by a, k` over `union (T | extend k = "*"), (T | extend k = b)` sorts the first by `a` alone.
//! Every input then has the order, and merging them by all keys is right; but the order of the union as a whole is worked out from what its
//! inputs were sorted by, and comes out as less. So here each input of such a merge is asked by itself.

use std::sync::Arc;

use datafusion::common::Result;
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::physical_optimizer::PhysicalOptimizerRule;
use datafusion::physical_optimizer::optimizer::PhysicalOptimizer;
use datafusion::physical_optimizer::sanity_checker::SanityCheckPlan;
use datafusion::physical_plan::sorts::sort_preserving_merge::SortPreservingMergeExec;
use datafusion::physical_plan::union::UnionExec;
use datafusion::physical_plan::{ExecutionPlan, ExecutionPlanProperties};

/// DataFusion's rules, with this check for its own.
pub(crate) fn physical_rules() -> Vec<Arc<dyn PhysicalOptimizerRule + Send + Sync>> {
    let mut rules = PhysicalOptimizer::default().rules;
    let own = SanityCheckPlan::new();
    for rule in rules.iter_mut().filter(|rule| rule.name() == own.name()) {
        *rule = Arc::new(PlanCheck);
    }
    rules
}

#[derive(Debug)]
struct PlanCheck;

impl PhysicalOptimizerRule for PlanCheck {
    fn optimize(&self, plan: Arc<dyn ExecutionPlan>, config: &ConfigOptions) -> Result<Arc<dyn ExecutionPlan>> {
        let mut beside = vec![];
        let shown = Arc::clone(&plan).transform_up(|node| one_input(node, &mut beside))?.data;
        for part in beside.into_iter().chain([shown]) {
            SanityCheckPlan::new().optimize(part, config)?;
        }
        Ok(plan)
    }

    fn name(&self) -> &str {
        "PlanCheck"
    }

    fn schema_check(&self) -> bool {
        true
    }
}

/// A merge of a union whose inputs all have its order, with the first input alone; the others are to be checked beside it.
fn one_input(
    node: Arc<dyn ExecutionPlan>,
    beside: &mut Vec<Arc<dyn ExecutionPlan>>,
) -> Result<Transformed<Arc<dyn ExecutionPlan>>> {
    let Some(merge) = node.downcast_ref::<SortPreservingMergeExec>() else { return Ok(Transformed::no(node)) };
    let Some(union) = merge.input().downcast_ref::<UnionExec>() else { return Ok(Transformed::no(node)) };
    for input in union.inputs() {
        if !input.equivalence_properties().ordering_satisfy(merge.expr().iter().cloned())? {
            return Ok(Transformed::no(node));
        }
    }
    let Some((first, others)) = union.inputs().split_first() else { return Ok(Transformed::no(node)) };
    beside.extend(others.iter().cloned());
    let shown = SortPreservingMergeExec::new(merge.expr().clone(), Arc::clone(first)).with_fetch(merge.fetch());
    Ok(Transformed::yes(Arc::new(shown)))
}
