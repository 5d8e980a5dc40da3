//! A small world to bind against: a dozen tables, and functions with the signatures of Kusto's pages.

use std::sync::Arc;

use semantics::Type::{Bool, DateTime, Dynamic, Long, Real, String, TimeSpan};
use semantics::catalog::{Catalog, StoredFunction};
use semantics::plugin::{PluginAccepts, PluginColumns, PluginInfo, takes};
use semantics::schema::{Column, CompatColumn, TableSchema};
use semantics::signature::{Accepts, FunctionInfo, FunctionKind, Parameter, Returns, Signature, optional, required};
use semantics::types::Type;

/// The tables, the functions, and whether compat names resolve.
pub(crate) struct TestCatalog {
    /// `--strict-schema`.
    pub(crate) is_strict: bool,
}

const TABLES: &[(&str, &str, &str)] = &[
    (
        "DeviceNetworkEvents",
        "Timestamp:datetime DeviceId:string DeviceName:string ActionType:string RemoteIP:string RemotePort:int RemoteUrl:string \
         RemoteIPType:string InitiatingProcessFileName:string InitiatingProcessAccountName:string AdditionalFields:dynamic",
        "AccountName=InitiatingProcessAccountName TimeGenerated=Timestamp",
    ),
    (
        "DeviceFileEvents",
        "Timestamp:datetime DeviceId:string FileName:string FileSize:long InitiatingProcessAccountName:string",
        "AccountName=InitiatingProcessAccountName TimeGenerated=Timestamp",
    ),
    (
        "DeviceProcessEvents",
        "Timestamp:datetime DeviceId:string FileName:string AccountName:string",
        "TimeGenerated=Timestamp",
    ),
    ("T", "x:long s:string d:dynamic t:datetime r:real i:int ts:timespan b:bool", ""),
    ("U", "x:long s:string y:int", ""),
    ("V", "x:string y:int", ""),
    ("W", "a:string a10:int a2:int ab:long b:dynamic", ""),
];

impl Catalog for TestCatalog {
    fn plugin(&self, name: &str) -> Option<&'static PluginInfo> {
        PLUGINS.iter().find(|plugin| plugin.name == name)
    }

    fn plugin_names(&self) -> Vec<&'static str> {
        PLUGINS.iter().map(|plugin| plugin.name).collect()
    }

    fn table(&self, name: &str) -> Option<Arc<TableSchema>> {
        let (name, columns, compat) = TABLES.iter().find(|(table, ..)| *table == name)?;
        let columns = columns
            .split_whitespace()
            .map(|column| {
                let (name, ty) = column.split_once(':').expect("columns are written name:type");
                Column::new(name, Type::from_name(ty).expect("the type is one of Kusto's"))
            })
            .collect();
        let compat = compat
            .split_whitespace()
            .map(|entry| {
                let (name, column) = entry.split_once('=').expect("compat columns are written name=column");
                CompatColumn { name: name.to_owned(), column: column.to_owned() }
            })
            .collect();
        Some(Arc::new(TableSchema { name: (*name).to_owned(), columns, compat }))
    }

    fn table_names(&self) -> Vec<std::string::String> {
        TABLES.iter().map(|(name, ..)| (*name).to_owned()).collect()
    }

    fn function(&self, name: &str, kind: FunctionKind) -> Option<&'static FunctionInfo> {
        FUNCTIONS.iter().find(|info| info.name == name && info.kind == kind)
    }

    fn function_names(&self, kind: FunctionKind) -> Vec<&'static str> {
        FUNCTIONS.iter().filter(|info| info.kind == kind).map(|info| info.name).collect()
    }

    fn stored_function(&self, name: &str) -> Option<StoredFunction> {
        let text = match name {
            "RecentFiles" => "(n: long = 5) { DeviceFileEvents | take n | project FileName }",
            "Broken" => "(n: long { ",
            "Wrong" => "() {\n    DeviceFileEvents\n    | project Nowhere\n}",
            "Commented" => {
                "// Names of files.\n(T: (FileName: string), wanted: dynamic = dynamic([])) {\n    T\n    | where FileName has_any (wanted)\n};"
            }
            "OtherName" => "RecentFiles",
            "Loop" => "() { Loop2 }",
            "Loop2" => "() { Loop | take 1 }",
            "Mirror" => "Mirror2",
            "Mirror2" => "Mirror",
            "Lost" => "Nobody",
            "TwoThings" => "() { U }; U",
            "CallsWrong" => "() { Wrong | take 1 }",
            _ => return None,
        };
        Some(StoredFunction { text: Arc::from(text), file: Arc::from(format!("functions/{name}.kql")) })
    }

    fn query_parameter(&self, name: &str) -> Option<&str> {
        Some(match name {
            "given_long" => "41",
            "given_negative" => "-7",
            "given_text" => "it's \"so\"",
            "given_quoted" => "'a b'",
            "given_date" => "2024-05-01",
            "given_date_literal" => "datetime(2024-05-01)",
            "given_list" => "dynamic([1, 2])",
            "given_bare_list" => "[1, 2]",
            "given_injection" => "1); print secret = (1",
            "given_query" => "toscalar(U | count)",
            _ => return None,
        })
    }

    fn watchlist(&self, alias: &str) -> Option<Arc<TableSchema>> {
        (alias == "HighValueHosts").then(|| {
            let columns =
                [("_DTItemId", String), ("LastUpdatedTimeUTC", DateTime), ("SearchKey", String), ("Host", String)];
            Arc::new(TableSchema {
                name: "_GetWatchlist('HighValueHosts')".to_owned(),
                columns: columns.map(|(name, ty)| Column::new(name, ty)).to_vec(),
                compat: vec![],
            })
        })
    }

    fn watchlist_aliases(&self) -> Vec<std::string::String> {
        vec!["HighValueHosts".to_owned()]
    }

    fn has_compat_columns(&self) -> bool {
        !self.is_strict
    }
}

