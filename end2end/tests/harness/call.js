// A call of two, written by hand: just enough to prove the words of the harness against real media.
const root = document.querySelector('[data-testid=demo-page]');
const query = new URLSearchParams(location.search);
const me = query.get('me');
root.dataset.userId = me;

const socket = new WebSocket(`ws://${location.host}/${query.get('room')}`);
const say = (message) => socket.send(JSON.stringify({ from: me, ...message }));

const captured = [];
const tile = (origin, user, media, stream) => {
  const selector = `[data-origin=${origin}][data-media=${media}]`;
  let box = document.querySelector(`#tiles > ${selector}`);
  if (!box) {
    box = document.createElement('article');
    Object.assign(box.dataset, { testid: 'tile', origin, media, userId: user, state: 'pending' });
    const video = document.createElement('video');
    Object.assign(video, { autoplay: true, playsInline: true, muted: origin === 'local', width: 320, height: 240 });
    video.dataset.testid = 'tile-media';
    video.onplaying = () => (box.dataset.state = 'live');
    box.append(video);
    document.querySelector('#tiles').append(box);
  }
  box.querySelector('video').srcObject = stream;
};

const connection = new RTCPeerConnection({ iceServers: [] });
const kinds = {};
let polite = false;
let offering = false;
connection.onnegotiationneeded = async () => {
  offering = true;
  await connection.setLocalDescription();
  offering = false;
  say({ description: connection.localDescription, kinds });
};
connection.onicecandidate = ({ candidate }) => candidate && say({ candidate });
connection.ontrack = ({ streams: [stream] }) => tile('remote', remote.user, remote.kinds[stream.id], stream);

const remote = { user: null, kinds: {} };
socket.onmessage = async ({ data }) => {
  const message = JSON.parse(data);
  remote.user = message.from;
  Object.assign(remote.kinds, message.kinds);
  if (message.hello) {
    polite = true;
    camera.then((stream) => send('camera', stream));
    return;
  }
  if (message.description) {
    const clash = message.description.type === 'offer' && (offering || connection.signalingState !== 'stable');
    if (clash && !polite) return;
    await connection.setRemoteDescription(message.description);
    if (message.description.type === 'offer') {
      camera.then((stream) => send('camera', stream));
      await connection.setLocalDescription();
      say({ description: connection.localDescription, kinds });
    }
  }
  if (message.candidate) await connection.addIceCandidate(message.candidate).catch(() => {});
};

const sending = new Set();
function send(kind, stream) {
  if (sending.has(kind)) return;
  sending.add(kind);
  kinds[stream.id] = kind;
  for (const track of stream.getTracks()) connection.addTrack(track, stream);
}

const camera = navigator.mediaDevices
  .getUserMedia({ audio: true, video: { width: 320, height: 240, frameRate: 15 } })
  .then((stream) => {
    captured.push(stream);
    tile('local', me, 'camera', stream);
    return stream;
  });

const toggle = (kind) =>
  camera.then((stream) => {
    for (const track of stream.getTracks()) if (track.kind === kind) track.enabled = !track.enabled;
  });
document.querySelector('#picture').onclick = () => toggle('video');
document.querySelector('#sound').onclick = () => toggle('audio');
document.querySelector('#share').onclick = async () => {
  const stream = await navigator.mediaDevices.getDisplayMedia({ video: true });
  captured.push(stream);
  send('screen', stream);
  tile('local', me, 'screen', stream);
};
document.querySelector('[data-testid=leave-room]').onclick = () => {
  if (!query.has('keep')) for (const stream of captured) for (const track of stream.getTracks()) track.stop();
  connection.close();
};

const ready = () => {
  root.dataset.hydrated = 'true';
  say({ hello: true });
};
if (socket.readyState === WebSocket.OPEN) ready();
else socket.onopen = ready;
