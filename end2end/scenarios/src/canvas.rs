//! A picture that moves when it is told to.

use crate::stage::Outcome;
use gloo_timers::callback::Interval;
use js_sys::{Array, Function, Reflect};
use multirtc::LocalMedia;
use multirtc::protocol::Source;
use wasm_bindgen::JsCast;
use web_sys::HtmlCanvasElement;

/// A canvas that is drawn on while it moves.
pub struct Canvas {
    element: HtmlCanvasElement,
    moving: Option<Interval>,
}

impl Canvas {
    /// One that moves.
    pub fn new() -> Outcome<Self> {
        let page = web_sys::window().and_then(|window| window.document()).ok_or("no page")?;
        let element = page.create_element("canvas").map_err(|_| "no canvas")?;
        let element: HtmlCanvasElement = element.dyn_into().map_err(|_| "no canvas")?;
        element.set_width(160);
        element.set_height(120);
        let mut canvas = Self { element, moving: None };
        canvas.start()?;
        Ok(canvas)
    }

    /// What is drawn, as if it came from there.
    pub fn media(&self, source: Source) -> Outcome<LocalMedia> {
        let stream = self.element.capture_stream().map_err(|_| "no stream")?;
        Ok(LocalMedia::from_stream(stream, source))
    }

    pub fn start(&mut self) -> Outcome {
        let context = self.element.get_context("2d").ok().flatten().ok_or("no context")?;
        let fill = Reflect::get(&context, &"fillRect".into()).map_err(|_| "nothing to draw with")?;
        let fill: Function = fill.dyn_into().map_err(|_| "nothing to draw with")?;
        let mut step = 0;
        self.moving = Some(Interval::new(100, move || {
            step = (step + 7) % 150;
            let color = if step % 2 == 0 { "teal" } else { "gold" };
            drop(Reflect::set(&context, &"fillStyle".into(), &color.into()));
            let area = Array::of4(&step.into(), &0.into(), &20.into(), &120.into());
            drop(fill.apply(&context, &area));
        }));
        Ok(())
    }

    pub fn stop(&mut self) {
        self.moving = None;
    }
}
