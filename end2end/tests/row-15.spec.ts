import { Demo } from '../fixtures/demo.ts';
import { allMeet, callByList, crowd, fullMesh } from '../fixtures/scenario.ts';
import { expect, test } from '../fixtures/test.ts';
import { BUDGET, hears, sees, tileOf, tiles } from '../fixtures/vocabulary.ts';

const SLUG = 'video-conferencing';

test('row-15-A1 by the list and by address: everybody sees and hears everybody', async ({ person, ownChannel: channel }) => {
  const [a, b, c] = await crowd(person, 'A', 'B', 'C');
  const [host, guest] = [await Demo.visit(a, SLUG, { channel }), await Demo.visit(b, SLUG, { channel })];
  await host.open('Blue room');
  await expect(guest.rows).toHaveCount(1, { timeout: BUDGET.listRow });
  await expect(guest.row('Blue room')).toContainText('Blue room');
  await expect(guest.row('Blue room')).toContainText('is running a conference');
  await guest.join('Blue room');
  await allMeet([a, b], { sound: true });

  const third = await Demo.follow(c, await host.shareLink());
  await third.status('connected');
  await allMeet([a, b, c]);
  await fullMesh([a, b, c]);
  await host.role('host');
  await guest.role('participant');
  await third.role('participant');
});

test('row-15-A2 two conferences side by side stay apart', async ({ person, ownChannel: channel }) => {
  const [a, b, d] = await crowd(person, 'A', 'B', 'D');
  const [first, list, second] = await Promise.all([a, b, d].map(async (who) => Demo.visit(who, SLUG, { channel })));
  await first?.open('one');
  await second?.open('two');
  await expect(list?.rows ?? b.page.locator('never')).toHaveCount(2, { timeout: BUDGET.listRow });
  await list?.join('two');
  await allMeet([b, d]);
  await fullMesh([b, d]);
  await expect(tiles(b, { user: await a.id() })).toHaveCount(0);
  await expect(tiles(a, { origin: 'remote' })).toHaveCount(0);
});

test('row-15-A3 a private channel and the public list do not know of each other', async ({ person }) => {
  const [a, e, f] = [await person('A'), await person('E'), await person('F')];
  const entrance = await Demo.visit(a, SLUG, { channel: null });
  const link = await entrance.privateLink();
  expect(new URL(link).searchParams.get('c')).toMatch(/^[A-Za-z0-9_-]{8,}$/);
  const host = await Demo.follow(a, link);
  const outside = await Demo.visit(e, SLUG, { channel: null });
  const inside = await Demo.follow(f, link);
  const name = `private ${Date.now()}`;
  await host.open(name);
  await expect(inside.row(name)).toHaveCount(1, { timeout: BUDGET.listRow });

  // What E opens in public arrives in public: the list works, and still does not show the private room.
  const second = await person('G');
  const open = await Demo.visit(second, SLUG, { channel: null });
  await open.open(`public ${name}`);
  await expect(outside.row(`public ${name}`)).toHaveCount(1, { timeout: BUDGET.listRow });
  await expect(outside.row(name)).toHaveCount(0);
  await expect(inside.row(`public ${name}`)).toHaveCount(0);
  const again = await person('H');
  expect(await (await Demo.visit(again, SLUG, { channel: null })).privateLink(), 'a fresh token each time').not.toBe(link);
});

test('row-15-A4 two who join at the same moment meet each other @soak', async ({ person, ownChannel: channel }) => {
  const rounds = Number(process.env['SOAK'] ?? 5);
  test.setTimeout(60_000 + rounds * 45_000);
  const people = await crowd(person, 'A', 'B', 'C');
  const [host, ...guests] = await Promise.all(people.map(async (who) => Demo.visit(who, SLUG, { channel })));
  await host?.open('Rush hour');
  for (let round = 1; round <= rounds; round += 1) {
    await test.step(`round ${round}`, async () => {
      for (const guest of guests) await expect(guest.row('Rush hour')).toHaveCount(1);
      await Promise.all(guests.map(async (guest) => guest.join('Rush hour')));
      await allMeet(people);
      await fullMesh(people);
      await Promise.all(guests.map(async (guest) => guest.leave()));
      await expect(tiles(people[0], { origin: 'remote' })).toHaveCount(0, { timeout: BUDGET.leave });
    });
  }
});

