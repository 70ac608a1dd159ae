import type { Locator } from '@playwright/test';
import { Demo } from '../fixtures/demo.ts';
import { crowd } from '../fixtures/scenario.ts';
import { expect, test } from '../fixtures/test.ts';
import { black, BUDGET, gum, hears, posterCovers, sees, silent, tileOf } from '../fixtures/vocabulary.ts';
import { Wire } from '../fixtures/wire.ts';

const SLUG = 'mute-unmute';

const setup = (demo: Demo): Locator => demo.get('open-room');
const picture = (demo: Demo): Locator => demo.get('mute-video');
const sound = (demo: Demo): Locator => demo.get('mute-audio');
const log = (demo: Demo): Locator => demo.get('event-log');

async function showsMuted(tile: Locator): Promise<void> {
  await expect(tile).toHaveAttribute('data-video-muted', 'true', { timeout: BUDGET.reflected });
  await expect.poll(() => posterCovers(tile), { message: 'the poster covers the picture', timeout: BUDGET.reflected }).toBe(true);
  await black(tile);
}

test('row-24-A1 mute covers the picture on both sides, sound goes on', async ({ person, ownChannel: channel }) => {
  const [a, b] = [await person('A'), await person('B')];
  const [host, guest] = [await Demo.visit(a, SLUG, { channel }), await Demo.visit(b, SLUG, { channel })];
  await setup(host).click();
  await host.role('host');
  await expect(setup(host)).toBeDisabled();
  await guest.role('participant');
  await sees(b, a);
  expect(await gum(b)).toBe(1);

  await expect(picture(host)).toHaveText(/^Mute\b/);
  await picture(host).click();
  await expect(picture(host)).toHaveText(/^UnMute\b/);
  await showsMuted(await tileOf(b, a));
  await showsMuted(await tileOf(a, a));
  await hears(b, a);
  await expect(log(host).locator('li')).toHaveCount(1);
  await expect(log(guest).locator('li')).toHaveCount(1);

  await picture(host).click();
  await sees(b, a);
  for (const who of [a, b]) {
    const tile = await tileOf(who, a);
    await expect(tile).not.toHaveAttribute('data-video-muted', 'true');
    expect(await posterCovers(tile)).toBe(false);
  }
  await expect(log(guest).locator('li')).toHaveCount(2);
});

test('row-24-A2 who joins while it is muted sees the poster from the start', async ({ person, ownChannel: channel }) => {
  const [a, c] = [await person('A'), await person('C')];
  const host = await Demo.visit(a, SLUG, { channel });
  await setup(host).click();
  await host.role('host');
  await picture(host).click();
  await expect(await tileOf(a, a)).toHaveAttribute('data-video-muted', 'true');
  await Demo.visit(c, SLUG, { channel });
  const tile = await tileOf(c, a);
  await expect(tile).toBeVisible({ timeout: BUDGET.firstFrame });
  await expect(tile).toHaveAttribute('data-video-muted', 'true', { timeout: 500 });
  await showsMuted(tile);
  await picture(host).click();
  await sees(c, a);
});

test('row-24-A2 a picture that begins to play by itself takes no mute off', async ({ person, ownChannel: channel }) => {
  const [a, b] = [await person('A'), await person('B')];
  const [host] = [await Demo.visit(a, SLUG, { channel }), await Demo.visit(b, SLUG, { channel })];
  await setup(host).click();
  await sees(b, a);
  await picture(host).click();
  await showsMuted(await tileOf(b, a));
  await (await tileOf(a, a)).locator('video').evaluate(async (video: HTMLVideoElement) => {
    const next = async (event: string): Promise<unknown> =>
      new Promise((resolve) => video.addEventListener(event, resolve, { once: true }));
    // As a browser does when a tile gets its stream late, or another one.
    const begun = next('play');
    video.load();
    await begun;
    // As a phone does when something else wants the screen for a while.
    const paused = next('pause');
    video.pause();
    await paused;
    const again = next('play');
    await video.play();
    await again;
  });
  // What A does next arrives at B after anything the beginning could have set off.
  await sound(host).click();
  const tile = await tileOf(b, a);
  await expect(tile).toHaveAttribute('data-audio-muted', 'true', { timeout: BUDGET.reflected });
  await showsMuted(tile);
});