const fn function(name: &'static str, kind: FunctionKind, signatures: &'static [Signature]) -> FunctionInfo {
    FunctionInfo { name, kind, summary: "", signatures, source: "learn.microsoft.com/kusto/query" }
}

const fn scalar(name: &'static str, signatures: &'static [Signature]) -> FunctionInfo {
    function(name, FunctionKind::Scalar, signatures)
}

const fn aggregate(name: &'static str, signatures: &'static [Signature]) -> FunctionInfo {
    function(name, FunctionKind::Aggregate, signatures)
}

const fn window(name: &'static str, signatures: &'static [Signature]) -> FunctionInfo {
    function(name, FunctionKind::Window, signatures)
}

const ANY: Parameter = required("value", Accepts::Any, "");
const TEXT: Parameter = required("text", Accepts::Type(String), "");
const COUNT: Parameter = optional("count", Accepts::Type(Long), "");
const NUMBER: Parameter = required("number", Accepts::Number, "");
const COMMON: Parameter = required("value", Accepts::Common, "");
const PREDICATE: Parameter = required("predicate", Accepts::Type(Bool), "");
const RANK: Parameter = required("percentile", Accepts::Number, "").constant();

/// Whole numbers sum to a long, as the page of `sum` says.
fn sum_type(types: &[Type]) -> Type {
    match types.first() {
        Some(Type::Int) | None => Long,
        Some(other) => *other,
    }
}

static PLUGINS: &[PluginInfo] = &[
    PluginInfo {
        name: "bag_unpack",
        summary: "",
        parameters: &[
            takes("column", PluginAccepts::Column(&[Dynamic])),
            takes("prefix", PluginAccepts::Constant(&[String])).optional(),
        ],
        source: "",
        columns: PluginColumns::OfData(|call| {
            let bag = call.column("column");
            Ok(call.input().into_iter().enumerate().filter(|(at, _)| Some(*at) != bag).map(|(_, own)| own).collect())
        }),
        caution: None,
    },
    PluginInfo {
        name: "pivot",
        summary: "",
        parameters: &[takes("pivotColumn", PluginAccepts::Column(&[])), takes("value", PluginAccepts::Column(&[]))],
        source: "",
        columns: PluginColumns::OfData(|call| Ok(call.input())),
        caution: None,
    },
    PluginInfo {
        name: "counts",
        summary: "",
        parameters: &[
            takes("id", PluginAccepts::Column(&[])),
            takes("start", PluginAccepts::Constant(&[DateTime])),
            takes("cohort", PluginAccepts::Constant(&[DateTime])).optional(),
            takes("dimension", PluginAccepts::Column(&[])).repeated(),
            takes("flag", PluginAccepts::Constant(&[Bool])).optional(),
        ],
        source: "",
        columns: PluginColumns::OfCall(|call| Ok(call.schema_of(&["id", "dimension"]))),
        caution: None,
    },
    PluginInfo {
        name: "segments",
        summary: "",
        parameters: &[
            takes("weight", PluginAccepts::Column(&[Long])).or_tilde(),
            takes("share", PluginAccepts::Constant(&[Real])).or_tilde(),
            takes("wildcard", PluginAccepts::Constant(&[])).or_tilde().repeated(),
        ],
        source: "",
        columns: PluginColumns::OfCall(|call| Ok(call.schema_of(&["weight"]))),
        caution: Some("Kusto may choose others"),
    },
];

