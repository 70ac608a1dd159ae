//! How a connection does: a digest of what the browser counts, and how well that is.
//!
//! A [`Sample`] is what the driver reads out of one report of W3C WebRTC Statistics, in the browser's own units. From two
//! in a row a [`Digest`] makes [`LinkStats`] and the link's [`Quality`]. Counters are only compared with those of the
//! same stream of the same connection, and begin anew where they jump back: a rebuilt connection or a replaced encoder
//! gives no rate rather than an absurd one.

mod quality;
mod sample;
#[cfg(test)]
mod tests;

pub use sample::{Inbound, Outbound, Route, Sample};

use super::event::Quality;
use quality::Judge;

/// How a connection with one of the others does, over about two seconds.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct LinkStats {
    /// Milliseconds there and back.
    pub rtt_ms: Option<f32>,
    /// Media sent, in kbit/s, headers not counted.
    pub send_kbps: f32,
    /// Media received, in kbit/s, headers not counted.
    pub recv_kbps: f32,
    /// Share of packets lost, from 0 to 1, in the direction in which more are.
    pub loss: f32,
    /// Milliseconds by which packets arrive unevenly, of the stream that suffers most.
    pub jitter_ms: f32,
    /// Pictures a second, of the video received that moves most.
    pub fps: f32,
    /// Whether it goes through a TURN server.
    pub relayed: bool,
    /// The video codec, as `VP8`; empty without video.
    pub codec_video: String,
    /// The audio codec, as `opus`; empty without audio.
    pub codec_audio: String,
    /// What the browser says keeps the pictures sent from being better.
    pub limited_by: Limit,
}

/// What keeps the pictures sent from being better.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Limit {
    /// Nothing, or the browser does not say.
    #[default]
    None,
    /// Something else.
    Other,
    /// This computer.
    Cpu,
    /// The network.
    Bandwidth,
}

/// What makes [`LinkStats`] and [`Quality`] of the samples of one link.
#[derive(Debug, Clone, Default)]
pub struct Digest {
    before: Option<Sample>,
    judge: Judge,
}

impl Digest {
    /// Takes the next sample.
    pub fn take(&mut self, sample: Sample) -> LinkStats {
        let before = self.before.take().filter(|before| before.connection == sample.connection);
        let step = Step::between(before.as_ref(), &sample);
        let stats = step.stats(&sample);
        self.judge.take(quality::level(&sample, &stats, &step));
        self.before = Some(sample);
        stats
    }

    /// How well the link does; [`Quality::Unknown`] before two samples.
    pub fn quality(&self) -> Quality {
        self.judge.quality()
    }
}

/// What happened from one sample to the next.
#[derive(Default)]
struct Step {
    seconds: f64,
    sent: f64,
    /// Of what was sent.
    pictures: f64,
    received: f64,
    packets: f64,
    lost: f64,
    frames: f64,
    freezes: f64,
}

impl Step {
    fn between(before: Option<&Sample>, now: &Sample) -> Self {
        let Some(before) = before.filter(|before| before.at < now.at) else { return Self::default() };
        let mut step = Self { seconds: (now.at - before.at) as f64 / 1000.0, ..Self::default() };
        for stream in &now.inbound {
            let Some(known) = before.inbound.iter().find(|known| known.id == stream.id) else { continue };
            // One counter that jumps back says that all of them began anew.
            if stream.bytes < known.bytes || stream.packets < known.packets {
                continue;
            }
            step.received += stream.bytes - known.bytes;
            step.packets += stream.packets - known.packets;
            // Duplicates count as less than lost (RFC 3550, 6.4.1).
            step.lost += grown(known.lost, stream.lost);
            step.frames = step.frames.max(grown(known.frames, stream.frames));
            step.freezes += grown(known.freezes, stream.freezes);
        }
        for stream in &now.outbound {
            let known = before.outbound.iter().find(|known| known.id == stream.id);
            let sent = known.map_or(0.0, |known| grown(known.bytes, stream.bytes));
            step.sent += sent;
            step.pictures += if stream.video { sent } else { 0.0 };
        }
        step
    }

    fn stats(&self, sample: &Sample) -> LinkStats {
        let per_second = |amount: f64| if self.seconds > 0.0 { amount / self.seconds } else { 0.0 };
        let lost_here = if self.lost > 0.0 { self.lost / (self.lost + self.packets) } else { 0.0 };
        let lost_there = sample.outbound.iter().map(|stream| stream.lost_share);
        let heard_of = sample.outbound.iter().filter_map(|stream| stream.rtt);
        let rtt = sample.route.as_ref().and_then(|route| route.rtt).or_else(|| heard_of.reduce(f64::max));
        LinkStats {
            rtt_ms: rtt.map(|rtt| figure(rtt * 1000.0)),
            send_kbps: figure(per_second(self.sent) * 8.0 / 1000.0),
            recv_kbps: figure(per_second(self.received) * 8.0 / 1000.0),
            loss: figure(lost_there.fold(lost_here, f64::max).min(1.0)),
            jitter_ms: figure(sample.inbound.iter().map(|stream| stream.jitter * 1000.0).fold(0.0, f64::max)),
            fps: figure(per_second(self.frames)),
            relayed: sample.route.as_ref().is_some_and(Route::is_relayed),
            codec_video: codec(sample, true),
            codec_audio: codec(sample, false),
            limited_by: sample.outbound.iter().map(|stream| stream.limited_by).max().unwrap_or_default(),
        }
    }
}

/// By how much a counter has grown; not at all when it began anew.
fn grown(before: f64, now: f64) -> f64 {
    (now - before).max(0.0)
}

/// A figure to show: finite and not negative.
#[expect(clippy::cast_possible_truncation, reason = "figures are shown, not counted with")]
fn figure(value: f64) -> f32 {
    let figure = value as f32;
    if figure.is_finite() { figure.max(0.0) } else { 0.0 }
}

/// The codec of what is received of a kind, else of what is sent. A place that nothing went through has none.
fn codec(sample: &Sample, video: bool) -> String {
    let inbound = sample.inbound.iter().map(|stream| (stream.video, stream.bytes, &stream.codec));
    let outbound = sample.outbound.iter().map(|stream| (stream.video, stream.bytes, &stream.codec));
    let mut used = inbound.chain(outbound).filter(|(of_video, bytes, _)| *of_video == video && *bytes > 0.0);
    // A MIME type: `video/VP8`.
    let name = |mime: &String| mime.split_once('/').map_or_else(|| mime.clone(), |(_, name)| name.to_owned());
    used.find(|(_, _, mime)| !mime.is_empty()).map(|(_, _, mime)| name(mime)).unwrap_or_default()
}
