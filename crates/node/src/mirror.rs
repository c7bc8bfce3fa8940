//! Reading a mirror from a web server. Nothing that it answers is believed here, and nothing that
//! it does makes us wait without end.

use std::thread::sleep;
use std::time::Duration;

use ledger::surface::{Source, SourceError};

/// What one answer may take, from the first byte asked to the last byte read: a bundle of 16 MB at
/// half a megabyte a second. A chunk of rows gets as much again for each such bundle.
const ANSWER_SECONDS: u64 = 32;

/// Bytes for which [`ANSWER_SECONDS`] are enough.
const ANSWER_BYTES: u64 = 16 << 20;

/// How often a file is asked for before the mirror counts as not to be reached.
const ATTEMPTS: u32 = 3;

/// How long to wait before asking again, times the number of the attempt.
const PAUSE: Duration = Duration::from_millis(200);

/// Redirections that are followed: one to another host or to TLS, and one more.
const REDIRECTS_MAX: u32 = 2;

/// A mirror behind a web address.
#[derive(Clone, Debug)]
pub struct HttpSource {
    agent: ureq::Agent,
    prefix: String,
    seconds: u64,
}

impl HttpSource {
    /// The mirror whose checkpoint is at `prefix` and `/checkpoint`.
    #[must_use]
    pub fn new(prefix: &str) -> Self {
        Self::patient(prefix, ANSWER_SECONDS)
    }

    /// The same, with another patience than the usual for one answer, in seconds.
    #[must_use]
    pub fn patient(prefix: &str, seconds: u64) -> Self {
        let prefix = prefix.trim_end_matches('/').to_owned();
        Self { agent: agent(), prefix, seconds }
    }

    fn ask(&self, path: &str, bytes_max: u64) -> Result<Option<Vec<u8>>, ureq::Error> {
        let bundles = bytes_max.div_ceil(ANSWER_BYTES).max(1);
        let patience = Duration::from_secs(self.seconds.saturating_mul(bundles));
        let request = self.agent.get(format!("{}/{path}", self.prefix));
        let request = request.config().timeout_global(Some(patience)).build();
        let mut answer = request.call()?;
        match answer.status().as_u16() {
            200 => {
                let body = answer.body_mut().with_config().limit(bytes_max.saturating_add(1));
                body.read_to_vec().map(Some)
            }
            404 | 410 => Ok(None),
            other => Err(ureq::Error::StatusCode(other)),
        }
    }
}

/// A client that follows few redirections and takes every status as an answer.
pub(crate) fn agent() -> ureq::Agent {
    let config = ureq::Agent::config_builder();
    let config = config.max_redirects(REDIRECTS_MAX).http_status_as_error(false);
    config.user_agent("huzhu").build().into()
}

impl Source for HttpSource {
    fn get(&self, path: &str, bytes_max: u64) -> Result<Option<Vec<u8>>, SourceError> {
        let error = |why: String| SourceError { path: path.to_owned(), why };
        let mut last = String::new();
        for attempt in 1..=ATTEMPTS {
            match self.ask(path, bytes_max) {
                Ok(Some(bytes)) if bytes.len() as u64 > bytes_max => {
                    return Err(error(format!("it is longer than {bytes_max} bytes")));
                }
                Ok(answer) => return Ok(answer),
                Err(ureq::Error::BodyExceedsLimit(_)) => {
                    return Err(error(format!("it is longer than {bytes_max} bytes")));
                }
                Err(refused) => last = refused.to_string(),
            }
            if attempt < ATTEMPTS {
                sleep(PAUSE * attempt);
            }
        }
        Err(error(last))
    }
}
