//! The script that loads chunks, made patient.

use crate::Result;

/// The name Leptos knows it by.
pub const NAME: &str = "__wasm_split.______________________.js";

/// How the tool writes the call of one loader: what fails once has failed for good, and Rust then panics.
const HASTY: &str = "        let success;
        try {
            await callee();
            success = true;
        } catch (e) {
            console.error(e);
            success = false;
        } finally {";

/// Off line, a page waits until the chunk can be had. Where the server has a newer version of the site and the old
/// chunks are gone, the page is loaded again, in the new version.
const PATIENT: &str = "        let success = false;
        try {
            for (let wait = 250; !success; wait = Math.min(2 * wait, 4000)) {
                try {
                    await callee();
                    success = true;
                } catch {
                    const probe = await fetch(import.meta.url, { method: 'HEAD', cache: 'no-store' }).catch(() => null);
                    if (probe?.status === 404) {
                        await reload();
                    }
                    await new Promise((resolve) => setTimeout(resolve, wait));
                }
            }
        } finally {";

/// Not more often than every ten seconds: while a server is being replaced, page and chunks may be of two versions.
const RELOAD: &str = "
async function reload() {
    const key = 'multirtc.reloaded';
    try {
        if (Date.now() - Number(sessionStorage.getItem(key)) < 10000) return;
        sessionStorage.setItem(key, String(Date.now()));
    } catch {
        return;
    }
    location.reload();
    await new Promise(() => {});
}
";

/// Replaces the calls of `script`.
///
/// # Errors
/// When the tool's script is not as expected: another version of it needs another look.
pub fn make_patient(script: &str) -> Result<String> {
    if script.matches(HASTY).count() != 1 {
        return Err("the script that loads chunks has changed its shape".into());
    }
    Ok(script.replacen(HASTY, PATIENT, 1) + RELOAD)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_call_becomes_patient() -> Result<()> {
        let patient = make_patient(&format!("function wrapAsyncCb(callee) {{\n{HASTY}\n}}"))?;
        assert!(patient.contains(PATIENT) && !patient.contains(HASTY));
        Ok(())
    }

    #[test]
    fn an_unknown_script_is_an_error() {
        assert!(make_patient("async () => { await callee(); }").is_err());
    }
}
