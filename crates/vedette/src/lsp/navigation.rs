//! Definitions, references, highlights, renaming and the outline, as the protocol writes them.

use std::collections::HashMap;

use lsp_types::{
    DocumentHighlight, DocumentHighlightKind, DocumentHighlightParams, DocumentSymbol, DocumentSymbolParams,
    DocumentSymbolResponse, GotoDefinitionParams, GotoDefinitionResponse, Location, PrepareRenameResponse,
    ReferenceParams, RenameParams, SymbolInformation, SymbolKind, TextDocumentPositionParams, TextEdit, WorkspaceEdit,
};
use semantics::editor::{self, Draft, Symbol};
use syntax::Span;

use super::capabilities::Outline;
use super::documents::{Document, Kql};
use super::session::{Answer, Asked, Refused, Session};

/// `textDocument/definition`.
pub(crate) fn definition(
    session: &mut Session,
    params: GotoDefinitionParams,
) -> Answer<Option<GotoDefinitionResponse>> {
    let at = params.text_document_position_params;
    let found = session.ask(&at.text_document, at.position, |asked| {
        let found = editor::declaration_at(&asked.draft, asked.offset, &asked.catalog)?;
        let range = asked.document.range(asked.kql, found.declaration)?;
        Some(GotoDefinitionResponse::Scalar(Location::new(asked.document.uri.clone(), range)))
    });
    Ok(found.flatten())
}

/// `textDocument/references`.
pub(crate) fn references(session: &mut Session, params: ReferenceParams) -> Answer<Option<Vec<Location>>> {
    let at = params.text_document_position;
    let with_declaration = params.context.include_declaration;
    let found = session.ask(&at.text_document, at.position, |asked| {
        let places = places(asked)?;
        let wanted = places.into_iter().skip(usize::from(!with_declaration));
        let ranges = wanted.filter_map(|span| asked.document.range(asked.kql, span));
        Some(ranges.map(|range| Location::new(asked.document.uri.clone(), range)).collect())
    });
    Ok(found.flatten())
}

/// `textDocument/documentHighlight`.
pub(crate) fn highlight(
    session: &mut Session,
    params: DocumentHighlightParams,
) -> Answer<Option<Vec<DocumentHighlight>>> {
    let at = params.text_document_position_params;
    let found = session.ask(&at.text_document, at.position, |asked| {
        let mut kind = DocumentHighlightKind::WRITE;
        let mut found = vec![];
        for span in places(asked)? {
            if let Some(range) = asked.document.range(asked.kql, span) {
                found.push(DocumentHighlight { range, kind: Some(kind) });
            }
            kind = DocumentHighlightKind::READ;
        }
        Some(found)
    });
    Ok(found.flatten())
}

/// The declaration, then the uses.
fn places(asked: &Asked<'_>) -> Option<Vec<Span>> {
    let found = editor::declaration_at(&asked.draft, asked.offset, &asked.catalog)?;
    Some(std::iter::once(found.declaration).chain(found.uses).collect())
}

/// `textDocument/prepareRename`.
pub(crate) fn prepare_rename(
    session: &mut Session,
    at: TextDocumentPositionParams,
) -> Answer<Option<PrepareRenameResponse>> {
    let found = session.ask(&at.text_document, at.position, |asked| {
        let (span, placeholder) =
            editor::can_rename(&asked.draft, asked.offset, &asked.catalog).map_err(Refused::Request)?;
        let range = editable(asked, span)?;
        Ok(PrepareRenameResponse::RangeWithPlaceholder { range, placeholder })
    });
    found.transpose()
}

/// `textDocument/rename`.
pub(crate) fn rename(session: &mut Session, params: RenameParams) -> Answer<Option<WorkspaceEdit>> {
    let at = params.text_document_position;
    let found = session.ask(&at.text_document, at.position, |asked| {
        let edits =
            editor::rename(&asked.draft, asked.offset, &params.new_name, &asked.catalog).map_err(Refused::Request)?;
        let edits: Result<Vec<TextEdit>, Refused> =
            edits.into_iter().map(|(span, text)| Ok(TextEdit::new(editable(asked, span)?, text))).collect();
        Ok(WorkspaceEdit::new(HashMap::from([(asked.document.uri.clone(), edits?)])))
    });
    found.transpose()
}

fn editable(asked: &Asked<'_>, span: Span) -> Answer<lsp_types::Range> {
    let range = asked.document.range(asked.kql, span).filter(|_| asked.kql.can_be_edited());
    range.ok_or_else(|| Refused::Request("the query is folded or on one line; write it below `query: |`".to_owned()))
}

/// `textDocument/documentSymbol`.
pub(crate) fn symbols(session: &mut Session, params: DocumentSymbolParams) -> Answer<Option<DocumentSymbolResponse>> {
    let Some(document) = session.document(&params.text_document.uri) else { return Ok(None) };
    let Some(kql) = &document.kql else { return Ok(None) };
    let found = editor::symbols(&Draft::new(&kql.text));
    let nested: Vec<DocumentSymbol> = found.into_iter().flat_map(|symbol| nested(document, kql, symbol)).collect();
    Ok(Some(match session.client.symbols {
        Outline::Nested => DocumentSymbolResponse::Nested(nested),
        Outline::Flat => {
            let mut flat = vec![];
            nested.into_iter().for_each(|symbol| flatten(document, symbol, &mut flat));
            DocumentSymbolResponse::Flat(flat)
        }
    }))
}

#[expect(deprecated, reason = "the field must be given")]
fn nested(document: &Document, kql: &Kql, symbol: Symbol) -> Vec<DocumentSymbol> {
    let kind = match symbol.kind {
        editor::SymbolKind::Function => SymbolKind::FUNCTION,
        editor::SymbolKind::Constant => SymbolKind::CONSTANT,
        editor::SymbolKind::Variable => SymbolKind::VARIABLE,
        editor::SymbolKind::Parameter => SymbolKind::PROPERTY,
        editor::SymbolKind::Query => SymbolKind::EVENT,
    };
    let children: Vec<DocumentSymbol> =
        symbol.children.into_iter().flat_map(|child| nested(document, kql, child)).collect();
    // The name of a function in a file of its own stands nowhere in it.
    let places = document.range(kql, symbol.whole).zip(document.range(kql, symbol.place));
    let Some((range, selection_range)) = places else { return children };
    vec![DocumentSymbol {
        name: symbol.name,
        detail: None,
        kind,
        tags: None,
        deprecated: None,
        range,
        selection_range,
        children: (!children.is_empty()).then_some(children),
    }]
}

#[expect(deprecated, reason = "the field must be given")]
fn flatten(document: &Document, symbol: DocumentSymbol, flat: &mut Vec<SymbolInformation>) {
    flat.push(SymbolInformation {
        name: symbol.name,
        kind: symbol.kind,
        tags: None,
        deprecated: None,
        location: Location::new(document.uri.clone(), symbol.range),
        container_name: None,
    });
    symbol.children.into_iter().flatten().for_each(|child| flatten(document, child, flat));
}
