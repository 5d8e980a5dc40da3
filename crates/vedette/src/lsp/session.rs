//! What a connection knows: the open texts, the settings, and the content that they name; and a question about a place, ready to be answered.
//!
//! In: notifications of texts. Out: a draft of the query around a place, with the catalog that it is bound against.

use std::collections::HashMap;
use std::sync::Arc;

use lake::Content;
use lsp_types::{Position, TextDocumentIdentifier, Uri};
use semantics::editor::Draft;

use super::beside::Folders;
use super::capabilities::Client;
use super::documents::{Document, Kql};
use super::settings::Settings;
use super::worker::{Job, Worker};
use crate::data;
use crate::failure::Failure;
use crate::findings::{Beside, Product, ProductCatalog, Products, Setting};

/// Why a request has no answer.
pub(crate) enum Refused {
    /// It does not make sense here; the client shows the reason.
    Request(String),
    /// It is not one of the protocol, or not one that is answered here.
    Method,
    /// Its parameters are not those of the protocol.
    Parameters(String),
}

/// What became of a request.
pub(crate) type Answer<T> = Result<T, Refused>;

/// What a connection knows.
pub(crate) struct Session {
    pub(crate) client: Client,
    pub(crate) settings: Settings,
    pub(crate) content: Arc<Content>,
    pub(crate) documents: HashMap<String, Document>,
    pub(crate) folders: Folders,
    pub(crate) worker: Worker,
}

/// A question about a place in a query.
pub(crate) struct Asked<'a> {
    pub(crate) document: &'a Document,
    pub(crate) kql: &'a Kql,
    pub(crate) offset: u32,
    pub(crate) draft: Draft<'a>,
    pub(crate) catalog: ProductCatalog<'a>,
}

impl Session {
    pub(crate) fn new(client: Client, settings: Settings, worker: Worker) -> Result<Self, Failure> {
        let content = data::content_of(settings.content.as_deref(), &settings.functions)?;
        let (documents, folders) = (HashMap::new(), Folders::default());
        Ok(Self { client, settings, content, documents, folders, worker })
    }

    /// Other settings: all that is open is looked at again.
    pub(crate) fn set(&mut self, settings: Settings) -> Result<(), Failure> {
        self.content = data::content_of(settings.content.as_deref(), &settings.functions)?;
        self.settings = settings;
        self.look_at_all();
        Ok(())
    }

    pub(crate) fn look_at_all(&mut self) {
        let all: Vec<String> = self.documents.keys().cloned().collect();
        all.iter().for_each(|uri| self.look_at(uri));
    }

    /// Has a text looked at, when it has rested for a moment.
    pub(crate) fn look_at(&mut self, uri: &str) {
        let Some(document) = self.documents.get(uri) else { return };
        let job = Job {
            uri: document.uri.clone(),
            version: document.version,
            text: Arc::clone(&document.text),
            kind: document.kind,
            lines: document.lines.clone(),
            is_too_long: document.is_too_long(),
            content: Arc::clone(&self.content),
            beside: self.folders.beside(&document.path()),
            products: self.settings.schema,
            also: self.settings.also.clone(),
        };
        self.worker.look_at(job);
    }

    /// An open text.
    pub(crate) fn document(&self, uri: &Uri) -> Option<&Document> {
        self.documents.get(uri.as_str())
    }

    /// Answers a question about a place; nothing where no query is.
    pub(crate) fn ask<T>(
        &mut self,
        text: &TextDocumentIdentifier,
        position: Position,
        answer: impl FnOnce(&Asked<'_>) -> T,
    ) -> Option<T> {
        let beside = self.beside(&text.uri)?;
        let document = self.documents.get(text.uri.as_str())?;
        let (kql, offset) = document.at(position)?;
        let catalog =
            ProductCatalog { content: &self.content, product: product(self.settings.schema), beside: &beside };
        Some(answer(&Asked { document, kql, offset, draft: Draft::new(&kql.text), catalog }))
    }

    /// What the folder of an open text adds.
    pub(crate) fn beside(&mut self, uri: &Uri) -> Option<Arc<Beside>> {
        let path = self.documents.get(uri.as_str())?.path();
        Some(self.folders.beside(&path))
    }

    pub(crate) fn setting<'a>(&'a self, beside: &'a Beside) -> Setting<'a> {
        Setting { content: &self.content, beside, products: self.settings.schema, also: &self.settings.also }
    }
}

/// Whose names are offered.
fn product(products: Products) -> Product {
    match products {
        Products::Defender => Product::Defender,
        Products::Sentinel => Product::Sentinel,
        Products::Both => Product::Vedette,
    }
}
