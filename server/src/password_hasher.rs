//! Passwords of rooms, hashed and compared with Argon2id: a few at a time, away from everything that must not wait.
//!
//! One takes tens of milliseconds of a whole core and 19 MiB. Done where frames are handled, a handful of joins would
//! silence everybody; so it is done on threads that may block, and **the number of those at work and of those that
//! wait is bounded**. Whoever comes when the queue is full is told so at once. Nothing here prints a password or hash.

use argon2::{
    Argon2, PasswordHasher as _, PasswordVerifier as _,
    password_hash::{self, PasswordHash, SaltString},
};
use multirtc::{core::hub::PasswordResult, protocol::Secret};
use std::{num::NonZeroUsize, sync::Arc, thread::available_parallelism};
use tokio::{
    sync::{
        Mutex, Semaphore,
        mpsc::{Receiver, Sender, channel},
    },
    task::spawn_blocking,
};
use unicode_normalization::UnicodeNormalization;

/// Jobs that may wait: a few seconds of work for one thread, far below the time after which the hub gives up.
const QUEUE: usize = 64;
/// More threads than that would only fill memory: 19 MiB each.
const WORKERS_MOST: usize = 8;

/// What to do with a password.
pub(crate) enum Task {
    /// Hash a new one.
    Hash { password: Secret },
    /// Compare one with a hash.
    Verify { password: Secret, hash: Secret },
}

/// The queue is full.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct QueueFull;

/// Why a task has no result; says nothing about what was hashed.
#[derive(Debug, thiserror::Error)]
enum HashError {
    #[error("no randomness from the operating system: {0}")]
    Randomness(getrandom::Error),
    #[error("{0}")]
    Hash(password_hash::Error),
}

/// A bounded queue of tasks and the threads that do them.
pub(crate) struct PasswordHasher {
    queue: Sender<(u64, Task)>,
    waiting: Mutex<Receiver<(u64, Task)>>,
    workers: usize,
}

impl Default for PasswordHasher {
    /// As many threads as there are cores but one, which is left to the frames.
    fn default() -> Self {
        let cores = available_parallelism().map_or(1, NonZeroUsize::get);
        Self::new((cores - 1).clamp(1, WORKERS_MOST), QUEUE)
    }
}

impl PasswordHasher {
    fn new(workers: usize, queue: usize) -> Self {
        let (queue, waiting) = channel(queue);
        Self { queue, waiting: Mutex::new(waiting), workers }
    }

    /// Queues a task under the number that names its answer; never waits.
    pub(crate) fn submit(&self, job: u64, task: Task) -> Result<(), QueueFull> {
        self.queue.try_send((job, task)).map_err(|_| QueueFull)
    }

    /// Works off the queue and hands over each result, on the thread that made it; never returns.
    pub(crate) async fn work(&self, answer: impl Fn(u64, PasswordResult) + Clone + Send + 'static) {
        let workers = Arc::new(Semaphore::new(self.workers));
        let mut waiting = self.waiting.lock().await;
        // A task leaves the queue when there is a thread for it, so that what waits stays counted.
        while let Ok(worker) = workers.clone().acquire_owned().await
            && let Some((job, task)) = waiting.recv().await
        {
            let answer = answer.clone();
            spawn_blocking(move || {
                answer(job, task.run());
                drop(worker);
            });
        }
    }
}

impl Task {
    fn run(self) -> PasswordResult {
        let result = match &self {
            Self::Hash { password } => hash(password).map(PasswordResult::Hashed),
            Self::Verify { password, hash } => verify(password, hash).map(PasswordResult::Matches),
        };
        result.unwrap_or_else(|error| {
            tracing::error!(%error, "a password could not be hashed or compared");
            PasswordResult::Busy
        })
    }
}

/// Argon2id with 19 MiB, two passes and one lane: the crate's default, and what OWASP recommends as the least.
fn hash(password: &Secret) -> Result<Secret, HashError> {
    let mut salt = [0; 16];
    getrandom::fill(&mut salt).map_err(HashError::Randomness)?;
    let salt = SaltString::encode_b64(&salt).map_err(HashError::Hash)?;
    let hash = Argon2::default().hash_password(normal(password).as_bytes(), &salt).map_err(HashError::Hash)?;
    Ok(Secret::new(hash.to_string()))
}

/// In constant time, with the parameters the hash was made with.
fn verify(password: &Secret, hash: &Secret) -> Result<bool, HashError> {
    let hash = PasswordHash::new(hash.expose()).map_err(HashError::Hash)?;
    match Argon2::default().verify_password(normal(password).as_bytes(), &hash) {
        Ok(()) => Ok(true),
        Err(password_hash::Error::Password) => Ok(false),
        Err(error) => Err(HashError::Hash(error)),
    }
}

/// The same text however it was typed: in NFC.
fn normal(password: &Secret) -> String {
    password.expose().nfc().collect()
}

#[cfg(test)]
#[expect(clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;
    use tokio::sync::mpsc::unbounded_channel;

    fn hashed(password: &str) -> Secret {
        match (Task::Hash { password: Secret::new(password) }).run() {
            PasswordResult::Hashed(hash) => hash,
            other => panic!("expected a hash, got {other:?}"),
        }
    }

    fn compared(password: &str, hash: &Secret) -> PasswordResult {
        Task::Verify { password: Secret::new(password), hash: hash.clone() }.run()
    }

    #[test]
    fn hashes_are_strong_salted_and_recognised() {
        let (hash, again) = (hashed("tea"), hashed("tea"));
        assert!(hash.expose().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert_ne!(hash, again, "each has its own salt");
        assert_eq!(compared("tea", &hash), PasswordResult::Matches(true));
        assert_eq!(compared("tea", &again), PasswordResult::Matches(true));
        assert_eq!(compared("Tea", &hash), PasswordResult::Matches(false));
        assert_eq!(compared("", &hash), PasswordResult::Matches(false));
    }

    #[test]
    fn accents_are_one_letter_however_they_are_typed() {
        let hash = hashed("caf\u{e9}");
        assert_eq!(compared("cafe\u{301}", &hash), PasswordResult::Matches(true));
        assert_eq!(compared("cafe", &hash), PasswordResult::Matches(false));
    }

    #[test]
    fn what_is_no_hash_matches_nothing() {
        assert_eq!(compared("tea", &Secret::new("tea")), PasswordResult::Busy);
    }

    #[tokio::test]
    async fn a_full_queue_says_so_and_what_it_took_is_answered() {
        let hasher = PasswordHasher::new(1, 2);
        let submit = |job| hasher.submit(job, Task::Hash { password: Secret::new("tea") });
        assert_eq!([1, 2, 3].map(submit), [Ok(()), Ok(()), Err(QueueFull)]);
        let (told, mut answers) = unbounded_channel();
        let answer = move |job, result| told.send((job, matches!(result, PasswordResult::Hashed(_)))).unwrap();
        tokio::select! {
            () = hasher.work(answer) => panic!("the hasher does not end"),
            () = async {
                assert_eq!(answers.recv().await, Some((1, true)));
                assert_eq!(answers.recv().await, Some((2, true)));
                submit(4).unwrap();
                assert_eq!(answers.recv().await, Some((4, true)));
            } => {}
        }
    }
}
