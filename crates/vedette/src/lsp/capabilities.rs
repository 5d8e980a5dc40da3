//! What the server says that it can, and what it reads of what the client can.

use lsp_types::{
    ClientCapabilities, CodeActionKind, CodeActionOptions, CodeActionProviderCapability, CompletionOptions,
    HoverProviderCapability, OneOf, RenameOptions, SaveOptions, ServerCapabilities, SignatureHelpOptions,
    TextDocumentSyncCapability, TextDocumentSyncKind, TextDocumentSyncOptions, TextDocumentSyncSaveOptions,
    WorkDoneProgressOptions,
};

use super::positions::Units;

/// All that is safe of a document, mended at once.
pub(crate) const FIX_ALL: &str = "source.fixAll.vedette";

/// What a client can, of what matters here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Client {
    pub(crate) units: Units,
    pub(crate) snippets: Snippets,
    pub(crate) symbols: Outline,
}

/// Can a completion have places to fill in?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Snippets {
    Known,
    Unknown,
}

/// Can an outline have levels?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outline {
    Nested,
    Flat,
}

impl Client {
    pub(crate) fn of(capabilities: &ClientCapabilities) -> Self {
        let general = capabilities.general.as_ref();
        let text = capabilities.text_document.as_ref();
        let item =
            text.and_then(|text| text.completion.as_ref()).and_then(|completion| completion.completion_item.as_ref());
        let symbols = text.and_then(|text| text.document_symbol.as_ref());
        Self {
            units: Units::negotiated(general.and_then(|general| general.position_encodings.as_deref())),
            snippets: match item.and_then(|item| item.snippet_support) {
                Some(true) => Snippets::Known,
                _ => Snippets::Unknown,
            },
            symbols: match symbols.and_then(|symbols| symbols.hierarchical_document_symbol_support) {
                Some(true) => Outline::Nested,
                _ => Outline::Flat,
            },
        }
    }
}

/// What the server can.
pub(crate) fn capabilities(client: Client) -> ServerCapabilities {
    let letters = |letters: &[&str]| Some(letters.iter().map(|letter| (*letter).to_owned()).collect());
    let progress = WorkDoneProgressOptions::default;
    ServerCapabilities {
        position_encoding: Some(client.units.kind()),
        text_document_sync: Some(TextDocumentSyncCapability::Options(TextDocumentSyncOptions {
            open_close: Some(true),
            change: Some(TextDocumentSyncKind::INCREMENTAL),
            save: Some(TextDocumentSyncSaveOptions::SaveOptions(SaveOptions { include_text: Some(false) })),
            ..TextDocumentSyncOptions::default()
        })),
        completion_provider: Some(CompletionOptions {
            trigger_characters: letters(&["|", ".", "=", "(", "\"", "'", "$"]),
            resolve_provider: Some(false),
            ..CompletionOptions::default()
        }),
        hover_provider: Some(HoverProviderCapability::Simple(true)),
        signature_help_provider: Some(SignatureHelpOptions {
            trigger_characters: letters(&["(", ","]),
            retrigger_characters: letters(&[")"]),
            work_done_progress_options: progress(),
        }),
        definition_provider: Some(OneOf::Left(true)),
        references_provider: Some(OneOf::Left(true)),
        document_highlight_provider: Some(OneOf::Left(true)),
        rename_provider: Some(OneOf::Right(RenameOptions {
            prepare_provider: Some(true),
            work_done_progress_options: progress(),
        })),
        document_symbol_provider: Some(OneOf::Left(true)),
        document_formatting_provider: Some(OneOf::Left(true)),
        code_action_provider: Some(CodeActionProviderCapability::Options(CodeActionOptions {
            code_action_kinds: Some(vec![CodeActionKind::QUICKFIX, CodeActionKind::new(FIX_ALL)]),
            resolve_provider: Some(false),
            work_done_progress_options: progress(),
        })),
        ..ServerCapabilities::default()
    }
}
