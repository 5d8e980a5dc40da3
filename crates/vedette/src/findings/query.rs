//! A query → findings: of its syntax, of its names and types here and in each product, and of what is legal but wrong.

use semantics::bound::Bound;
use semantics::lints::{self, Lint, Linted, Occasion};
use semantics::{Catalog, codes as semantic};
use syntax::{Diagnostic, Fix, Parsed, Severity, Span, TokenKind};

use super::{Finding, Looked, Product, ProductCatalog, Products, Setting, codes, silence};

/// Where a query stands, which decides how much it weighs that a product refuses it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// In a file of its own: it may be meant for either product.
    File,
    /// In a rule of Sentinel's.
    Rule,
}

/// Functions that only Defender has. Source: learn.microsoft.com/defender-xdr/advanced-hunting-fileprofile-function and its neighbors.
const DEFENDER_FUNCTIONS: [&str; 4] = ["FileProfile", "DeviceFromIP", "SeenBy", "AssignedIPAddresses"];

/// Functions that only a workspace has. Source: learn.microsoft.com/azure/sentinel/watchlists-queries.
const SENTINEL_FUNCTIONS: [&str; 2] = ["_GetWatchlist", "_GetWatchlistAlias"];

/// What is said of the data that a query would run over, and not of the query.
const ABOUT_DATA: [&str; 3] = [semantic::NO_INGESTION_TIME, semantic::NO_FILE_PROFILES, semantic::EXTERNAL_SOURCE];

/// Further places that a finding about a product shows.
const LABELS_MAX: usize = 5;

/// Finds what is wrong with a query.
pub(super) fn look(text: &str, place: Place, setting: Setting<'_>) -> Looked {
    let parsed = syntax::parse(text);
    let (diagnostics, _) = diagnose(text, &parsed, place, setting);
    let mut findings: Vec<Finding> = diagnostics.into_iter().map(Finding::from).collect();
    silence::apply(text, silence::in_kql(text, &parsed.tokens), setting.products, &mut findings);
    Looked { findings, rule_id: None }
}

/// Everything found, before silencers are heard.
pub(super) fn diagnose(
    text: &str,
    parsed: &Parsed,
    place: Place,
    setting: Setting<'_>,
) -> (Vec<Diagnostic>, Option<Bound>) {
    let is_command = lake::commands::is_command(text);
    let mut found = parsed.errors.clone();
    if found.iter().any(Diagnostic::is_error) || is_command {
        return (found, None);
    }
    let (bound, here) = bind(parsed, Product::Vedette, setting);
    match setting.products {
        Products::Defender => found.extend(refusals(text, parsed, Product::Defender, setting)),
        Products::Sentinel => found.extend(refusals(text, parsed, Product::Sentinel, setting)),
        Products::Both if bound.is_some() => {
            let [defender, sentinel] = [Product::Defender, Product::Sentinel].map(|product| {
                let mut errors = refusals(text, parsed, product, setting);
                errors.retain(Diagnostic::is_error);
                errors.sort_by_key(|error| error.span.start);
                errors
            });
            // A name that one of the products has is none that Microsoft's tables lack.
            let takes = |errors: &[Diagnostic], span| {
                !errors.iter().any(|error| error.span == span) && !is_meant_for_other(text, errors, setting)
            };
            let is_elsewhere = |said: &Diagnostic| {
                let is_compat = said.code == semantic::NAME_NOT_FOUND && !said.is_error();
                is_compat && takes(&defender, said.span) != takes(&sentinel, said.span)
            };
            found.extend(here.into_iter().filter(|said| !is_elsewhere(said)));
            found.extend(divergences(text, &defender, &sentinel, place, setting));
        }
        Products::Both => found.extend(here),
    }
    let linted = Linted::new(text, &parsed.query, bound.as_ref());
    let is_wanted = |lint: &Lint| match lint.occasion {
        Occasion::Always => true,
        Occasion::Alone => place == Place::File,
        Occasion::OnRequest => setting.also.iter().any(|word| word == lint.code || word == lint.name),
    };
    found.extend(lints::lint_with(&linted, is_wanted));
    (found, bound)
}

/// The same diagnostic at other places; `line_start` stands behind each line break of a fix.
pub(crate) fn moved(mut diagnostic: Diagnostic, to: &dyn Fn(Span) -> Span, line_start: Option<&str>) -> Diagnostic {
    diagnostic.span = to(diagnostic.span);
    diagnostic.labels.iter_mut().for_each(|(span, _)| *span = to(*span));
    for Fix { edits, .. } in &mut diagnostic.fixes {
        for (span, text) in edits {
            *span = to(*span);
            if let Some(line_start) = line_start {
                *text = text.replace('\n', line_start);
            }
        }
    }
    diagnostic
}

