//! What Defender's advanced hunting and Sentinel's Log Analytics have of the tables, columns and functions that vedette knows.
//!
//! In: the content, whose tables hold the columns of both. Out: a catalog as one of the products has it. The merge that made the tables put
//! Defender's columns first, so what only Sentinel has begins at its first column.

use std::collections::BTreeMap;
use std::sync::Arc;

use engine::functions;
use lake::Content;
use semantics::plugin::PluginInfo;
use semantics::signature::{FunctionInfo, FunctionKind};
use semantics::{Catalog, Column, StoredFunction, TableSchema};

/// Whose names a query may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Product {
    /// All that vedette knows, and the names that published queries use though neither product has them.
    Vedette,
    /// Defender's advanced hunting.
    Defender,
    /// Sentinel: a workspace of Log Analytics.
    Sentinel,
}

impl Product {
    /// As people call it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Vedette => "vedette",
            Self::Defender => "Defender",
            Self::Sentinel => "Sentinel",
        }
    }
}

/// The tables of advanced hunting. Source: learn.microsoft.com/defender-xdr/advanced-hunting-schema-tables, and two that it had before.
const DEFENDER_TABLES: [&str; 63] = [
    "AADSignInEventsBeta",
    "AADSpnSignInEventsBeta",
    "AIAgentsInfo",
    "AgentsInfo",
    "AlertEvidence",
    "AlertInfo",
    "BehaviorEntities",
    "BehaviorInfo",
    "CampaignInfo",
    "CloudAppEvents",
    "CloudAuditEvents",
    "CloudDnsEvents",
    "CloudPolicyEnforcementEvents",
    "CloudProcessEvents",
    "CloudStorageAggregatedEvents",
    "DataSecurityBehaviors",
    "DataSecurityEvents",
    "DeviceBaselineComplianceAssessment",
    "DeviceBaselineComplianceAssessmentKB",
    "DeviceBaselineComplianceProfiles",
    "DeviceEvents",
    "DeviceFileCertificateInfo",
    "DeviceFileEvents",
    "DeviceImageLoadEvents",
    "DeviceInfo",
    "DeviceLogonEvents",
    "DeviceNetworkEvents",
    "DeviceNetworkInfo",
    "DeviceProcessEvents",
    "DeviceRegistryEvents",
    "DeviceTvmBrowserExtensions",
    "DeviceTvmBrowserExtensionsKB",
    "DeviceTvmCertificateInfo",
    "DeviceTvmHardwareFirmware",
    "DeviceTvmInfoGathering",
    "DeviceTvmInfoGatheringKB",
    "DeviceTvmSecureConfigurationAssessment",
    "DeviceTvmSecureConfigurationAssessmentKB",
    "DeviceTvmSoftwareEvidenceBeta",
    "DeviceTvmSoftwareInventory",
    "DeviceTvmSoftwareVulnerabilities",
    "DeviceTvmSoftwareVulnerabilitiesKB",
    "DisruptionAndResponseEvents",
    "EmailAttachmentInfo",
    "EmailEvents",
    "EmailPostDeliveryEvents",
    "EmailUrlInfo",
    "EntraIdSignInEvents",
    "EntraIdSpnSignInEvents",
    "ExposureGraphEdges",
    "ExposureGraphNodes",
    "FileMaliciousContentInfo",
    "IdentityAccountInfo",
    "IdentityDirectoryEvents",
    "IdentityEvents",
    "IdentityInfo",
    "IdentityLogonEvents",
    "IdentityQueryEvents",
    "MessageEvents",
    "MessagePostDeliveryEvents",
    "MessageUrlInfo",
    "OAuthAppInfo",
    "UrlClickEvents",
];

/// Columns that a workspace adds to a table of Defender's. The last one that Defender itself has elsewhere is `MachineGroup`, before these.
const WORKSPACE_COLUMNS: [&str; 9] = [
    "TenantId",
    "TimeGenerated",
    "SourceSystem",
    "Type",
    "MachineGroup",
    "_IsBillable",
    "_BilledSize",
    "_ResourceId",
    "_SubscriptionId",
];

