import { addressIn } from '../fixtures/link.ts';
import { Room } from '../fixtures/room.ts';
import { allMeet, crowd, fullMesh } from '../fixtures/scenario.ts';
import { expect, test } from '../fixtures/test.ts';
import { BUDGET, gum, hasPcs, hears, openPcs, sees, silent, tileOf, tiles } from '../fixtures/vocabulary.ts';
import { Wire } from '../fixtures/wire.ts';

const OFFLINE = /WebSocket connection to|net::ERR_/;

test('one starts a room, another joins by its address: they see and hear each other', async ({ person }) => {
  const [a, b] = [await person('A'), await person('B')];
  await a.visit('/');
  await a.page.getByRole('button', { name: 'Start a room' }).click();
  await a.page.waitForURL(/\/r\/[^/]+$/);
  await a.hydrated();
  await expect(a.page.getByTestId('lobby-preview')).toBeVisible();
  await a.page.getByTestId('lobby-name').fill('Ana');
  await a.page.getByTestId('lobby-join').click();
  await expect(a.page.getByTestId('bar-leave')).toBeVisible();

  const link = await addressIn(a.page.getByTestId('share-link'));
  expect(link).toBe(a.page.url());
  await a.page.getByRole('button', { name: 'Invite' }).click();
  expect(await addressIn(a.page.getByTestId('invite-link'))).toBe(link);
  await a.page.keyboard.press('Escape');
  await expect(a.page.getByTestId('invite-sheet')).toBeHidden();

  await b.visit(new URL(link).pathname);
  await b.page.getByTestId('lobby-name').fill('Bo');
  await b.page.getByTestId('lobby-name').press('Enter');
  await allMeet([a, b], { sound: true });
  await fullMesh([a, b]);
  await expect(await tileOf(a, b)).toHaveAttribute('data-user-name', 'Bo');
  await expect(await tileOf(b, a)).toHaveAttribute('data-user-name', 'Ana');
  expect(await gum(b), 'the lobby hands its camera over, without asking again').toBeLessThanOrEqual(2);
});

test('the preview shows the own picture, and its switches are those of the call', async ({ person, ownChannel: channel }) => {
  const [a, b] = [await person('A'), await person('B')];
  await Room.enter(a, channel);
  const lobby = await Room.visit(b, channel);
  const preview = lobby.get('lobby-preview');
  const camera = lobby.get('lobby-cam');
  await expect(camera, 'what is allowed already comes on by itself').toHaveAttribute('data-state', 'on');
  await expect
    .poll(async () => (await preview.evaluate((element) => window.__probe.picture(element))).moved, { timeout: 10_000 })
    .toBe(true);
  const microphone = lobby.get('lobby-mic');
  await expect(microphone).toHaveAttribute('data-state', 'on');
  await microphone.click();
  await expect(microphone).not.toHaveAttribute('data-state', 'on');

  const asked = await gum(b);
  await lobby.join();
  await sees(a, b);
  await expect(await tileOf(a, b)).toHaveAttribute('data-audio-muted', 'true');
  await silent(a, b);
  expect(await gum(b), 'joining does not ask again').toBe(asked);
});

test('microphone and camera go off and on for everybody', async ({ person, ownChannel: channel }) => {
  const [a, b] = [await person('A'), await person('B')];
  const [own] = [await Room.enter(a, channel), await Room.enter(b, channel)];
  await allMeet([a, b], { sound: true });

  await own.get('bar-mic').click();
  await expect(own.get('bar-mic')).toHaveAttribute('aria-pressed', 'false');
  await expect(await tileOf(b, a)).toHaveAttribute('data-audio-muted', 'true', { timeout: BUDGET.reflected });
  await silent(b, a);
  await sees(b, a);
  await own.get('bar-mic').click();
  await expect(own.get('bar-mic')).toHaveAttribute('aria-pressed', 'true');
  await hears(b, a);

  await own.get('bar-cam').click();
  await expect(await tileOf(b, a)).toHaveAttribute('data-video-muted', 'true', { timeout: BUDGET.reflected });
  await hears(b, a);
  await own.get('bar-cam').click();
  await sees(b, a);
  await expect(await tileOf(b, a)).not.toHaveAttribute('data-video-muted', 'true');
});

test('a closed tab takes its tile along before its seat is given up', async ({ person, ownChannel: channel }) => {
  const [a, b] = [await person('A'), await person('B')];
  await Room.enter(a, channel);
  await Room.enter(b, channel);
  await sees(a, b);
  const peopleThen = a.page.evaluate(
    async () =>
      new Promise<string>((resolve) => {
        const observer = new MutationObserver(() => {
          if (document.querySelector('[data-testid="tile"][data-origin="remote"]') !== null) return;
          observer.disconnect();
          resolve(document.querySelector('[data-testid="people-count"]')?.textContent ?? '');
        });
        observer.observe(document.body, { childList: true, subtree: true });
      }),
  );
  await b.page.close();
  expect(await peopleThen).toContain('2');
  await expect(a.page.getByTestId('people-count')).toContainText('1');
});

test('who leaves is gone for the others, gives the devices back and can return', async ({ person, ownChannel: channel }) => {
  const [a, b] = [await person('A'), await person('B')];
  const [, guest] = [await Room.enter(a, channel), await Room.enter(b, channel)];
  await allMeet([a, b]);
  const id = await b.id();
  await guest.leave();
  await expect(tiles(a, { user: id })).toHaveCount(0, { timeout: BUDGET.leave });
  await expect
    .poll(() => b.page.evaluate(() => window.__probe.localTracks.filter((track) => track.readyState === 'live').length))
    .toBe(0);
  expect(await openPcs(b)).toBe(0);
  await b.page.getByRole('button', { name: /rejoin|join again/i }).click();
  const again = b.page.getByTestId('lobby-join');
  await expect(again.or(b.page.getByTestId('bar-leave'))).toBeVisible();
  if (await again.isVisible()) await again.click();
  await allMeet([a, b]);
});

