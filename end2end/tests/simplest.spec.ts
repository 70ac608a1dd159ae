import { Demo } from '../fixtures/demo.ts';
import { allMeet, crowd, fullMesh } from '../fixtures/scenario.ts';
import { expect, test } from '../fixtures/test.ts';
import { gum, sees, tiles } from '../fixtures/vocabulary.ts';

const SLUG = 'simplest';

test('Q-A1 one opens, one joins: both see and hear each other', async ({ person, ownChannel: channel }) => {
  const [a, b] = [await person('A'), await person('B')];
  const [host, guest] = [await Demo.visit(a, SLUG, { channel }), await Demo.visit(b, SLUG, { channel })];
  await host.open();
  await guest.get('join-room').click();
  await allMeet([a, b], { sound: true });
  for (const who of [a, b]) {
    await expect(tiles(who, { origin: 'local' })).toHaveCount(1);
    await expect(tiles(who, { origin: 'remote' })).toHaveCount(1);
    expect(await gum(who)).toBe(1);
  }
  for (const page of [host, guest]) {
    await expect(page.get('open-room')).toBeDisabled();
    await expect(page.get('join-room')).toBeDisabled();
  }

  await guest.leave();
  await expect(guest.get('join-room')).toBeEnabled();
  await expect(tiles(a, { origin: 'remote' })).toHaveCount(0, { timeout: 3_000 });
});

test('Q-A2 a third is meshed with the first two', async ({ person, ownChannel: channel }) => {
  const people = await crowd(person, 'A', 'B', 'C');
  const pages = await Promise.all(people.map(async (who) => Demo.visit(who, SLUG, { channel })));
  await pages[0]?.open();
  await pages[1]?.get('join-room').click();
  await sees(people[1], people[0]);
  await pages[2]?.get('join-room').click();
  await allMeet(people);
  await fullMesh(people);

  // The first one's departure hands the room over; nobody else notices.
  await pages[0]?.leave();
  await Promise.all([sees(people[1], people[2]), sees(people[2], people[1])]);
  await fullMesh([people[1], people[2]]);
  await pages[1]?.role('host', 5_000);
});

test('Q-A3 who joins first waits without being asked for a camera', async ({ person, ownChannel: channel }) => {
  const [a, b] = [await person('A'), await person('B')];
  const [host, guest] = [await Demo.visit(a, SLUG, { channel }), await Demo.visit(b, SLUG, { channel })];
  await guest.get('join-room').click();
  await guest.status('room-not-available');
  await expect(guest.get('cancel-join')).toBeEnabled();
  expect(await gum(b)).toBe(0);
  await host.open();
  await allMeet([a, b]);
  expect(await gum(b)).toBe(1);
});

test('Q-F1 a second Open in the same channel is offered to join instead', async ({ person, ownChannel: channel }) => {
  const [a, b] = [await person('A'), await person('B')];
  const [host, guest] = [await Demo.visit(a, SLUG, { channel }), await Demo.visit(b, SLUG, { channel })];
  await host.open();
  await guest.get('open-room').click();
  await expect(guest.get('error')).toContainText(/already/i);
  await guest.role('none');
  await guest.get('join-room').click();
  await allMeet([a, b]);
  expect(await guest.roomId()).toBe(await host.roomId());
  await host.role('host');
  await guest.role('participant');
});

test('Q-F2 a denied camera opens no room and can be tried again', async ({ person, ownChannel: channel }) => {
  const a = await person('A', { profile: 'P-PERM' });
  const b = await person('B');
  const [host, guest] = [await Demo.visit(a, SLUG, { channel }), await Demo.visit(b, SLUG, { channel })];
  await host.get('open-room').click();
  await expect(host.get('error')).toContainText(/block|denied|allow|permission/i);
  await host.role('none');
  await guest.get('join-room').click();
  await guest.status('room-not-available');
  await a.context.grantPermissions(['camera', 'microphone']);
  await host.open();
  await allMeet([a, b]);
});