test('row-15-A5 when the host leaves, the room goes on under another', async ({ person, ownChannel: channel }) => {
  const [a, b, c, d] = await crowd(person, 'A', 'B', 'C', 'D');
  const [host, second, third, list] = await Promise.all([a, b, c, d].map(async (who) => Demo.visit(who, SLUG, { channel })));
  if (!host || !second || !third || !list) throw new Error('four pages');
  await host.open('Relay');
  const room = await host.roomId();
  await second.join('Relay');
  await second.status('connected');
  await third.join('Relay');
  await allMeet([a, b, c]);

  const first = await a.id();
  await host.leave();
  await expect(tiles(b, { user: first })).toHaveCount(0, { timeout: BUDGET.leave });
  await Promise.all([sees(b, c), sees(c, b)]);
  await second.role('host', BUDGET.handover);
  await third.role('participant');
  await expect(list.row('Relay')).toHaveAttribute('data-room-id', room);
  await list.join('Relay');
  await Promise.all([sees(d, b), sees(d, c)]);

  await host.join('Relay');
  await host.role('participant');
  await allMeet([a, b, c, d], { timeout: 30_000 });
  await fullMesh([a, b, c, d], 30_000);
  expect(await host.roomId()).toBe(room);
});

test('row-15-A6 whoever vanishes is gone everywhere', async ({ person, ownChannel: channel }) => {
  const [a, b, c] = await crowd(person, 'A', 'B', 'C');
  const [host, second] = await callByList(a, b, SLUG, channel, 'Thin ice');
  const third = await Demo.follow(c, await host.shareLink());
  await third.status('connected');
  await allMeet([a, b, c]);
  const gone = await a.id();
  await a.vanish();
  for (const who of [b, c]) await expect(tiles(who, { user: gone })).toHaveCount(0, { timeout: BUDGET.crash });
  await second.role('host', BUDGET.crash);
  await Promise.all([sees(b, c), sees(c, b)]);
});

test('row-15-F2 without a camera one joins with the microphone, and is told', async ({ person, ownChannel: channel }) => {
  const a = await person('A');
  const b = await person('B', { profile: 'P-NOCAM' });
  const [, guest] = await callByList(a, b, SLUG, channel, 'Radio');
  await sees(b, a);
  await hears(b, a);
  await expect(guest.root).toContainText(/no camera|camera (was )?not found|without (a )?camera/i);
  const tile = await tileOf(a, b, 'audio');
  await expect(tile).toHaveAttribute('data-state', 'live', { timeout: BUDGET.firstFrame });
  await hears(a, b, { media: 'audio' });
  await expect(tiles(a, { origin: 'remote', media: 'camera' })).toHaveCount(0);
});

test('row-15-F3 a long name is cut, not refused', async ({ person, ownChannel: channel }) => {
  const [a, b] = [await person('A'), await person('B')];
  const [host, guest] = [await Demo.visit(a, SLUG, { channel }), await Demo.visit(b, SLUG, { channel })];
  const name = 'n'.repeat(129);
  await host.open(name);
  await expect(guest.rows).toHaveCount(1, { timeout: BUDGET.listRow });
  await expect(guest.rows).toHaveAttribute('data-room-name', name.slice(0, 80));
  await expect(host.get('error')).toHaveCount(0);
  await guest.join(name.slice(0, 80));
  await allMeet([a, b]);
});

test('row-15-S2 a room without a name is Anonymous, and its row goes with it', async ({ person, ownChannel: channel }) => {
  const [a, b] = [await person('A'), await person('B')];
  const [host, guest] = [await Demo.visit(a, SLUG, { channel }), await Demo.visit(b, SLUG, { channel })];
  await host.open();
  await expect(guest.row('Anonymous')).toHaveCount(1, { timeout: BUDGET.listRow });
  await expect(host.get('open-room').and(a.page.locator(':enabled'))).toHaveCount(0);
  await host.leave();
  await expect(guest.rows).toHaveCount(0, { timeout: BUDGET.listRow });
  await expect(host.get('open-room')).toBeEnabled();
  await host.open('Second try');
  await expect(guest.row('Second try')).toHaveCount(1, { timeout: BUDGET.listRow });
});