test('one joins without camera and microphone, sees the others and is listed', async ({ person, ownChannel: channel }) => {
  const [a, b] = [await person('A'), await person('B', { profile: 'P-PERM' })];
  await Room.enter(a, channel);
  const lobby = await Room.visit(b, channel);
  await lobby.joinPlain();
  await sees(b, a);
  await hears(b, a);
  const asked = await b.page.evaluate(() => window.__probe.captures.filter((call) => call.error === null).length);
  expect(asked).toBe(0);
  await expect(tiles(a, { origin: 'remote', media: 'camera' })).toHaveCount(0);
});

test('a denied camera is told in words, and one can still join', async ({ person, ownChannel: channel }) => {
  const [a, b] = [await person('A'), await person('B', { profile: 'P-PERM' })];
  await Room.enter(a, channel);
  const lobby = await Room.visit(b, channel);
  await lobby.get('lobby-cam').click();
  await expect(lobby.get('error')).toHaveAttribute('data-code', 'dev_denied');
  await expect(lobby.get('error')).toContainText(/blocking the camera/i);
  await expect(lobby.get('lobby-join')).toBeEnabled();

  await b.context.grantPermissions(['camera', 'microphone']);
  await lobby.get('lobby-cam').click();
  await expect(lobby.get('lobby-cam')).toHaveAttribute('data-state', 'on');
  await expect(lobby.get('error')).toHaveCount(0);
  await lobby.join();
  await sees(a, b);
});

test('a missing camera is told in words, and one joins with the microphone', async ({ person, ownChannel: channel }) => {
  const [a, b] = [await person('A'), await person('B', { profile: 'P-NOCAM' })];
  await Room.enter(a, channel);
  const lobby = await Room.visit(b, channel);
  await expect(lobby.get('lobby-cam')).toHaveAttribute('data-state', 'missing');
  await expect(lobby.get('error')).toHaveAttribute('data-code', 'dev_missing');
  await expect(lobby.get('error')).toContainText(/no camera/i);
  await expect(lobby.get('lobby-mic')).toHaveAttribute('data-state', 'on');
  await lobby.join();
  await sees(b, a);
  await hears(a, b, { media: 'audio' });
});

for (const [what, id] of [
  ['65 characters', 'a'.repeat(65)],
  ['markup', '%3Cimg%20src=x%20onerror=alert(1)%3E'],
  ['a zero byte', '%00'],
] as const) {
  test(`an address with ${what} is no room, and says so before any device is asked`, async ({ person }) => {
    const a = await person('A');
    a.expectConsole(/status of 4\d\d/);
    await a.page.goto(`/r/${id}`);
    await expect(a.page.getByText(/not the address of a room|invalid room id/i).first()).toBeVisible();
    expect(await gum(a)).toBe(0);
    await expect(a.page.getByRole('link', { name: /start|home|back/i }).first()).toBeVisible();
  });
}

test('a full room says so, and lets one in when there is a place', async ({ person, ownChannel: channel, server }) => {
  const wires = [await Wire.hello(server.origin, 'rooms', 'W1'), await Wire.hello(server.origin, 'rooms', 'W2')] as const;
  await wires[0].create(channel, 'Tiny', 2);
  await wires[1].join(channel);
  const b = await person('B');
  const lobby = await Room.visit(b, channel);
  await lobby.get('lobby-join').click();
  await expect(b.page.getByText(/room is full/i).first()).toBeVisible();
  wires[1].sendVolatile({ t: 'bye' });
  await b.page.getByRole('button', { name: /try again|join/i }).first().click();
  await lobby.inside();
  for (const wire of wires) wire.close();
});

test('a room of four: three connections a page, and all twelve streams live', async ({ person, ownChannel: channel }) => {
  test.setTimeout(240_000);
  const people = await crowd(person, 'A', 'B', 'C', 'D');
  for (const who of people) await Room.enter(who, channel);
  await fullMesh(people, 40_000);
  await allMeet(people, { sound: true, timeout: 40_000 });
  for (const who of people) {
    expect(await openPcs(who), `${who.name}: connections that are not closed`).toBe(3);
    await hasPcs(who, 3);
    const receiving = await who.page.evaluate(
      () =>
        window.__probe.peerConnections
          .filter((connection) => connection.connectionState === 'connected')
          .flatMap((connection) => connection.getReceivers())
          .filter(({ track }) => track.kind === 'video' && track.readyState === 'live' && !track.muted).length,
    );
    expect(receiving, `${who.name}: pictures coming in`).toBe(3);
  }
});

test('the server dies and comes back: the call goes on and a newcomer sees everybody', async ({ person, ownChannel: channel, server }) => {
  test.setTimeout(180_000);
  const [a, b, c] = await crowd(person, 'A', 'B', 'C');
  for (const who of [a, b, c]) who.expectConsole(OFFLINE);
  const pages = [await Room.enter(a, channel), await Room.enter(b, channel)];
  await allMeet([a, b], { sound: true });
  await server.kill();
  for (const page of pages) await expect(page.get('room-bar-offline')).toContainText('No connection', { timeout: 15_000 });
  await allMeet([a, b], { sound: true });
  await hasPcs(a, 1);

  await server.start();
  for (const page of pages) await expect(page.get('room-bar-offline')).toBeEmpty({ timeout: 5_000 });
  await allMeet([a, b], { sound: true });
  await Room.enter(c, channel);
  await allMeet([a, b, c], { sound: true });
  await hasPcs(c, 2);
});
