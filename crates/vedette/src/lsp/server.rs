//! The loop: one message after the other; what was canceled before its turn is not answered.
//!
//! In: messages on stdin. Out: messages on stdout. Ends when the client says so, or is gone.

use std::collections::VecDeque;
use std::sync::mpsc::{Receiver, sync_channel};

use lsp_server::{Connection, ErrorCode, Message, Notification, Request, RequestId, Response};
use lsp_types::notification::{self, Notification as _};
use lsp_types::request::{self, Request as _};
use lsp_types::{
    CancelParams, DidChangeConfigurationParams, DidChangeTextDocumentParams, DidCloseTextDocumentParams,
    DidOpenTextDocumentParams, InitializeParams, LogMessageParams, MessageType, NumberOrString,
    PublishDiagnosticsParams,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::capabilities::{Client, capabilities};
use super::documents::Document;
use super::session::{Answer, Refused, Session};
use super::settings::Settings;
use super::worker::{Job, Worker};
use super::{actions, completion, formatting, navigation};
use crate::failure::Failure;
use crate::panics;

/// Messages that wait at most; the client waits when there are more.
const WAITING_MAX: usize = 1_024;

/// Serves a client on stdin and stdout, to its end.
///
/// # Errors
/// Content that cannot be read, or a client that does not speak the protocol.
pub(crate) fn serve(settings: Settings) -> Result<(), Failure> {
    let (connection, threads) = Connection::stdio();
    // After a failure the thread that reads may wait for a client that has nothing more to say.
    converse(connection, settings)?;
    threads.join().map_err(|error| Failure::Environment(format!("the connection broke: {error}")))
}

fn converse(connection: Connection, settings: Settings) -> Result<(), Failure> {
    let broken = |error: lsp_server::ProtocolError| Failure::Environment(format!("no language client: {error}"));
    let (id, params) = connection.initialize_start().map_err(broken)?;
    let params: InitializeParams =
        serde_json::from_value(params).map_err(|error| Failure::Environment(format!("no language client: {error}")))?;
    let client = Client::of(&params.capabilities);
    let (settings, wrong) = settings.told(&params.initialization_options.unwrap_or(Value::Null));
    let publisher = connection.sender.clone();
    let logger = connection.sender.clone();
    let worker = Worker::start(
        move |job, diagnostics| {
            let _ = publisher.send(published(job, diagnostics).into());
        },
        move |text| {
            let _ = logger.send(logged(MessageType::ERROR, text).into());
        },
    )?;
    let session = Session::new(client, settings, worker)?;
    let about = json!({
        "capabilities": capabilities(client),
        "serverInfo": { "name": "vedette", "version": env!("CARGO_PKG_VERSION") },
    });
    connection.initialize_finish(id, about).map_err(broken)?;
    let Connection { sender, receiver } = connection;
    let (passed, waiting) = sync_channel(WAITING_MAX);
    // The connection hands over one message at a time; here they are in line, so that one can be taken out of it.
    std::thread::spawn(move || receiver.into_iter().all(|message| passed.send(message).is_ok()));
    let mut server = Server {
        session,
        queue: VecDeque::new(),
        is_down: false,
        send: Box::new(move |message| sender.send(message).is_ok()),
    };
    if let Some(wrong) = wrong {
        server.log(MessageType::WARNING, wrong);
    }
    let end = server.run(&waiting);
    server.session.worker.stop();
    end
}

struct Server {
    session: Session,
    queue: VecDeque<Message>,
    /// Has the client said that it is about to end?
    is_down: bool,
    send: Box<dyn Fn(Message) -> bool>,
}

impl Server {
    fn run(&mut self, waiting: &Receiver<Message>) -> Result<(), Failure> {
        loop {
            if self.queue.is_empty() {
                match waiting.recv() {
                    Ok(message) => self.queue.push_back(message),
                    Err(_) => return Ok(()),
                }
            }
            let left = WAITING_MAX.saturating_sub(self.queue.len());
            self.queue.extend(waiting.try_iter().take(left));
            self.cancel();
            match self.queue.pop_front() {
                Some(Message::Request(request)) => self.answer(request),
                Some(Message::Notification(told)) if told.method == notification::Exit::METHOD => {
                    return if self.is_down {
                        Ok(())
                    } else {
                        Err(Failure::Environment("the client left without a word".to_owned()))
                    };
                }
                Some(Message::Notification(told)) => self.hear(told),
                Some(Message::Response(_)) | None => {}
            }
        }
    }

    /// Answers what was canceled while it waited.
    fn cancel(&mut self) {
        let is_cancel = |message: &Message| match message {
            Message::Notification(told) => told.method == notification::Cancel::METHOD,
            _ => false,
        };
        if !self.queue.iter().any(is_cancel) {
            return;
        }
        let (cancels, mut rest): (VecDeque<Message>, VecDeque<Message>) = self.queue.drain(..).partition(is_cancel);
        let ids: Vec<RequestId> = cancels.into_iter().filter_map(canceled).collect();
        rest.retain(|message| match message {
            Message::Request(request) if ids.contains(&request.id) => {
                let code = ErrorCode::RequestCanceled as i32;
                (self.send)(Response::new_err(request.id.clone(), code, "canceled".to_owned()).into());
                false
            }
            _ => true,
        });
        self.queue = rest;
    }

    fn answer(&mut self, request: Request) {
        let id = request.id.clone();
        if self.is_down {
            let code = ErrorCode::InvalidRequest as i32;
            (self.send)(Response::new_err(id, code, "the server is about to end".to_owned()).into());
            return;
        }
        if request.method == request::Shutdown::METHOD {
            self.is_down = true;
            (self.send)(Response::new_ok(id, Value::Null).into());
            return;
        }
        let method = request.method.clone();
        let session = &mut self.session;
        let response = match panics::catch(|| dispatch(session, request)) {
            Ok(Ok(result)) => Response::new_ok(id, result),
            Ok(Err(Refused::Request(why))) => Response::new_err(id, ErrorCode::RequestFailed as i32, why),
            Ok(Err(Refused::Method)) => {
                Response::new_err(id, ErrorCode::MethodNotFound as i32, format!("{method} is not known"))
            }
            Ok(Err(Refused::Parameters(why))) => Response::new_err(id, ErrorCode::InvalidParams as i32, why),
            Err(panic) => {
                self.log(MessageType::ERROR, format!("a defect of vedette, in {method}: {panic}"));
                Response::new_err(id, ErrorCode::InternalError as i32, panic)
            }
        };
        (self.send)(response.into());
    }

    fn hear(&mut self, told: Notification) {
        let method = told.method.clone();
        let session = &mut self.session;
        let heard = panics::catch(|| notified(session, told));
        match heard {
            Ok(Ok(closed)) => {
                if let Some(closed) = closed {
                    (self.send)(closed.into());
                }
            }
            Ok(Err(why)) => self.log(MessageType::WARNING, format!("{method}: {why}")),
            Err(panic) => self.log(MessageType::ERROR, format!("a defect of vedette, in {method}: {panic}")),
        }
    }

    /// Says something to whoever reads the log of the client.
    fn log(&self, kind: MessageType, text: String) {
        (self.send)(logged(kind, text).into());
    }
}

fn canceled(message: Message) -> Option<RequestId> {
    let Message::Notification(told) = message else { return None };
    let params: CancelParams = serde_json::from_value(told.params).ok()?;
    Some(match params.id {
        NumberOrString::Number(number) => RequestId::from(number),
        NumberOrString::String(text) => RequestId::from(text),
    })
}

/// Who answers what.
fn dispatch(session: &mut Session, request: Request) -> Answer<Value> {
    let params = request.params;
    match request.method.as_str() {
        request::Completion::METHOD => with(session, params, completion::complete),
        request::HoverRequest::METHOD => with(session, params, completion::hover),
        request::SignatureHelpRequest::METHOD => with(session, params, completion::signature),
        request::GotoDefinition::METHOD => with(session, params, navigation::definition),
        request::References::METHOD => with(session, params, navigation::references),
        request::DocumentHighlightRequest::METHOD => with(session, params, navigation::highlight),
        request::PrepareRenameRequest::METHOD => with(session, params, navigation::prepare_rename),
        request::Rename::METHOD => with(session, params, navigation::rename),
        request::DocumentSymbolRequest::METHOD => with(session, params, navigation::symbols),
        request::Formatting::METHOD => with(session, params, formatting::format),
        request::DocumentDiagnosticRequest::METHOD => with(session, params, actions::pull),
        request::CodeActionRequest::METHOD => with(session, params, actions::actions),
        _ => Err(Refused::Method),
    }
}

fn with<P: DeserializeOwned, R: Serialize>(
    session: &mut Session,
    params: Value,
    answer: impl FnOnce(&mut Session, P) -> Answer<R>,
) -> Answer<Value> {
    let params = serde_json::from_value(params).map_err(|error| Refused::Parameters(error.to_string()))?;
    let answer = answer(session, params)?;
    serde_json::to_value(answer).map_err(|error| Refused::Request(error.to_string()))
}

/// What a notification changes; what the client must be told for it, or why it cannot be understood.
fn notified(session: &mut Session, told: Notification) -> Result<Option<Notification>, String> {
    match told.method.as_str() {
        notification::DidOpenTextDocument::METHOD => {
            let text = read::<DidOpenTextDocumentParams>(told.params)?.text_document;
            let uri = text.uri.as_str().to_owned();
            let document = Document::new(text.uri, &text.language_id, text.version, text.text, session.client.units);
            session.documents.insert(uri.clone(), document);
            session.look_at(&uri);
        }
        notification::DidChangeTextDocument::METHOD => {
            let change: DidChangeTextDocumentParams = read(told.params)?;
            let uri = change.text_document.uri.as_str();
            let units = session.client.units;
            let Some(document) = session.documents.get_mut(uri) else { return Err(format!("{uri} is not open")) };
            document.change(change.text_document.version, change.content_changes, units);
            session.look_at(uri);
        }
        notification::DidCloseTextDocument::METHOD => {
            let closed: DidCloseTextDocumentParams = read(told.params)?;
            let uri = closed.text_document.uri;
            session.documents.remove(uri.as_str());
            session.worker.forget(uri.as_str());
            let params = PublishDiagnosticsParams::new(uri, vec![], None);
            return Ok(Some(Notification::new(notification::PublishDiagnostics::METHOD.to_owned(), params)));
        }
        notification::DidSaveTextDocument::METHOD | notification::DidChangeWatchedFiles::METHOD => {
            session.folders.forget();
            session.look_at_all();
        }
        notification::DidChangeConfiguration::METHOD => {
            let settings = read::<DidChangeConfigurationParams>(told.params)?.settings;
            let ours = settings.get("vedette").unwrap_or(&settings);
            let (settings, wrong) = session.settings.clone().told(ours);
            session.set(settings).map_err(|failure| format!("{failure:?}"))?;
            return wrong.map_or(Ok(None), Err);
        }
        _ => {}
    }
    Ok(None)
}

fn read<P: DeserializeOwned>(params: Value) -> Result<P, String> {
    serde_json::from_value(params).map_err(|error| error.to_string())
}

fn published(job: &Job, diagnostics: Vec<lsp_types::Diagnostic>) -> Notification {
    let params = PublishDiagnosticsParams::new(job.uri.clone(), diagnostics, Some(job.version));
    Notification::new(notification::PublishDiagnostics::METHOD.to_owned(), params)
}

fn logged(typ: MessageType, message: String) -> Notification {
    Notification::new(notification::LogMessage::METHOD.to_owned(), LogMessageParams { typ, message })
}
