// What one writes without a library: camera and socket at once, a hello, one offer, one answer, trickled candidates.
const mine = document.querySelector('#mine');
const theirs = document.querySelector('#theirs');
let connection;

document.querySelector('#join').onclick = async () => {
  const socket = new WebSocket(`ws://${location.host}/room${location.search}`);
  const say = (message) => socket.send(JSON.stringify(message));
  const opened = new Promise((resolve) => (socket.onopen = resolve));
  const [stream] = await Promise.all([navigator.mediaDevices.getUserMedia({ audio: true, video: true }), opened]);
  mine.srcObject = stream;

  const connect = () => {
    connection?.close();
    connection = new RTCPeerConnection({ iceServers: [] });
    for (const track of stream.getTracks()) connection.addTrack(track, stream);
    connection.ontrack = ({ streams: [remote] }) => (theirs.srcObject = remote);
    connection.onicecandidate = ({ candidate }) => candidate && say({ candidate });
  };

  socket.onmessage = async ({ data }) => {
    const message = JSON.parse(data);
    if (message.hello) {
      connect();
      await connection.setLocalDescription();
      say({ description: connection.localDescription });
    } else if (message.description?.type === 'offer') {
      connect();
      await connection.setRemoteDescription(message.description);
      await connection.setLocalDescription();
      say({ description: connection.localDescription });
    } else if (message.description) {
      await connection.setRemoteDescription(message.description);
    } else if (message.candidate) {
      await connection.addIceCandidate(message.candidate);
    } else if (message.bye) {
      connection.close();
    }
  };
  say({ hello: true });
  window.leave = () => {
    say({ bye: true });
    connection.close();
  };
  document.documentElement.dataset.joined = 'true';
};