test('row-24-A3 muting the sound leaves the picture', async ({ person, ownChannel: channel }) => {
  const [a, b] = [await person('A'), await person('B')];
  const [host] = [await Demo.visit(a, SLUG, { channel }), await Demo.visit(b, SLUG, { channel })];
  await setup(host).click();
  await sees(b, a);
  await hears(b, a);
  await sound(host).click();
  await expect(await tileOf(b, a)).toHaveAttribute('data-audio-muted', 'true', { timeout: BUDGET.reflected });
  await silent(b, a);
  await sees(b, a);
  await expect(await tileOf(b, a)).not.toHaveAttribute('data-video-muted', 'true');
  await sound(host).click();
  await hears(b, a);
});

test('row-24-A4 pausing a tile of somebody else concerns nobody else', async ({ person, ownChannel: channel }) => {
  const [a, b, c] = await crowd(person, 'A', 'B', 'C');
  const host = await Demo.visit(a, SLUG, { channel });
  await setup(host).click();
  await host.role('host');
  for (const who of [b, c]) await Demo.visit(who, SLUG, { channel });
  await Promise.all([sees(b, a), sees(c, a)]);
  await (await tileOf(b, a)).locator('video').evaluate((video: HTMLVideoElement) => video.pause());

  // A's own mute and unmute arrive at C after anything B's pause could have set off.
  await sound(host).click();
  await expect(await tileOf(c, a)).toHaveAttribute('data-audio-muted', 'true', { timeout: BUDGET.reflected });
  for (const who of [a, c]) {
    const tile = await tileOf(who, a);
    await expect(tile).not.toHaveAttribute('data-video-muted', 'true');
    await sees(who, a);
  }
  await expect((await tileOf(b, a)).locator('video')).toHaveJSProperty('paused', true);
});

test('row-24-A5 pausing the own tile mutes for everybody', async ({ person, ownChannel: channel }) => {
  const [a, b] = [await person('A'), await person('B')];
  const [host] = [await Demo.visit(a, SLUG, { channel }), await Demo.visit(b, SLUG, { channel })];
  await setup(host).click();
  await sees(b, a);
  const own = (await tileOf(a, a)).locator('video');
  await own.evaluate((video: HTMLVideoElement) => video.pause());
  await expect(await tileOf(b, a)).toHaveAttribute('data-video-muted', 'true', { timeout: BUDGET.reflected });
  await own.evaluate(async (video: HTMLVideoElement) => video.play());
  await sees(b, a);
  await expect(await tileOf(b, a)).not.toHaveAttribute('data-video-muted', 'true');
});

test('row-24-F1 there is nothing to mute before there is a stream', async ({ person, ownChannel: channel }) => {
  const a = await person('A');
  const host = await Demo.visit(a, SLUG, { channel });
  await expect(picture(host)).toBeDisabled();
  await expect(sound(host)).toBeDisabled();
  await setup(host).click();
  await expect(picture(host)).toBeEnabled();
  await expect(sound(host)).toBeEnabled();
  await host.leave();
  await expect(picture(host)).toBeDisabled();
  await expect(setup(host)).toBeEnabled();
});

test('row-24-F2 nobody mutes somebody else by hand', async ({ person, ownChannel: channel, server }) => {
  const [a, c] = [await person('A'), await person('C')];
  const host = await Demo.visit(a, SLUG, { channel });
  await setup(host).click();
  const room = await host.roomId();
  await Demo.visit(c, SLUG, { channel });
  await sees(c, a);

  const intruder = await Wire.hello(server.origin, `${SLUG}_${channel}`, 'B');
  const snapshot = await intruder.join(room);
  const victim = snapshot.others.find((member) => member.publications.length > 0);
  const publication = victim?.publications[0]?.id;
  expect(publication).toBeDefined();
  for (const ask of [{ mute: publication }, { stop: publication }]) {
    const answer = await intruder.ask({ t: 'ask_media', room, to: { peer: victim?.peer }, ask });
    expect(answer.m).toMatchObject({ t: 'error', code: 'forbidden' });
  }
  intruder.close();
  await expect(await tileOf(a, a)).not.toHaveAttribute('data-video-muted', 'true');
  await sees(c, a);
  await hears(c, a);
});
