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

/// Off line, a visitor's click waits until the chunk can be had. Where the server has a newer version of the site and
/// the old chunks are gone, the browser goes where the visitor clicked, and gets the new version there.
const PATIENT: &str = "        let success = false;
        try {
            for (let wait = 250; !success; wait = Math.min(2 * wait, 4000)) {
                try {
                    await callee();
                    success = true;
                } catch {
                    const probe = await fetch(import.meta.url, { method: 'HEAD', cache: 'no-store' }).catch(() => null);
                    if (probe?.status === 404) {
                        leave();
                        await new Promise(() => {});
                    }
                    await new Promise((resolve) => setTimeout(resolve, wait));
                }
            }
        } finally {";

/// The router changes the address only when the page is there: until then the click is all that says where to.
const LEAVE: &str = "
let clicked = { at: -Infinity };
addEventListener('click', (event) => {
    clicked = { at: performance.now(), href: event.composedPath().find((node) => node.href)?.href };
}, true);
function leave() {
    if (clicked.href && performance.now() - clicked.at < 10000) location.assign(clicked.href);
    else location.reload();
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
    Ok(script.replacen(HASTY, PATIENT, 1) + LEAVE)
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
