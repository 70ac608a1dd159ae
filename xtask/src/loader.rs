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

/// Off line, a visitor's click waits until the chunk can be had; where the server has a newer version of the site and
/// the old chunks are gone, the page is loaded anew.
const PATIENT: &str = "        let success = false;
        try {
            for (let wait = 250; !success; wait = Math.min(2 * wait, 4000)) {
                try {
                    await callee();
                    success = true;
                } catch {
                    const probe = await fetch(import.meta.url, { method: 'HEAD', cache: 'no-store' }).catch(() => null);
                    if (probe?.status === 404) {
                        location.reload();
                        await new Promise(() => {});
                    }
                    await new Promise((resolve) => setTimeout(resolve, wait));
                }
            }
        } finally {";

/// Replaces the calls of `script`.
///
/// # Errors
/// When the tool's script is not as expected: another version of it needs another look.
pub fn make_patient(script: &str) -> Result<String> {
    if script.matches(HASTY).count() != 1 {
        return Err("the script that loads chunks has changed its shape".into());
    }
    Ok(script.replacen(HASTY, PATIENT, 1))
}
