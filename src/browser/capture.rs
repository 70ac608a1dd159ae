//! `getUserMedia` and `getDisplayMedia`, with what they refuse as [`MediaError`].
//!
//! Follows Media Capture and Streams (10.2) and Screen Capture (5). The functions call the browser *at once* and return
//! a future: a lazy `async fn` would run after the click's activation has expired.

use crate::api::{CameraOptions, Facing, MicOptions, ScreenOptions, Span, VideoConstraints};
use crate::error::MediaError;
use js_sys::{Object, Promise, Reflect};
use std::future::Future;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    DisplayMediaStreamConstraints, DomException, MediaDevices, MediaStream, MediaStreamConstraints, MediaStreamTrack,
    MediaTrackConstraints, PermissionState, PermissionStatus,
};

/// Asks for a camera, a microphone, or both in one prompt.
pub(crate) fn user_media(
    camera: Option<&CameraOptions>,
    microphone: Option<&MicOptions>,
) -> impl Future<Output = Result<MediaStream, MediaError>> + use<> {
    let constraints = MediaStreamConstraints::new();
    constraints.set_video(&camera.map_or(JsValue::FALSE, |options| camera_constraints(options).into()));
    constraints.set_audio(&microphone.map_or(JsValue::FALSE, |options| microphone_constraints(options).into()));
    let permission = if camera.is_some() { "camera" } else { "microphone" };
    let asked = devices().and_then(|devices| {
        devices.get_user_media_with_constraints(&constraints).map_err(|error| Thrown::Exception(error).into())
    });
    async move { settle(asked, Some(permission)).await }
}

/// Asks for a screen, a window or a tab; the browser's picker decides which.
pub(crate) fn display_media(options: &ScreenOptions) -> impl Future<Output = Result<MediaStream, MediaError>> + use<> {
    let constraints = DisplayMediaStreamConstraints::new();
    let video = MediaTrackConstraints::new();
    if let Some(fps) = options.fps {
        video.set_frame_rate(&f64::from(fps).into());
    }
    constraints.set_video(&video);
    constraints.set_audio(&JsValue::from_bool(options.audio));
    // Dictionary members that the bindings do not know; a browser that does not either ignores them.
    set(&constraints, "preferCurrentTab", &JsValue::from_bool(options.prefer_current_tab));
    set(&constraints, "selfBrowserSurface", &"include".into());
    set(&constraints, "surfaceSwitching", &"include".into());
    let asked = devices().and_then(|devices| {
        devices.get_display_media_with_constraints(&constraints).map_err(|error| Thrown::Exception(error).into())
    });
    async move { settle(asked, None).await }
}

/// The browser's media devices; absent outside a secure context.
pub(crate) fn devices() -> Result<MediaDevices, MediaError> {
    let window = web_sys::window().ok_or(MediaError::Unsupported("a window"))?;
    let devices = Reflect::get(&window.navigator(), &"mediaDevices".into()).unwrap_or(JsValue::UNDEFINED);
    devices.dyn_into().map_err(|_| {
        if window.is_secure_context() { MediaError::Unsupported("media devices") } else { MediaError::InsecureContext }
    })
}

async fn settle(asked: Result<Promise, MediaError>, permission: Option<&str>) -> Result<MediaStream, MediaError> {
    match JsFuture::from(asked?).await {
        Ok(stream) => {
            crate::api::captured();
            stream.dyn_into().map_err(|_| MediaError::Unsupported("media streams"))
        }
        Err(error) => Err(refusal(error, permission).await),
    }
}

enum Thrown {
    Exception(JsValue),
}

impl From<Thrown> for MediaError {
    fn from(Thrown::Exception(error): Thrown) -> Self {
        match error.dyn_into::<DomException>() {
            Ok(exception) => Self::Browser { name: exception.name(), message: exception.message() },
            Err(error) => Self::Browser { name: "Error".to_owned(), message: format!("{error:?}") },
        }
    }
}