static FUNCTIONS: &[FunctionInfo] = &[
    scalar("tostring", &[Signature::new(&[ANY], Returns::Is(String))]),
    scalar("tolong", &[Signature::new(&[ANY], Returns::Is(Long))]),
    scalar("toint", &[Signature::new(&[ANY], Returns::Is(Type::Int))]),
    scalar("toreal", &[Signature::new(&[ANY], Returns::Is(Real))]),
    scalar("todatetime", &[Signature::new(&[ANY], Returns::Is(DateTime))]),
    scalar("tolower", &[Signature::new(&[TEXT], Returns::Is(String))]),
    scalar("strlen", &[Signature::new(&[required("s", Accepts::AnyOf(&[String, Dynamic]), "")], Returns::Is(Long))]),
    scalar("strcat", &[Signature::repeating(&[ANY], 1, Returns::Is(String))]),
    scalar(
        "substring",
        &[Signature::new(&[TEXT, required("start", Accepts::Type(Long), ""), COUNT], Returns::Is(String))],
    ),
    scalar("split", &[Signature::new(&[TEXT, TEXT], Returns::Is(Dynamic))]),
    scalar("parse_json", &[Signature::new(&[ANY], Returns::Is(Dynamic))]),
    scalar(
        "extract",
        &[Signature::new(&[TEXT, required("group", Accepts::Type(Long), ""), TEXT], Returns::Is(String))],
    ),
    scalar("not", &[Signature::new(&[PREDICATE], Returns::Is(Bool))]),
    scalar("isnull", &[Signature::new(&[ANY], Returns::Is(Bool))]),
    scalar("isnotempty", &[Signature::new(&[ANY], Returns::Is(Bool))]),
    scalar("now", &[Signature::new(&[optional("offset", Accepts::Type(TimeSpan), "")], Returns::Is(DateTime))]),
    scalar("ago", &[Signature::new(&[required("span", Accepts::Type(TimeSpan), "")], Returns::Is(DateTime))]),
    scalar(
        "datetime_diff",
        &[Signature::new(
            &[
                required("part", Accepts::Type(String), "").constant(),
                required("a", Accepts::Type(DateTime), ""),
                required("b", Accepts::Type(DateTime), ""),
            ],
            Returns::Is(Long),
        )],
    ),
    scalar(
        "bin",
        &[
            Signature::new(&[NUMBER, NUMBER], Returns::Argument(0)),
            Signature::new(
                &[
                    required("value", Accepts::AnyOf(&[DateTime, TimeSpan]), ""),
                    required("size", Accepts::Type(TimeSpan), ""),
                ],
                Returns::Argument(0),
            ),
        ],
    ),
    scalar("iff", &[Signature::new(&[PREDICATE, COMMON, COMMON], Returns::Common)]),
    scalar("case", &[Signature::repeating(&[PREDICATE, COMMON], 2, Returns::Common)]),
    scalar("coalesce", &[Signature::repeating(&[COMMON], 1, Returns::Common)]),
    scalar("max_of", &[Signature::repeating(&[COMMON], 1, Returns::Common)]),
    scalar("bag_pack", &[Signature::repeating(&[TEXT, ANY], 2, Returns::Is(Dynamic))]),
    scalar("range", &[Signature::new(&[NUMBER, NUMBER, optional("step", Accepts::Number, "")], Returns::Is(Dynamic))]),
    aggregate("count", &[Signature::new(&[], Returns::Is(Long))]),
    aggregate("countif", &[Signature::new(&[PREDICATE], Returns::Is(Long))]),
    aggregate("dcount", &[Signature::new(&[ANY], Returns::Is(Long))]),
    aggregate("sum", &[Signature::new(&[required("x", Accepts::Summable, "")], Returns::Computed(sum_type))]),
    aggregate("avg", &[Signature::new(&[required("x", Accepts::Summable, "")], Returns::Is(Real))]),
    aggregate("min", &[Signature::new(&[ANY], Returns::Argument(0))]),
    aggregate("max", &[Signature::new(&[ANY], Returns::Argument(0))]),
    aggregate("make_set", &[Signature::new(&[ANY, COUNT], Returns::Is(Dynamic))]),
    aggregate("make_list_with_nulls", &[Signature::new(&[ANY], Returns::Is(Dynamic))]),
    aggregate("make_list", &[Signature::new(&[ANY, COUNT], Returns::Is(Dynamic))]),
    aggregate(
        "arg_max",
        &[Signature::repeating(&[ANY, required("returned", Accepts::AnyOrStar, "")], 1, Returns::Argument(0))],
    ),
    aggregate(
        "take_any",
        &[Signature::repeating(&[required("value", Accepts::AnyOrStar, "")], 1, Returns::Argument(0))],
    ),
    aggregate("covariance", &[Signature::new(&[NUMBER, NUMBER], Returns::Is(Real))]),
    aggregate("percentile", &[Signature::new(&[NUMBER, RANK], Returns::Argument(0))]),
    aggregate("percentiles", &[Signature::repeating(&[NUMBER, RANK], 1, Returns::Argument(0))]),
    window(
        "row_number",
        &[Signature::new(
            &[optional("start", Accepts::Type(Long), ""), optional("restart", Accepts::Type(Bool), "")],
            Returns::Is(Long),
        )],
    ),
    window(
        "prev",
        &[Signature::new(
            &[
                ANY,
                optional("offset", Accepts::Type(Long), "").constant(),
                optional("default", Accepts::Any, "").constant(),
            ],
            Returns::Argument(0),
        )],
    ),
];
