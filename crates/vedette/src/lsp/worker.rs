//! Findings are looked for on a thread of their own, when a text has rested for a moment; of a text's versions only the newest is looked at.
//!
//! In: texts. Out: diagnostics, published; and the findings themselves, kept for the code actions of that version.

use std::collections::HashMap;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use lake::Content;
use lsp_types::Uri;

use super::diagnostics;
use super::positions::Lines;
use crate::failure::Failure;
use crate::findings::{self, Beside, Finding, Products, Setting, TextKind};
use crate::panics;

/// How long a text must rest: shorter than a pause in typing, longer than the time between two letters.
const REST: Duration = Duration::from_millis(120);

/// A text to be looked at.
pub(crate) struct Job {
    pub(crate) uri: Uri,
    pub(crate) version: i32,
    pub(crate) text: Arc<str>,
    pub(crate) kind: Option<TextKind>,
    pub(crate) lines: Lines,
    pub(crate) is_too_long: bool,
    pub(crate) content: Arc<Content>,
    pub(crate) beside: Arc<Beside>,
    pub(crate) products: Products,
    pub(crate) also: Vec<String>,
}

enum Message {
    Look(Box<Job>),
    Forget(String),
}

/// What was found in a version of a text.
pub(crate) type Found = (i32, Arc<Vec<Finding>>);

/// The thread and what it found.
pub(crate) struct Worker {
    messages: Option<Sender<Message>>,
    thread: Option<JoinHandle<()>>,
    found: Arc<Mutex<HashMap<String, Found>>>,
}

impl Worker {
    /// Starts the thread. `publish` is given the diagnostics of a version; `log` what went wrong.
    pub(crate) fn start(
        publish: impl Fn(&Job, Vec<lsp_types::Diagnostic>) + Send + 'static,
        log: impl Fn(String) + Send + 'static,
    ) -> Result<Self, Failure> {
        let (messages, received) = channel();
        let found = Arc::new(Mutex::new(HashMap::new()));
        let kept = Arc::clone(&found);
        let thread = std::thread::Builder::new()
            .name("findings".to_owned())
            .stack_size(crate::STACK_BYTES)
            .spawn(move || work(&received, &kept, &publish, &log))
            .map_err(|error| Failure::Environment(format!("no threads to work with: {error}")))?;
        Ok(Self { messages: Some(messages), thread: Some(thread), found })
    }

    pub(crate) fn look_at(&self, job: Job) {
        self.send(Message::Look(Box::new(job)));
    }

    pub(crate) fn forget(&self, uri: &str) {
        self.send(Message::Forget(uri.to_owned()));
    }

    fn send(&self, message: Message) {
        if let Some(messages) = &self.messages {
            // A thread that has ended has said why.
            let _ = messages.send(message);
        }
    }

    /// The findings of a version, if they are known.
    pub(crate) fn found(&self, uri: &str, version: i32) -> Option<Arc<Vec<Finding>>> {
        let found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        found.get(uri).filter(|(known, _)| *known == version).map(|(_, findings)| Arc::clone(findings))
    }

    /// Ends the thread after what it is at.
    pub(crate) fn stop(&mut self) {
        self.messages = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn work(
    received: &Receiver<Message>,
    found: &Mutex<HashMap<String, Found>>,
    publish: &dyn Fn(&Job, Vec<lsp_types::Diagnostic>),
    log: &dyn Fn(String),
) {
    let mut waiting: HashMap<String, (Instant, Box<Job>)> = HashMap::new();
    loop {
        let next = waiting.values().map(|(due, _)| *due).min();
        let message = match next {
            None => received.recv().map_err(|_| RecvTimeoutError::Disconnected),
            Some(due) => received.recv_timeout(due.saturating_duration_since(Instant::now())),
        };
        match message {
            Ok(Message::Look(job)) => {
                waiting.insert(job.uri.as_str().to_owned(), (Instant::now() + REST, job));
            }
            Ok(Message::Forget(uri)) => {
                waiting.remove(&uri);
                found.lock().unwrap_or_else(PoisonError::into_inner).remove(&uri);
            }
            Err(RecvTimeoutError::Disconnected) => return,
            Err(RecvTimeoutError::Timeout) => {
                let due = waiting.iter().min_by_key(|(_, (due, _))| *due).map(|(uri, _)| uri.clone());
                let Some((_, job)) = due.and_then(|uri| waiting.remove(&uri)) else { continue };
                match panics::catch(|| look(&job)) {
                    Ok((findings, shown)) => {
                        let kept = (job.version, Arc::new(findings));
                        found.lock().unwrap_or_else(PoisonError::into_inner).insert(job.uri.as_str().to_owned(), kept);
                        publish(&job, shown);
                    }
                    Err(panic) => log(format!("a defect of vedette, in the findings of {}: {panic}", job.uri.as_str())),
                }
            }
        }
    }
}

fn look(job: &Job) -> (Vec<Finding>, Vec<lsp_types::Diagnostic>) {
    if job.is_too_long {
        return (vec![], vec![diagnostics::too_long(job)]);
    }
    let Some(kind) = job.kind else { return (vec![], vec![]) };
    let setting = Setting { content: &job.content, beside: &job.beside, products: job.products, also: &job.also };
    let findings = findings::findings(&job.text, kind, setting);
    let shown = findings.iter().map(|finding| diagnostics::shown(&job.uri, &job.text, &job.lines, finding)).collect();
    (findings, shown)
}