/// Columns that Defender spells in other letters than a workspace: table, the spelling of a workspace, Defender's. Source: the column tables of both.
const DEFENDER_SPELLINGS: [(&str, &str, &str); 1] = [("IdentityInfo", "AccountUPN", "AccountUpn")];

/// When Defender's event was; a workspace has it as `TimeGenerated`.
const DEFENDER_TIME: &str = "Timestamp";

/// What a folder of rules has besides the content.
#[derive(Debug, Default)]
pub(crate) struct Beside {
    /// Functions written in KQL, by name.
    pub(crate) functions: BTreeMap<String, StoredFunction>,
    /// Watchlists, by alias, with their columns.
    pub(crate) watchlists: BTreeMap<String, Arc<TableSchema>>,
}

/// The names that a query may use in a product.
pub(crate) struct ProductCatalog<'a> {
    pub(crate) content: &'a Content,
    pub(crate) product: Product,
    pub(crate) beside: &'a Beside,
}

impl ProductCatalog<'_> {
    fn has_table(&self, name: &str) -> bool {
        let is_defender = DEFENDER_TABLES.contains(&name);
        match self.product {
            Product::Vedette => true,
            Product::Defender => is_defender || !self.is_in_workspace(name),
            Product::Sentinel => !is_defender || self.is_in_workspace(name),
        }
    }

    fn is_in_workspace(&self, name: &str) -> bool {
        self.content.table(name).ok().flatten().is_some_and(|table| is_in_workspace(&table))
    }
}

/// A table that somebody describes for himself, without the columns of a workspace, may be anywhere.
fn is_in_workspace(table: &TableSchema) -> bool {
    let marks = ["TimeGenerated", "_IsBillable", "_BilledSize"];
    table.columns.iter().any(|column| marks.contains(&column.name.as_str()))
}

/// The table as the product has it.
fn seen_by(product: Product, table: &Arc<TableSchema>) -> Arc<TableSchema> {
    if product == Product::Vedette {
        return Arc::clone(table);
    }
    let mut seen = TableSchema::clone(table);
    // Where the two spell a column in other letters, which of them has which is not known.
    seen.compat.retain(|compat| compat.name.eq_ignore_ascii_case(&compat.column));
    seen.compat
        .retain(|compat| !DEFENDER_SPELLINGS.iter().any(|(name, _, own)| *name == table.name && *own == compat.name));
    let is_shared = DEFENDER_TABLES.contains(&table.name.as_str()) && is_in_workspace(table);
    match product {
        Product::Defender if is_shared => as_in_defender(&mut seen),
        // Elsewhere in a table a `Timestamp` is not the time of the event, and a workspace has it too.
        Product::Sentinel if is_shared => {
            let own = seen.columns.iter().take(2).position(|column| column.name == DEFENDER_TIME);
            if let Some(own) = own {
                seen.columns.remove(own);
            }
        }
        Product::Vedette | Product::Defender | Product::Sentinel => {}
    }
    Arc::new(seen)
}

fn as_in_defender(table: &mut TableSchema) {
    let is_first = |column: &Column| matches!(column.name.as_str(), "TenantId" | "TimeGenerated");
    let first = table.columns.iter().position(is_first).unwrap_or(table.columns.len());
    let mut at = 0;
    table.columns.retain(|column| {
        at += 1;
        at <= first || !WORKSPACE_COLUMNS.contains(&column.name.as_str())
    });
    for (name, sentinels, own) in DEFENDER_SPELLINGS {
        if table.name == name {
            table
                .columns
                .iter_mut()
                .filter(|column| column.name == sentinels)
                .for_each(|column| own.clone_into(&mut column.name));
        }
    }
}

