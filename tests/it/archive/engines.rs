//! Which engines a claim is tried on, each time in an archive of its own.

use std::hash::{BuildHasher, RandomState};
use utkik_index::Archive;

/// Tries `claim` in a fresh archive on each engine.
pub(super) fn each_engine(claim: impl AsyncFn(Archive)) {
    run(async {
        for engine in named_engines() {
            let (address, _folder) = fresh_address(&engine);
            claim(Archive::open(&address).await.unwrap()).await;
        }
    });
}

/// Tries `claim` with the address of a fresh archive that several can open at once.
pub(super) fn on_files(claim: impl AsyncFn(String)) {
    run(async {
        for engine in named_engines().iter().filter(|engine| *engine != "sqlite::memory:") {
            let (address, _folder) = fresh_address(engine);
            claim(address).await;
        }
    });
}

/// As the program itself runs.
pub(crate) fn run(claim: impl Future<Output = ()>) {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    runtime.unwrap().block_on(claim);
}

/// `sqlite::memory:`, `sqlite:` for a file in a folder of its own, and PostgreSQL where somebody says where it is.
pub(crate) fn named_engines() -> Vec<String> {
    #[expect(
        clippy::disallowed_methods,
        reason = "where the engines are is no business of the configuration"
    )]
    let named = std::env::var("UTKIK_TEST_ENGINES").unwrap_or_default();
    let named = if named.is_empty() { "sqlite::memory:,sqlite:".to_owned() } else { named };
    named.split(',').map(str::to_owned).collect()
}

/// The address of a fresh archive on `engine`.
pub(crate) fn fresh_address(engine: &str) -> (String, Option<tempfile::TempDir>) {
    if engine == "sqlite::memory:" {
        return (engine.to_owned(), None);
    }
    if engine.starts_with("sqlite:") {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a folder that is not there yet").join("utkik.db");
        return (format!("sqlite:{}", path.display()), Some(folder));
    }
    // A schema of its own, which the archive makes.
    let schema = format!("utkik_{:016x}", RandomState::new().hash_one(engine));
    let sign = if engine.contains('?') { '&' } else { '?' };
    (format!("{engine}{sign}options=-csearch_path%3D{schema}"), None)
}
