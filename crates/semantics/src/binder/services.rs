//! What Azure's services add to the language: `ingestion_time()`, Defender's `FileProfile()`, Sentinel's `_GetWatchlist()`.
//!
//! In: a call. Out: columns or rows of the catalog, or, where the catalog has nothing of the kind, the empty answer that the service would
//! give, with a warning: a query that meets an empty answer finds nothing, and whoever runs it should know why.

use syntax::ast::{Call, Expr as Tree, Name};
use syntax::{Diagnostic, Span};

use super::ingested::STORED;
use super::{Binder, Scope, closest};
use crate::bound::{Expr, ExprKind, Step, TableKind};
use crate::codes;
use crate::convert::constant;
use crate::names::{INGESTED, Names};
use crate::schema::Column;
use crate::signature::{FunctionInfo, FunctionKind};
use crate::tabular::Tabular;
use crate::types::Type;
use crate::value::Value;

/// What `FileProfile()` appends, in order. Source:
/// learn.microsoft.com/defender-xdr/advanced-hunting-fileprofile-function; `GlobalPrevalence` is a long in what its queries give.
const PROFILE: [(&str, Type); 14] = [
    ("GlobalPrevalence", Type::Long),
    ("GlobalFirstSeen", Type::DateTime),
    ("GlobalLastSeen", Type::DateTime),
    ("Signer", Type::String),
    ("Issuer", Type::String),
    ("SignerHash", Type::String),
    ("IsCertificateValid", Type::Bool),
    ("IsRootSignerMicrosoft", Type::Bool),
    ("SignatureState", Type::String),
    ("IsExecutable", Type::Bool),
    ("ThreatName", Type::String),
    ("Publisher", Type::String),
    ("SoftwareName", Type::String),
    ("ProfileAvailability", Type::String),
];

/// The columns that every watchlist has before its own, and, when those are not known, the bag that holds them. Source:
/// learn.microsoft.com/azure/azure-monitor/reference/tables/watchlist
const UNKNOWN_WATCHLIST: [(&str, Type); 4] = [
    ("_DTItemId", Type::String),
    ("LastUpdatedTimeUTC", Type::DateTime),
    ("SearchKey", Type::String),
    ("WatchlistItem", Type::Dynamic),
];

