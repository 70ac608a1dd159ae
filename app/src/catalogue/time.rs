//! Times in words.

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

/// How long ago something was, of `seconds`.
pub fn ago(seconds: u64) -> String {
    match seconds {
        0..MINUTE => "just now".to_owned(),
        MINUTE..HOUR => counted(seconds / MINUTE, "minute"),
        HOUR..DAY => counted(seconds / HOUR, "hour"),
        _ => counted(seconds / DAY, "day"),
    }
}

fn counted(count: u64, unit: &str) -> String {
    if count == 1 { format!("1 {unit} ago") } else { format!("{count} {unit}s ago") }
}

/// A length of time as on a clock: `1:05`, `1:00:05`.
pub fn duration(seconds: u64) -> String {
    let (hours, minutes, rest) = (seconds / HOUR, seconds / MINUTE % 60, seconds % MINUTE);
    if hours > 0 { format!("{hours}:{minutes:02}:{rest:02}") } else { format!("{minutes}:{rest:02}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn past_times_are_relative() {
        assert_eq!(ago(0), "just now");
        assert_eq!(ago(59), "just now");
        assert_eq!(ago(60), "1 minute ago");
        assert_eq!(ago(7_200), "2 hours ago");
        assert_eq!(ago(200_000), "2 days ago");
    }

    #[test]
    fn durations_read_like_a_clock() {
        assert_eq!(duration(5), "0:05");
        assert_eq!(duration(65), "1:05");
        assert_eq!(duration(3_605), "1:00:05");
    }
}
