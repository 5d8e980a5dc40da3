//! Completion, hover and signature help, as the protocol writes them.

use lsp_types::{
    CompletionItem, CompletionItemKind, CompletionList, CompletionParams, CompletionResponse, CompletionTextEdit,
    Documentation, Hover, HoverContents, HoverParams, InsertTextFormat, MarkupContent, MarkupKind,
    ParameterInformation, ParameterLabel, Range, SignatureHelp, SignatureHelpParams, SignatureInformation, TextEdit,
};
use semantics::editor::{self, Completion, CompletionKind, ShownSignature};

use super::capabilities::Snippets;
use super::positions::narrow;
use super::session::{Answer, Session};

/// `textDocument/completion`.
pub(crate) fn complete(session: &mut Session, params: CompletionParams) -> Answer<Option<CompletionResponse>> {
    let at = params.text_document_position;
    let snippets = session.client.snippets;
    let found = session.ask(&at.text_document, at.position, |asked| {
        let found = editor::complete(&asked.draft, asked.offset, &asked.catalog);
        let range = asked.document.range(asked.kql, found.replace)?;
        let is_incomplete = found.has_more;
        let items = found.items.into_iter().enumerate().map(|(rank, item)| shown(rank, item, range, snippets));
        Some(CompletionResponse::List(CompletionList { is_incomplete, items: items.collect() }))
    });
    Ok(found.flatten())
}

fn shown(rank: usize, item: Completion, range: Range, snippets: Snippets) -> CompletionItem {
    let kind = match item.kind {
        CompletionKind::Table => CompletionItemKind::CLASS,
        CompletionKind::Column => CompletionItemKind::FIELD,
        CompletionKind::Variable => CompletionItemKind::VARIABLE,
        CompletionKind::Function => CompletionItemKind::FUNCTION,
        CompletionKind::Operator | CompletionKind::Keyword => CompletionItemKind::KEYWORD,
        CompletionKind::Type => CompletionItemKind::TYPE_PARAMETER,
        CompletionKind::Value => CompletionItemKind::ENUM_MEMBER,
    };
    let (text, format) = match (snippets, item.snippet, item.insert) {
        (Snippets::Known, Some(snippet), _) => (snippet, InsertTextFormat::SNIPPET),
        (_, _, Some(insert)) => (insert, InsertTextFormat::PLAIN_TEXT),
        (_, _, None) => (item.label.clone(), InsertTextFormat::PLAIN_TEXT),
    };
    CompletionItem {
        kind: Some(kind),
        detail: (!item.detail.is_empty()).then_some(item.detail),
        documentation: (!item.documentation.is_empty()).then(|| markdown(item.documentation)),
        sort_text: Some(format!("{rank:04}")),
        filter_text: Some(item.label.clone()),
        insert_text_format: Some(format),
        text_edit: Some(CompletionTextEdit::Edit(TextEdit::new(range, text))),
        label: item.label,
        ..CompletionItem::default()
    }
}

fn markdown(value: String) -> Documentation {
    Documentation::MarkupContent(MarkupContent { kind: MarkupKind::Markdown, value })
}

/// `textDocument/hover`.
pub(crate) fn hover(session: &mut Session, params: HoverParams) -> Answer<Option<Hover>> {
    let at = params.text_document_position_params;
    let found = session.ask(&at.text_document, at.position, |asked| {
        let found = editor::hover(&asked.draft, asked.offset, &asked.catalog)?;
        let range = asked.document.range(asked.kql, found.span);
        let contents = HoverContents::Markup(MarkupContent { kind: MarkupKind::Markdown, value: found.markdown });
        Some(Hover { contents, range })
    });
    Ok(found.flatten())
}

/// `textDocument/signatureHelp`.
pub(crate) fn signature(session: &mut Session, params: SignatureHelpParams) -> Answer<Option<SignatureHelp>> {
    let at = params.text_document_position_params;
    let found = session.ask(&at.text_document, at.position, |asked| {
        let found = editor::signature(&asked.draft, asked.offset, &asked.catalog)?;
        let active = found.signatures.get(found.active).and_then(|signature| signature.active).map(narrow);
        Some(SignatureHelp {
            signatures: found.signatures.into_iter().map(form).collect(),
            active_signature: Some(narrow(found.active)),
            active_parameter: active,
        })
    });
    Ok(found.flatten())
}

/// Places in a label are counted in UTF-16, whatever was negotiated for texts.
fn form(signature: ShownSignature) -> SignatureInformation {
    let units = |end: usize| {
        let before = signature.label.get(..end).unwrap_or(&signature.label);
        narrow(before.chars().map(char::len_utf16).sum())
    };
    let parameters = signature.parameters.iter().map(|(range, says)| ParameterInformation {
        label: ParameterLabel::LabelOffsets([units(range.start), units(range.end)]),
        documentation: (!says.is_empty()).then(|| markdown(says.clone())),
    });
    SignatureInformation {
        parameters: Some(parameters.collect()),
        documentation: (!signature.documentation.is_empty()).then(|| markdown(signature.documentation.clone())),
        active_parameter: signature.active.map(narrow),
        label: signature.label,
    }
}
