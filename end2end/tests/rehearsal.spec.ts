import { Demo } from '../fixtures/demo.ts';
import { allMeet, crowd } from '../fixtures/scenario.ts';
import { expect, test, type Person } from '../fixtures/test.ts';
import { gum, hasPcs, openPcs, tiles } from '../fixtures/vocabulary.ts';

const SLUG = 'video-conferencing';

const made = async (person: Person): Promise<number> =>
  person.page.evaluate(() => window.__probe.peerConnections.length);

test('a page that may soon be in a call tries it out, without a device and without a trace', async ({
  person,
  ownChannel: channel,
}) => {
  const [a, b] = await crowd(person, 'A', 'B');
  const host = await Demo.visit(a, SLUG, { channel });
  await host.open('Stage');
  const guest = await Demo.visit(b, SLUG, { channel });
  await expect.poll(() => made(b), { message: 'both ends of the rehearsal' }).toBe(2);
  await expect.poll(() => openPcs(b), { message: 'connections left of it' }).toBe(0);
  expect(await gum(b)).toBe(0);
  await expect(tiles(b)).toHaveCount(0);
  await guest.role('none');
  await expect(tiles(a)).toHaveCount(1);
  await guest.join('Stage');
  await allMeet([a, b]);
  await hasPcs(b, 1);
  // Once a page: the real call has done the same.
  expect(await made(b)).toBe(3);
});

test('who came by a link has had a call and rehearses none, not even when left alone', async ({
  person,
  ownChannel: channel,
}) => {
  const [a, b, c] = await crowd(person, 'A', 'B', 'C');
  const host = await Demo.visit(a, SLUG, { channel });
  await host.open('Stage');
  const guest = await Demo.follow(b, await host.shareLink());
  await allMeet([a, b]);
  await host.leave();
  await expect(tiles(b, { origin: 'remote' })).toHaveCount(0);
  await guest.leave();
  await guest.status('left');
  await host.open('Stage again');
  await expect(guest.row('Stage again')).toHaveCount(1);
  // A page that came later has rehearsed by now, for the same reason as this one would have.
  await Demo.visit(c, SLUG, { channel });
  await expect.poll(() => made(c), { message: 'both ends of the rehearsal' }).toBe(2);
  expect(await made(b)).toBe(1);
});

test('a click in the middle of the rehearsal is in earnest', async ({ person, ownChannel: channel }) => {
  const [a, b] = await crowd(person, 'A', 'B');
  const host = await Demo.visit(a, SLUG, { channel });
  await host.open('Stage');
  const guest = await Demo.visit(b, SLUG, { channel });
  await b.page.waitForFunction(() => window.__probe.peerConnections.length > 0, undefined, { polling: 'raf' });
  await guest.join('Stage');
  await allMeet([a, b]);
  expect(await openPcs(b)).toBe(1);
  expect(await gum(b)).toBe(1);
  await expect(tiles(b)).toHaveCount(2);
});