/// Names and types, as far as they are those of the text.
pub(super) fn bind(parsed: &Parsed, product: Product, setting: Setting<'_>) -> (Option<Bound>, Vec<Diagnostic>) {
    let catalog = ProductCatalog { content: setting.content, product, beside: setting.beside };
    let (bound, mut found) = semantics::bind(&parsed.query, &catalog as &dyn Catalog);
    found.retain(|diagnostic| !ABOUT_DATA.contains(&diagnostic.code));
    for diagnostic in &mut found {
        // Whether there is such a watchlist is not for the text of a query to know.
        if diagnostic.code == semantic::WATCHLIST_NOT_FOUND {
            diagnostic.severity = Severity::Note;
            diagnostic.hints.clear();
        }
    }
    (bound, found)
}

/// What a product says of the query, its errors as errors.
fn refusals(text: &str, parsed: &Parsed, product: Product, setting: Setting<'_>) -> Vec<Diagnostic> {
    let (_, mut found) = bind(parsed, product, setting);
    found.extend(foreign_functions(text, parsed, product).map(|(name, span)| {
        Diagnostic::error(semantic::FUNCTION_NOT_FOUND, span, format!("{} has no function `{name}`", product.name()))
    }));
    for diagnostic in &mut found {
        if let Some(name) = time_column(product, diagnostic.span.text(text)) {
            diagnostic.hints = vec![format!("{} has it as `{name}`", product.name())];
            // The column is then called otherwise in the result, which others may read.
            let edits = vec![(diagnostic.span, name.to_owned())];
            diagnostic.fixes = vec![Fix { title: format!("write `{name}`"), edits, is_safe: false }];
        }
    }
    found
}

/// The calls of functions that a product lacks.
fn foreign_functions<'a>(
    text: &'a str,
    parsed: &'a Parsed,
    product: Product,
) -> impl Iterator<Item = (&'a str, Span)> + 'a {
    let lacking: &'static [&'static str] = match product {
        Product::Vedette => &[],
        Product::Defender => &SENTINEL_FUNCTIONS,
        Product::Sentinel => &DEFENDER_FUNCTIONS,
    };
    let words = parsed.tokens.iter().filter(|token| token.kind == TokenKind::Word);
    words.map(|token| (token.span.text(text), token.span)).filter(|(name, _)| lacking.contains(name))
}

/// One finding for each product that refuses what vedette runs, or one for both where they refuse the same.
fn divergences(
    text: &str,
    defender: &[Diagnostic],
    sentinel: &[Diagnostic],
    place: Place,
    setting: Setting<'_>,
) -> Vec<Diagnostic> {
    let finding = |errors: &[Diagnostic], verdict: &str, severity| {
        let first = errors.first()?;
        let at = first.span.text(text);
        let mut finding =
            Diagnostic::warning(codes::PRODUCT, first.span, format!("{verdict} at `{at}`: {}", first.message));
        finding.severity = severity;
        finding.hints.clone_from(&first.hints);
        let further = errors.iter().skip(1).take(LABELS_MAX);
        finding.labels = further.map(|error| (error.span, error.message.clone())).collect();
        Some(finding)
    };
    let in_workspace = match place {
        Place::Rule => Severity::Warning,
        Place::File => Severity::Note,
    };
    let is_elsewhere = |errors: &[Diagnostic]| is_meant_for_other(text, errors, setting);
    let is_file = place == Place::File;
    let found = match (defender.is_empty(), sentinel.is_empty()) {
        (true, true) => [None, None],
        (false, true) if is_elsewhere(defender) || !is_file => [None, None],
        (true, false) if is_elsewhere(sentinel) && is_file => [None, None],
        (false, true) => [finding(defender, "binds in Sentinel, fails in Defender", Severity::Note), None],
        (true, false) => [finding(sentinel, "binds in Defender, fails in Sentinel", in_workspace), None],
        (false, false) if places(defender) == places(sentinel) => {
            [finding(defender, "fails in Defender and in Sentinel", Severity::Warning), None]
        }
        (false, false) if is_elsewhere(defender) && !is_elsewhere(sentinel) => {
            [finding(sentinel, "fails in Sentinel", Severity::Warning), None]
        }
        (false, false) if is_elsewhere(sentinel) && !is_elsewhere(defender) && is_file => {
            [finding(defender, "fails in Defender", Severity::Warning), None]
        }
        (false, false) => [
            finding(defender, "fails in Defender", Severity::Warning),
            finding(sentinel, "fails in Sentinel", Severity::Warning),
        ],
    };
    found.into_iter().flatten().collect()
}

/// A query over tables or functions that only one product has is meant for that one: no news to its author.
fn is_meant_for_other(text: &str, errors: &[Diagnostic], setting: Setting<'_>) -> bool {
    errors.iter().any(|error| match error.code {
        semantic::TABLE_NOT_FOUND | semantic::FUNCTION_NOT_FOUND => true,
        _ => setting.content.function(error.span.text(text)).is_ok_and(|function| function.is_some()),
    })
}

fn places(errors: &[Diagnostic]) -> Vec<Span> {
    errors.iter().map(|error| error.span).collect()
}

/// What a product calls the time of an event that is called otherwise here.
fn time_column(product: Product, name: &str) -> Option<&'static str> {
    match (product, name) {
        (Product::Defender, "TimeGenerated") => Some("Timestamp"),
        (Product::Sentinel, "Timestamp") => Some("TimeGenerated"),
        _ => None,
    }
}