/// What a rejected promise means. `permission` is `None` for a screen, which has no lasting permission.
async fn refusal(error: JsValue, permission: Option<&str>) -> MediaError {
    let Ok(exception) = error.dyn_into::<DomException>() else {
        return MediaError::Browser { name: "Error".to_owned(), message: String::new() };
    };
    match exception.name().as_str() {
        "NotAllowedError" => match permission {
            None => MediaError::Dismissed,
            Some(name) => {
                MediaError::Refused { by_system: permission_state(name).await == Some(PermissionState::Granted) }
            }
        },
        "NotFoundError" => MediaError::NoDevice,
        "NotReadableError" | "AbortError" => MediaError::InUse,
        "OverconstrainedError" => MediaError::Overconstrained {
            constraint: Reflect::get(&exception, &"constraint".into())
                .ok()
                .and_then(|constraint| constraint.as_string())
                .unwrap_or_default(),
        },
        "SecurityError" => MediaError::InsecureContext,
        "InvalidStateError" => MediaError::NeedsGesture,
        _ => MediaError::Browser { name: exception.name(), message: exception.message() },
    }
}

/// What the browser has been told about a device; `None` where it does not say.
pub(crate) async fn permission_state(name: &str) -> Option<PermissionState> {
    let permissions = web_sys::window()?.navigator().permissions().ok()?;
    let query = Object::new();
    set(&query, "name", &name.into());
    let status = JsFuture::from(permissions.query(&query).ok()?).await.ok()?;
    Some(status.dyn_into::<PermissionStatus>().ok()?.state())
}

fn microphone_constraints(options: &MicOptions) -> MediaTrackConstraints {
    let constraints = MediaTrackConstraints::new();
    if let Some(device) = &options.device {
        constraints.set_device_id(&exact(&device.0.as_str().into()));
    }
    if let Some(on) = options.echo_cancellation {
        constraints.set_echo_cancellation(&on.into());
    }
    if let Some(on) = options.noise_suppression {
        constraints.set_noise_suppression(&on.into());
    }
    if let Some(on) = options.auto_gain {
        constraints.set_auto_gain_control(&on.into());
    }
    if options.stereo {
        constraints.set_channel_count(&2.into());
    }
    constraints
}

fn camera_constraints(options: &CameraOptions) -> MediaTrackConstraints {
    let constraints = MediaTrackConstraints::new();
    if let Some(device) = &options.device {
        constraints.set_device_id(&exact(&device.0.as_str().into()));
    }
    if let Some(facing) = options.facing {
        constraints.set_facing_mode(&JsValue::from_str(match facing {
            Facing::User => "user",
            Facing::Environment => "environment",
        }));
    }
    put(&constraints, options.video);
    constraints
}

fn put(constraints: &MediaTrackConstraints, video: VideoConstraints) {
    if let Some(width) = video.width {
        constraints.set_width(&range(width));
    }
    if let Some(height) = video.height {
        constraints.set_height(&range(height));
    }
    if let Some(fps) = video.fps {
        constraints.set_frame_rate(&range(fps));
    }
    if let Some(aspect) = video.aspect {
        set(constraints, "aspectRatio", &aspect.into());
    }
}

/// Changes a track while it runs (Media Capture and Streams, 4.3.5).
pub(crate) async fn constrain(track: &MediaStreamTrack, video: VideoConstraints) -> Result<(), MediaError> {
    let constraints = MediaTrackConstraints::new();
    put(&constraints, video);
    let applying = track.apply_constraints_with_constraints(&constraints);
    let applying = applying.map_err(|error| MediaError::from(Thrown::Exception(error)))?;
    match JsFuture::from(applying).await {
        Ok(_) => Ok(()),
        Err(error) => Err(refusal(error, None).await),
    }
}

fn range(span: Span) -> JsValue {
    let range = Object::new();
    for (name, value) in [("min", span.min), ("ideal", span.ideal), ("max", span.max)] {
        if let Some(value) = value {
            set(&range, name, &value.into());
        }
    }
    range.into()
}

fn exact(value: &JsValue) -> JsValue {
    let constraint = Object::new();
    set(&constraint, "exact", value);
    constraint.into()
}

fn set(object: &Object, name: &str, value: &JsValue) {
    // Fails only on frozen objects and proxies; these are ours.
    drop(Reflect::set(object, &name.into(), value));
}
