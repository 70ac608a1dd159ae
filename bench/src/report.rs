//! The table at the end, and whether the targets were met.

/// The same thing of both servers.
#[derive(Debug, Clone, Copy)]
pub struct Both<T> {
    pub ours: T,
    pub bare: T,
}

impl<T> Both<T> {
    pub fn map<U>(self, mut of: impl FnMut(T) -> U) -> Both<U> {
        Both { ours: of(self.ours), bare: of(self.bare) }
    }
}

/// What a figure has to be.
#[derive(Debug, Clone, Copy)]
pub enum Bound {
    /// Anything.
    None,
    /// At least this share of the bare relay's.
    AtLeastOf(f64),
    /// At most so much, or so many times the bare relay's on a machine that is busy with something else.
    AtMost { limit: f64, or_times: f64 },
}

impl Bound {
    fn holds(self, figures: Both<f64>) -> bool {
        match self {
            Self::None => true,
            Self::AtLeastOf(share) => figures.ours >= share * figures.bare,
            Self::AtMost { limit, or_times } => figures.ours <= limit.max(or_times * figures.bare),
        }
    }

    fn text(self) -> String {
        match self {
            Self::None => String::new(),
            Self::AtLeastOf(share) => format!("ratio >= {share}"),
            Self::AtMost { limit, .. } => format!("<= {limit}"),
        }
    }
}

/// Rows of the table.
#[derive(Debug, Default)]
pub struct Report {
    rows: Vec<(String, Both<f64>, Bound)>,
}

impl Report {
    pub fn row(&mut self, what: &str, figures: Both<f64>, unit: &str, bound: Bound) {
        let what = if unit.is_empty() { what.to_owned() } else { format!("{what}, {unit}") };
        self.rows.push((what, figures, bound));
    }

    /// Prints the table; false if a target was missed.
    pub fn print(&self) -> bool {
        println!("{:<36} {:>12} {:>12} {:>8}  target", "", "ours", "bare relay", "ratio");
        for (what, figures, bound) in &self.rows {
            let Both { ours, bare } = *figures;
            let figure = |value: f64| if value >= 1_000.0 { format!("{value:.0}") } else { format!("{value:.2}") };
            let verdict = if bound.holds(*figures) { "" } else { "  MISSED" };
            let (left, right, ratio) = (figure(ours), figure(bare), ours / bare);
            println!("{what:<36} {left:>12} {right:>12} {ratio:>8.2}  {}{verdict}", bound.text());
        }
        self.rows.iter().all(|(_, figures, bound)| bound.holds(*figures))
    }
}
