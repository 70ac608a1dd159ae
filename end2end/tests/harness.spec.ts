import { fileURLToPath } from 'node:url';
import { Relay } from '../bench/relay.ts';
import { accessible, fitsWidth } from '../fixtures/accessibility.ts';
import { expect, Person, test as base } from '../fixtures/test.ts';
import {
  black,
  cardColour,
  gdm,
  gum,
  hasPcs,
  hears,
  hearsTile,
  kbps,
  pcs,
  sees,
  seesTile,
  silent,
  tileOf,
  tiles,
} from '../fixtures/vocabulary.ts';

// The harness against a call written by hand: each word has to be true where it is true, and false where it is not.

const test = base.extend<{ origin: string }, { site: Relay }>({
  site: [
    async ({}, use) => {
      const site = await Relay.start(fileURLToPath(new URL('./harness', import.meta.url)));
      await use(site);
      await site.stop();
    },
    { scope: 'worker' },
  ],
  origin: async ({ site }, use) => use(site.origin),
});

async function fails(promise: Promise<unknown>): Promise<boolean> {
  return promise.then(
    () => false,
    () => true,
  );
}

async function call(a: Person, b: Person, room: string): Promise<void> {
  await a.visit(`/call.html?me=a&room=${room}`);
  await expect(tiles(a, { origin: 'local', state: 'live' })).toHaveCount(1);
  await b.visit(`/call.html?me=b&room=${room}`);
}

test('sees, hears, gum and pcs hold in a call of two', async ({ person, ownChannel: channel }) => {
  const a = await person('A');
  const b = await person('B');
  await call(a, b, channel);
  await sees(a, b);
  await sees(b, a);
  await sees(a, a);
  await hears(a, b);
  await hears(b, a);
  expect(await gum(a)).toBe(1);
  expect(await gdm(a)).toBe(0);
  await hasPcs(a, 1);
  expect(await pcs(b)).toBe(1);
  await expect(tiles(a)).toHaveCount(2);
  await expect(tiles(a, { origin: 'remote', media: 'camera', state: 'live' })).toHaveCount(1);
  expect(await kbps(b, 'in', 'video')).toBeGreaterThan(20);
});

test('a disabled track is black and silent, and not otherwise', async ({ person, ownChannel: channel }) => {
  const a = await person('A');
  const b = await person('B');
  await call(a, b, channel);
  await sees(b, a);
  expect(await fails(black(await tileOf(b, a), 1_500)), 'a running picture is not black').toBe(true);
  expect(await fails(silent(b, a, { timeout: 4_000 })), 'a beeping microphone is not silent').toBe(true);

  await a.page.getByRole('button', { name: 'Mute the picture' }).click();
  await black(await tileOf(b, a));
  expect(await fails(sees(b, a, { timeout: 1_500 })), 'a black picture is not seen').toBe(true);
  await hears(b, a);
  await a.page.getByRole('button', { name: 'Mute the sound' }).click();
  await silent(b, a);
  expect(await fails(hears(b, a, { timeout: 1_500 })), 'a muted microphone is not heard').toBe(true);

  await a.page.getByRole('button', { name: 'Mute the picture' }).click();
  await a.page.getByRole('button', { name: 'Mute the sound' }).click();
  await sees(b, a);
  await hears(b, a);
});

test('a frozen picture is not seen and a muted element not heard', async ({ person, ownChannel: channel }) => {
  const a = await person('A');
  const b = await person('B');
  await call(a, b, channel);
  await sees(b, a);
  const tile = await tileOf(b, a);
  await tile.evaluate((element) => {
    const video = element.querySelector('video');
    if (video !== null) video.muted = true;
  });
  expect(await fails(hearsTile(tile, 'muted element', 1_000))).toBe(true);
  await tile.evaluate((element) => element.querySelector('video')?.pause());
  expect(await fails(seesTile(tile, 'paused element', 1_000))).toBe(true);
});

test('the card screen arrives with its colours', async ({ person, ownChannel: channel }) => {
  const a = await person('A', { cardScreen: true });
  const b = await person('B');
  await call(a, b, channel);
  await sees(b, a);
  await a.page.getByRole('button', { name: 'Share a screen' }).click();
  await sees(b, a, { media: 'screen' });
  const tile = await tileOf(b, a, 'screen');
  expect(await cardColour(tile, 0.25, 0.25)).toBe('red');
  expect(await cardColour(tile, 0.75, 0.25)).toBe('green');
  expect(await cardColour(tile, 0.25, 0.75)).toBe('blue');
  expect(await cardColour(tile, 0.75, 0.75)).toBe('white');
  expect(await gdm(a)).toBe(1);
  await a.page.evaluate(() => window.__probe.endCapture('display'));
  const live = await a.page.evaluate(() =>
    window.__probe.captures.filter((one) => one.kind === 'display' && one.stream?.active === true).length,
  );
  expect(live).toBe(0);
});

