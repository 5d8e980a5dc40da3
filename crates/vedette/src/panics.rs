//! Panics become sentences: what broke and where, never a backtrace.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Mutex, PoisonError};

use futures::FutureExt;

/// Where the last panic was. Two at once may swap places in the message; nothing else depends on it.
static LAST_PLACE: Mutex<String> = Mutex::new(String::new());

/// Keeps the runtime from printing panics; [`catch`] reports them.
pub(crate) fn install() {
    std::panic::set_hook(Box::new(|info| {
        let place = info.location().map(|place| format!(" ({}:{})", place.file(), place.line())).unwrap_or_default();
        *LAST_PLACE.lock().unwrap_or_else(PoisonError::into_inner) = place;
    }));
}

/// Runs `work`; a panic in it gives its message and place.
pub(crate) fn catch<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    // Nothing that `work` touched is used after a panic: the query is dropped with all its state.
    catch_unwind(AssertUnwindSafe(work)).map_err(describe)
}

/// The same for a future.
pub(crate) async fn catch_in<T>(work: impl Future<Output = T>) -> Result<T, String> {
    AssertUnwindSafe(work).catch_unwind().await.map_err(describe)
}

fn describe(payload: Box<dyn Any + Send>) -> String {
    let place = std::mem::take(&mut *LAST_PLACE.lock().unwrap_or_else(PoisonError::into_inner));
    format!("{}{place}", message(payload.as_ref()))
}

fn message(payload: &(dyn Any + Send)) -> &str {
    let text = payload.downcast_ref::<&str>().copied();
    text.or_else(|| payload.downcast_ref::<String>().map(String::as_str)).unwrap_or("a panic without a message")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_a_sentence() {
        let caught = catch(|| "x".parse::<u8>().expect("a number"));
        assert!(caught.is_err_and(|text| text.starts_with("a number")));
        assert_eq!(catch(|| 1), Ok(1));
    }

    #[tokio::test]
    async fn a_panic_in_a_future_too() {
        let caught = catch_in(async { "x".parse::<u8>().expect("a number") }).await;
        assert!(caught.is_err_and(|text| text.starts_with("a number")));
    }
}
