//! Every pair of colours in use is recomputed from the style sheet (WCAG 2.2, relative luminance and 1.4.3, 1.4.11).
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

const TOKENS: &str = include_str!("../../style/tokens.css");

/// A colour of the style sheet in both themes: light, dark.
fn token(name: &str) -> [String; 2] {
    let declaration = format!("\n  --{name}: ");
    let start = TOKENS.find(&declaration).unwrap_or_else(|| panic!("no colour --{name}")) + declaration.len();
    let value = TOKENS[start..].split(';').next().unwrap();
    let both = value.trim_start_matches("light-dark(").trim_end_matches(')');
    let mut colours = both.split(',').map(|colour| colour.trim().to_owned());
    let light = colours.next().unwrap();
    let dark = colours.next().unwrap_or_else(|| light.clone());
    [light, dark]
}

fn luminance(colour: &str) -> f64 {
    let hex = colour.strip_prefix('#').unwrap_or_else(|| panic!("{colour} is not #rrggbb"));
    let channel = |at: usize| {
        let value = f64::from(u8::from_str_radix(&hex[at..at + 2], 16).unwrap()) / 255.0;
        if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * channel(0) + 0.7152 * channel(2) + 0.0722 * channel(4)
}

fn contrast(one: &str, other: &str) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

fn at_least(ratio: f64, foreground: &str, background: &str) {
    let (front, back) = (token(foreground), token(background));
    for (theme, at) in [("light", 0), ("dark", 1)] {
        let found = contrast(&front[at], &back[at]);
        assert!(found >= ratio, "{theme}: {foreground} on {background} is {found:.2}:1, not {ratio}:1");
    }
}

const SURFACES: [&str; 3] = ["background", "surface", "raised"];

#[test]
fn text_is_readable_on_every_surface() {
    for surface in SURFACES {
        for text in ["text", "muted", "accent", "danger", "ok", "warning"] {
            at_least(4.5, text, surface);
        }
    }
}

#[test]
fn edges_and_the_focus_are_visible_on_every_surface() {
    for surface in SURFACES {
        at_least(3.0, "edge", surface);
        at_least(3.0, "focus", surface);
    }
}

#[test]
fn words_on_fills_are_readable() {
    for (ink, fill) in [
        ("accent-ink", "accent"),
        ("accent-ink", "accent-strong"),
        ("danger-ink", "danger-fill"),
        ("danger-ink", "danger-strong"),
        ("accent", "accent-soft"),
        ("danger", "danger-soft"),
        ("text", "danger-soft"),
        ("muted", "danger-soft"),
        ("warning", "warning-soft"),
        ("text", "warning-soft"),
        ("muted", "warning-soft"),
    ] {
        at_least(4.5, ink, fill);
    }
}

#[test]
fn initials_are_readable_on_every_person() {
    for person in 0..8 {
        let colour = &token(&format!("person-{person}"))[0];
        assert!(contrast("#ffffff", colour) >= 4.5, "white on person {person}");
    }
}

#[test]
fn the_stage_is_dark_enough_for_its_texts() {
    let stage = &token("stage")[0];
    for text in ["text", "muted", "accent", "danger", "warning"] {
        assert!(contrast(&token(text)[1], stage) >= 4.5, "{text} on the stage");
    }
}
