import { call, load } from '../fixtures/library.ts';
import { expect, test, type Person } from '../fixtures/test.ts';

// The library without a page of the app around it. A scenario of `end2end/scenarios` is clients, real connections and a
// server, all in one page, and fails with a sentence; the example is two pages and the real server.

const SCENARIOS: [id: string, title: string][] = [
  ['C1', 'an unlisted room is found by its id and its host'],
  ['C2', 'who waits for the first room is in it as soon as somebody opens one'],
  ['knock-admit', 'who knocks is let in, with the role the host gives'],
  ['knock-deny', 'who is turned away is told, and may be kept from asking again'],
  ['knock-withdraw', 'who stops waiting is not at the door any more'],
  ['knock-outage', 'waiting outlasts a lost connection'],
  ['knock-outage-denied', 'who is turned away during an outage does not knock again by himself'],
  ['password', 'a room with a password asks for it'],
  ['invite', 'an invite opens what it was made for, as often as it was made for'],
  ['say', 'what is said reaches those it is meant for, in order'],
  ['say-kept', 'newcomers read what was kept'],
  ['C6', 'what is said during an outage arrives once'],
  ['say-limits', 'what is too large or too late is refused here'],
  ['send', 'what is sent from page to page arrives in order, whatever its size'],
  ['send-rebuilt', 'what is sent arrives once, however often the connection is made anew'],
  ['bad-frames', 'who sends what no page of ours would is cut off, and nobody else is disturbed'],
  ['C31', 'what is for somebody who has left reaches nobody'],
  ['channel', 'bytes go over channels, reliable and volatile'],
  ['file', 'a file of any size, under a safe name, into any place'],
  ['file-both-ways', 'several files at once, both ways'],
  ['file-ended', 'a file is refused, cancelled, rests, and ends with who leaves'],
  ['C19', 'a file for three: one slow, one whose connection is made anew'],
  ['devices', 'devices have names after a capture, and change under a publication'],
  ['canvas', 'a canvas is published, and a snapshot shows it'],
  ['encoding', 'what a publication may take is changed while it runs, and holds on the next connection'],
  ['recording', 'what is heard and seen is recorded, without pauses'],
  ['forward', 'what arrives in one room is sent on in another'],
  ['stats', 'a connection is measured while somebody wants to know'],
  ['stall', 'what brings no picture is said to stall, until it does again'],
  ['stall-camera', 'a camera that stays still gets a new connection'],
  ['ask', 'mute and stop are obeyed, everything else waits for the person'],
  ['eject', 'who is ejected is out and told why'],
  ['roles', 'roles and the room change hands'],
  ['update', 'settings change for everybody'],
  ['C17', 'muted before anybody came is muted for whoever comes'],
  ['C18', 'a paused camera comes back under the same id'],
];

/** Keeps what the library does not hand out, for a scenario in which somebody misuses it. */
async function keepChannels({ page }: Person): Promise<void> {
  await page.addInitScript(() => {
    const kept: RTCDataChannel[] = [];
    Object.assign(window, { kept });
    const create = RTCPeerConnection.prototype.createDataChannel;
    RTCPeerConnection.prototype.createDataChannel = function (label, options) {
      const channel = create.call(this, label, options);
      kept.push(channel);
      return channel;
    };
  });
}

for (const [id, title] of SCENARIOS) {
  test(`library ${id}: ${title}`, async ({ person }) => {
    const page = await person('Page', { smallCamera: true });
    if (id === 'bad-frames') await keepChannels(page);
    await load(page, 'scenarios');
    expect(await call(page, 'run', id)).toBeNull();
  });
}

test('library example: moderator and participant see each other', async ({ person }) => {
  const [moderator, participant] = [await person('Moderator'), await person('Participant')];
  for (const who of [moderator, participant]) await load(who, 'moderator_and_participant');
  expect(await call(moderator, 'moderate')).toBeNull();
  expect(await call(participant, 'participate')).toBeNull();
  for (const { page, name } of [moderator, participant]) {
    const moves = async (): Promise<boolean> =>
      page.evaluate(async () => {
        const videos = [...document.querySelectorAll('video')].filter((video) => video.videoWidth > 0);
        const pictures = await Promise.all(videos.map(async (video) => window.__probe.picture(video)));
        return pictures.some((picture) => picture.moved);
      });
    await expect.poll(moves, { message: `${name} sees the other` }).toBe(true);
  }
});
