//! How loud a captured source is (Web Audio `AnalyserNode`).

use crate::api::Watch;
use gloo_timers::callback::Interval;
use web_sys::{AnalyserNode, AudioContext, MediaStream};

/// Milliseconds between two looks.
const EVERY_MS: u32 = 100;
/// Samples in one look: 21 ms at 48 kHz.
const WINDOW: u32 = 1_024;

/// Measures a source's loudness until it is dropped.
pub struct LevelMeter {
    level: Watch<f32>,
    context: AudioContext,
    _interval: Interval,
}

impl LevelMeter {
    pub(crate) fn new(stream: &MediaStream) -> Option<Self> {
        let context = AudioContext::new().ok()?;
        let analyser = context.create_analyser().ok()?;
        analyser.set_fft_size(WINDOW);
        context.create_media_stream_source(stream).ok()?.connect_with_audio_node(&analyser).ok()?;
        let level = Watch::new(0.0);
        let shown = level.clone();
        let interval = Interval::new(EVERY_MS, move || shown.set(peak(&analyser)));
        Some(Self { level, context, _interval: interval })
    }

    /// The loudest sample of the last tenth of a second or so, 0 to 1.
    pub fn level(&self) -> Watch<f32> {
        self.level.clone()
    }
}

impl Drop for LevelMeter {
    fn drop(&mut self) {
        // Rejects for a context that is closed already.
        if let Ok(closing) = self.context.close() {
            wasm_bindgen_futures::spawn_local(async move {
                drop(wasm_bindgen_futures::JsFuture::from(closing).await);
            });
        }
    }
}

fn peak(analyser: &AnalyserNode) -> f32 {
    let mut samples = [0.0_f32; WINDOW as usize];
    analyser.get_float_time_domain_data(&mut samples);
    samples.iter().fold(0.0_f32, |peak, sample| peak.max(sample.abs())).min(1.0)
}
