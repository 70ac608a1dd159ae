//! One picture of a stream.

use super::bindings::same;
use crate::error::MediaError;
use futures::channel::oneshot;
use gloo_events::EventListener;
use std::cell::Cell;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, CanvasRenderingContext2d, HtmlCanvasElement, HtmlVideoElement, MediaStream};

/// A PNG of what a stream shows now, at most `max_width` pixels wide.
pub(crate) async fn snapshot(stream: &MediaStream, max_width: u32) -> Result<Blob, MediaError> {
    if stream.get_video_tracks().length() == 0 {
        return Err(MediaError::Ended);
    }
    let document = web_sys::window().and_then(|window| window.document()).ok_or(MediaError::Unsupported("a page"))?;
    let video: HtmlVideoElement = element(&document, "video")?;
    video.set_muted(true);
    let (seen, first) = oneshot::channel();
    let seen = Cell::new(Some(seen));
    let _listener = EventListener::new(&video, "loadeddata", move |_| {
        if let Some(seen) = seen.take() {
            let _ = seen.send(());
        }
    });
    video.set_src_object(Some(&same(stream)));
    if let Ok(playing) = video.play() {
        drop(JsFuture::from(playing).await);
    }
    let _ = first.await;
    let picture = draw(&document, &video, max_width);
    video.set_src_object(None);
    to_blob(&picture?).await
}

fn draw(
    document: &web_sys::Document,
    video: &HtmlVideoElement,
    max_width: u32,
) -> Result<HtmlCanvasElement, MediaError> {
    let (width, height) = (f64::from(video.video_width()), f64::from(video.video_height()));
    let scale = (f64::from(max_width.max(1)) / width.max(1.0)).min(1.0);
    let canvas: HtmlCanvasElement = element(document, "canvas")?;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "pixels")]
    let pixels = |size: f64| (size * scale).round().max(1.0) as u32;
    canvas.set_width(pixels(width));
    canvas.set_height(pixels(height));
    let context = canvas.get_context("2d").ok().flatten().and_then(|context| context.dyn_into().ok());
    let context: CanvasRenderingContext2d = context.ok_or(MediaError::Unsupported("drawing"))?;
    let (width, height) = (f64::from(canvas.width()), f64::from(canvas.height()));
    let drawn = context.draw_image_with_html_video_element_and_dw_and_dh(video, 0.0, 0.0, width, height);
    drawn.map_err(|_| MediaError::Unsupported("pictures of videos"))?;
    Ok(canvas)
}

async fn to_blob(canvas: &HtmlCanvasElement) -> Result<Blob, MediaError> {
    let (made, picture) = oneshot::channel();
    let callback = Closure::once(move |blob: Option<Blob>| drop(made.send(blob)));
    canvas.to_blob(callback.as_ref().unchecked_ref()).map_err(|_| MediaError::Unsupported("pictures"))?;
    picture.await.ok().flatten().ok_or(MediaError::Unsupported("pictures"))
}

fn element<T: JsCast>(document: &web_sys::Document, name: &str) -> Result<T, MediaError> {
    let made = document.create_element(name).ok().and_then(|element| element.dyn_into().ok());
    made.ok_or(MediaError::Unsupported("elements"))
}