impl Binder<'_> {
    /// `ingestion_time()`: when the row came; null, as in Kusto, over rows of which nobody recorded it.
    pub(super) fn ingestion_time(&mut self, call: &Call, span: Span, scope: Scope<'_>) -> Option<Expr> {
        if !call.arguments.is_empty() {
            self.argument_count(call, "0 arguments");
            return None;
        }
        if let Some(row) = scope.row
            && let Some(at) = row.column(INGESTED).or_else(|| row.column(STORED))
            && row.column_expr(at, span).ty == Type::DateTime
        {
            return Some(row.column_expr(at, span));
        }
        let message =
            "these rows have no ingestion time: `ingestion_time()` is null here, and no comparison with it is true";
        self.warn(codes::NO_INGESTION_TIME, span, message);
        Some(constant(Value::Null(Type::DateTime), span))
    }

    /// `T | invoke FileProfile(x, limit)`: the profile of each row's file; nobody here knows any, so its columns are empty.
    ///
    /// - Shape: the rows of the input, 14 columns more; one whose name is taken gets a number.
    /// - Source: see [`PROFILE`].
    pub(super) fn file_profile(&mut self, input: Tabular, call: &Call, span: Span) -> Tabular {
        if call.arguments.len() > 2 {
            self.argument_count(call, "0 to 2 arguments");
            return Tabular::open(span);
        }
        if input.is_open {
            return input;
        }
        let mut arguments = call.arguments.iter().map(|argument| &argument.value);
        let hash = match arguments.next() {
            Some(file) => self.hash_of_file(&input, file),
            None => self.hash_column(&input, "SHA1", call.name.span),
        };
        let has_limit = arguments.next().is_none_or(|limit| self.is_row_limit(limit));
        let Some(hash) = hash.filter(|_| has_limit) else { return Tabular::open(span) };
        let own = input.schema().len();
        match self.catalog.function("_file_profile", FunctionKind::Scalar) {
            Some(info) if self.catalog.has_file_profiles() => self.known_profiles(input, hash, info, span),
            _ => {
                let message = "no profiles of files are known here: the columns of `FileProfile()` are empty";
                self.warn(codes::NO_FILE_PROFILES, call.name.span, message);
                let empty = PROFILE.iter().map(|(_, ty)| constant(Value::absent(*ty), span)).collect();
                with_profile(input, own, empty, span)
            }
        }
    }

    /// The profiles that somebody knows: asked for once a row, in a column that no query sees, and taken apart above it.
    fn known_profiles(&mut self, input: Tabular, hash: Expr, info: &'static FunctionInfo, span: Span) -> Tabular {
        let width = input.schema().len();
        let mut columns = input.all_columns(span);
        let mut schema = input.schema().clone();
        let kind = ExprKind::Call { function: info.name, arguments: vec![hash] };
        columns.push(Expr { kind, ty: Type::Dynamic, span });
        schema.push(Column::new(self.hidden_name(), Type::Dynamic));
        let asked = input.project(columns, schema, span);
        let mut parts = vec![];
        for (name, ty) in PROFILE {
            let (base, steps) = (Box::new(asked.column_expr(width, span)), vec![Step::Key(name.to_owned())]);
            let part = Expr { kind: ExprKind::Path { base, steps }, ty: Type::Dynamic, span };
            parts.extend(self.cast(part, ty, span));
        }
        match parts.len() == PROFILE.len() {
            true => with_profile(asked, width, parts, span),
            false => Tabular::open(span),
        }
    }

    /// The hash by which `FileProfile()` finds the file: a string of the row, or the name of its column as text.
    fn hash_of_file(&mut self, input: &Tabular, file: &Tree) -> Option<Expr> {
        let expr = self.scalar(file, Scope::of(input))?;
        if let ExprKind::Constant(Value::String(text)) = &expr.kind {
            return self.hash_column(input, text, file.span);
        }
        if expr.ty != Type::String {
            let message = format!("a hash of the file is expected, found a {}", expr.ty);
            self.error(codes::TYPE_EXPECTED, file.span, message);
            return None;
        }
        Some(expr)
    }

    fn hash_column(&mut self, input: &Tabular, name: &str, span: Span) -> Option<Expr> {
        let column = self.column_of(input, &Name { text: name.to_owned(), span })?;
        let expr = input.column_expr(column, span);
        if expr.ty != Type::String {
            self.error(codes::TYPE_EXPECTED, span, format!("a hash of the file is expected, found a {}", expr.ty));
            return None;
        }
        Some(expr)
    }

    fn is_row_limit(&mut self, limit: &Tree) -> bool {
        let Some(expr) = self.scalar(limit, Scope::default()) else { return false };
        if !matches!(expr.ty, Type::Int | Type::Long) {
            let message = format!("how many files are looked up is a whole number, found a {}", expr.ty);
            self.error(codes::INTEGER_EXPECTED, limit.span, message);
            return false;
        }
        true
    }

    /// `_GetWatchlist('alias')`: the rows of a watchlist, or none when there is no such watchlist.
    pub(super) fn watchlist(&mut self, call: &Call, span: Span, scope: Scope<'_>) -> Tabular {
        let [alias] = call.arguments.as_slice() else {
            self.argument_count(call, "1 argument");
            return Tabular::open(span);
        };
        let Some(text) = self.constant_text(&alias.value, scope) else { return Tabular::open(span) };
        if let Some(schema) = self.catalog.watchlist(&text) {
            return self.scan(&schema, span);
        }
        let message = format!("there is no watchlist `{text}`: its table is empty, and its columns are not known");
        let aliases = self.catalog.watchlist_aliases();
        let diagnostic = Diagnostic::warning(codes::WATCHLIST_NOT_FOUND, alias.value.span, message);
        self.report(match closest(&text, aliases.iter().map(String::as_str)) {
            Some(meant) => diagnostic.hint(format!("did you mean `{meant}`?")),
            None => diagnostic.hint(format!("--watchlist {text}=FILE.csv gives it")),
        });
        let schema = UNKNOWN_WATCHLIST.iter().map(|(name, ty)| Column::new(*name, *ty)).collect();
        Tabular::new(TableKind::Rows { rows: vec![] }, schema, span)
    }
    /// `_GetWatchlistAlias`: the aliases of all watchlists, a row each.
    pub(super) fn watchlist_aliases(&mut self, span: Span) -> Tabular {
        let rows = self.catalog.watchlist_aliases().into_iter().map(|alias| vec![Value::String(alias)]).collect();
        Tabular::new(TableKind::Rows { rows }, vec![Column::new("WatchlistAlias", Type::String)], span)
    }
}

/// The rows with the columns of a profile behind the first `own` ones.
fn with_profile(input: Tabular, own: usize, profile: Vec<Expr>, span: Span) -> Tabular {
    let mut names = Names::default();
    let mut columns: Vec<Expr> = (0..own).map(|at| input.column_expr(at, span)).collect();
    let mut schema: Vec<Column> = input.schema().iter().take(own).cloned().collect();
    for column in &schema {
        names.unique(&column.name);
    }
    for ((name, ty), value) in PROFILE.into_iter().zip(profile) {
        schema.push(Column::new(names.unique(name), ty));
        columns.push(value);
    }
    input.project(columns, schema, span)
}