test('a small camera keeps the call and the recorded constraints', async ({ person, ownChannel: channel }) => {
  const a = await person('A', { smallCamera: true });
  const b = await person('B', { smallCamera: true });
  await call(a, b, channel);
  await sees(b, a);
  const asked = await a.page.evaluate(() => window.__probe.captures[0]?.constraints);
  expect(asked).toMatchObject({ video: { width: 320 } });
  const size = await a.page.evaluate(() => window.__probe.captures[0]?.stream?.getVideoTracks()[0]?.getSettings().width);
  expect(size).toBe(160);
});

test('Chromium and Firefox meet', async ({ person, ownChannel: channel }) => {
  test.setTimeout(180_000);
  const a = await person('A', { profile: 'firefox' });
  const b = await person('B');
  await call(a, b, channel);
  await sees(a, b, { timeout: 20_000 });
  await sees(b, a, { timeout: 20_000 });
  await hears(a, b);
  await hears(b, a);
  expect(await gum(a)).toBe(1);
  await hasPcs(a, 1);
});

test('the profiles deny, miss and grant as named', async ({ person }) => {
  const capture = async (who: Person, constraints: MediaStreamConstraints): Promise<string> => {
    await who.page.goto('/blank.html');
    return who.page.evaluate(
      (wanted) =>
        navigator.mediaDevices.getUserMedia(wanted).then(
          (stream) => {
            const kinds = stream.getTracks().map((track) => track.kind);
            for (const track of stream.getTracks()) track.stop();
            return kinds.sort().join('+');
          },
          (error: Error) => error.name,
        ),
      constraints,
    );
  };
  const both = { audio: true, video: true };
  expect(await capture(await person('denied', { profile: 'P-DENY' }), both)).toBe('NotAllowedError');
  const locked = await person('not allowed', { profile: 'P-PERM' });
  expect(await capture(locked, both)).toBe('NotAllowedError');
  await locked.context.grantPermissions(['camera', 'microphone']);
  expect(await capture(locked, both)).toBe('audio+video');
  const half = await person('microphone only', { profile: 'P-PERM', permissions: ['microphone'] });
  expect(await capture(half, both)).toBe('NotAllowedError');
  expect(await capture(half, { audio: true })).toBe('audio');
  const blind = await person('no camera', { profile: 'P-NOCAM' });
  expect(await capture(blind, both)).toBe('NotFoundError');
  expect(await capture(blind, { audio: true })).toBe('audio');
  const two = await person('two cameras', { profile: 'P-2CAM' });
  await two.page.goto('/blank.html');
  const cameras = await two.page.evaluate(async () => {
    const devices = await navigator.mediaDevices.enumerateDevices();
    return devices.filter((device) => device.kind === 'videoinput').length;
  });
  expect(cameras).toBe(2);
});

test('a tab can be captured', async ({ person, ownChannel: channel }) => {
  const a = await person('A', { profile: 'P-TAB' });
  await a.visit(`/call.html?me=a&room=${channel}`);
  await a.page.getByRole('button', { name: 'Share a screen' }).click();
  await expect(tiles(a, { media: 'screen', state: 'live' })).toHaveCount(1);
  const surface = await a.page.evaluate(
    () => window.__probe.captures.find((one) => one.kind === 'display')?.stream?.getVideoTracks()[0]?.getSettings().displaySurface,
  );
  expect(surface).toBe('browser');
  expect(await gdm(a)).toBe(1);
});

test('what is inaccessible or too wide is noticed', async ({ person }) => {
  const a = await person('A');
  await a.page.goto('/blank.html');
  await accessible(a.page, 'a heading');
  await fitsWidth(a.page, 320, 640);
  await a.page.evaluate(() => {
    document.body.innerHTML = '<h1>Bad</h1><button></button><p style="width: 600px; color: #999">pale</p>';
  });
  const found = await accessible(a.page, 'a bad page').catch((error: Error) => error.message);
  expect(found).toContain('button-name');
  expect(found).toContain('color-contrast');
  expect(await fails(fitsWidth(a.page, 320, 640))).toBe(true);
});

test('what a page must not do is noticed', async ({ browsers, origin, ownChannel: channel }) => {
  const strangers = await Person.arrive('X', browsers, origin, {});
  await strangers.page.goto('/blank.html');
  await strangers.page.evaluate(() => {
    console.error('on purpose');
    void Promise.reject(new Error('nobody listens'));
    new RTCPeerConnection({ iceServers: [{ urls: 'stun:stun.example.org' }] });
    return fetch('http://127.0.0.1:9/elsewhere').catch(() => undefined);
  });
  const kept = await Person.arrive('Y', browsers, origin, {});
  await kept.visit(`/call.html?me=y&room=${channel}&keep`);
  await expect(tiles(kept, { state: 'live' })).toHaveCount(1);
  const faults = [...(await strangers.depart()), ...(await kept.depart())].join('\n');
  await Promise.all([strangers.close(), kept.close()]);
  expect(faults).toContain('console error: on purpose');
  expect(faults).toContain('nobody listens');
  expect(faults).toContain('foreign request http://127.0.0.1:9/elsewhere');
  expect(faults).toContain('foreign ICE server stun:stun.example.org');
  expect(faults).toMatch(/Y: still capturing after leaving: .*Fake.*fake_device_0|Y: still capturing after leaving: .*fake_device_0/s);
});
