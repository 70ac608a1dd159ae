export interface Clock {
  /** When the page was last clicked; milliseconds since the epoch. */
  clicked: number | null;
  /** When the first frame of somebody else was presented; milliseconds since the epoch. */
  firstFrame: number | null;
}

declare global {
  interface Window {
    __clock: Clock;
  }
}

/** Runs in the page before its own scripts: notes clicks, and the first remote frame that any element presents. */
export function installClock(): void {
  const clock: Clock = { clicked: null, firstFrame: null };
  Object.defineProperty(window, '__clock', { value: clock });
  const now = (): number => performance.timeOrigin + performance.now();
  document.addEventListener('click', () => (clock.clicked = now()), { capture: true });

  const remote = new WeakSet<MediaStreamTrack>();
  window.RTCPeerConnection = new Proxy(window.RTCPeerConnection, {
    construct(target, args, newTarget) {
      const connection = Reflect.construct(target, args, newTarget) as RTCPeerConnection;
      connection.addEventListener('track', ({ track }) => remote.add(track));
      return connection;
    },
  });

  const property = Object.getOwnPropertyDescriptor(HTMLMediaElement.prototype, 'srcObject');
  if (property?.set === undefined) throw new Error('no srcObject');
  const set = property.set;
  const armed = new WeakSet<HTMLVideoElement>();
  Object.defineProperty(HTMLMediaElement.prototype, 'srcObject', {
    ...property,
    set(this: HTMLMediaElement, stream: MediaProvider | null) {
      set.call(this, stream);
      if (stream === null || !(this instanceof HTMLVideoElement) || armed.has(this)) return;
      armed.add(this);
      const presented = (): void => {
        const shown = this.srcObject;
        if (shown instanceof MediaStream && shown.getVideoTracks().some((track) => remote.has(track))) {
          clock.firstFrame ??= now();
        } else {
          this.requestVideoFrameCallback(presented);
        }
      };
      this.requestVideoFrameCallback(presented);
    },
  });
}