impl Catalog for ProductCatalog<'_> {
    fn table(&self, name: &str) -> Option<Arc<TableSchema>> {
        let table = self.content.table(name).ok().flatten()?;
        self.has_table(name).then(|| seen_by(self.product, &table))
    }

    fn table_names(&self) -> Vec<String> {
        self.content.table_names().iter().filter(|name| self.has_table(name)).cloned().collect()
    }

    fn function(&self, name: &str, kind: FunctionKind) -> Option<&'static FunctionInfo> {
        functions::function_info(name, kind)
    }

    fn function_names(&self, kind: FunctionKind) -> Vec<&'static str> {
        functions::function_names(kind)
    }

    /// The functions of the content are Sentinel's: the parsers of ASIM.
    fn stored_function(&self, name: &str) -> Option<StoredFunction> {
        let beside = self.beside.functions.get(name).cloned();
        match self.product {
            Product::Vedette | Product::Sentinel => beside.or_else(|| self.content.function(name).ok().flatten()),
            Product::Defender => beside,
        }
    }

    fn stored_function_names(&self) -> Vec<String> {
        let own = self.beside.functions.keys().cloned();
        match self.product {
            Product::Vedette | Product::Sentinel => own.chain(self.content.function_names()).collect(),
            Product::Defender => own.collect(),
        }
    }

    fn watchlist(&self, alias: &str) -> Option<Arc<TableSchema>> {
        self.beside.watchlists.get(alias).cloned()
    }

    fn watchlist_aliases(&self) -> Vec<String> {
        self.beside.watchlists.keys().cloned().collect()
    }

    /// Nothing is run here.
    fn is_empty(&self, _: &str) -> bool {
        true
    }

    fn plugin(&self, name: &str) -> Option<&'static PluginInfo> {
        functions::plugin_info(name)
    }

    fn plugin_names(&self) -> Vec<&'static str> {
        functions::plugin_names()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(product: Product, table: &str) -> Vec<String> {
        let (content, beside) = (Content::embedded(), Beside::default());
        let catalog = ProductCatalog { content: &content, product, beside: &beside };
        let table = catalog.table(table);
        table.map_or_else(Vec::new, |table| table.columns.iter().map(|column| column.name.clone()).collect())
    }

    /// Source: learn.microsoft.com/defender-xdr/advanced-hunting-deviceinfo-table (which has MachineGroup) and
    /// learn.microsoft.com/azure/azure-monitor/reference/tables/deviceinfo.
    #[test]
    fn a_table_of_both_has_the_columns_of_each() {
        let has = |product, name: &str| names(product, "DeviceInfo").iter().any(|column| column == name);
        for (name, in_defender, in_sentinel) in [
            ("Timestamp", true, false),
            ("TimeGenerated", false, true),
            ("TenantId", false, true),
            ("MachineGroup", true, true),
            ("OSPlatform", true, true),
        ] {
            assert_eq!(
                (has(Product::Defender, name), has(Product::Sentinel, name)),
                (in_defender, in_sentinel),
                "{name}"
            );
        }
    }

    #[test]
    fn tables_of_one_product_are_not_the_others() {
        for (table, in_defender, in_sentinel) in [
            ("SecurityEvent", false, true),
            ("ExposureGraphNodes", true, false),
            ("DeviceEvents", true, true),
            ("Nowhere", false, false),
        ] {
            let is_in = |product| !names(product, table).is_empty();
            assert_eq!((is_in(Product::Defender), is_in(Product::Sentinel)), (in_defender, in_sentinel), "{table}");
        }
    }

    #[test]
    fn every_table_of_defenders_is_known() {
        let content = Content::embedded();
        for table in DEFENDER_TABLES {
            assert!(content.table_names().contains(table), "{table}");
        }
        assert!(DEFENDER_TABLES.is_sorted());
    }

    /// Defender's page of IdentityInfo has AccountUpn, that of Log Analytics AccountUPN.
    #[test]
    fn spellings_differ() {
        let has = |product, name: &str| names(product, "IdentityInfo").iter().any(|column| column == name);
        assert!(has(Product::Defender, "AccountUpn") && !has(Product::Defender, "AccountUPN"));
        assert!(has(Product::Sentinel, "AccountUPN") && !has(Product::Sentinel, "AccountUpn"));
    }
}
