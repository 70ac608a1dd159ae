import { Demo } from '../fixtures/demo.ts';
import { allMeet, callByList, crowd, roomMessages } from '../fixtures/scenario.ts';
import { expect, test } from '../fixtures/test.ts';
import { BUDGET, gum, hasPcs, hears, openPcs, sees, tiles } from '../fixtures/vocabulary.ts';
import { Wire } from '../fixtures/wire.ts';

// What every page has to withstand, on the page that stands for its template.

const SLUG = 'video-conferencing';
const MARKUP = '<img src=x onerror="window.__xss=1">';
const OFFLINE = /WebSocket connection to|net::ERR_/;

test('X1 row-15-F1 markup in a name is shown as text', async ({ person, ownChannel: channel }) => {
  const [a, b] = [await person('A'), await person('B')];
  const [host, guest] = [await Demo.visit(a, SLUG, { channel }), await Demo.visit(b, SLUG, { channel })];
  await host.open(MARKUP);
  await expect(guest.rows).toHaveCount(1, { timeout: BUDGET.listRow });
  await expect(guest.rows).toContainText(MARKUP);
  await guest.rows.getByTestId('room-join').click();
  await allMeet([a, b]);
  for (const who of [a, b]) {
    expect(await who.page.locator('img[src="x"]').count()).toBe(0);
    expect(await who.page.evaluate(() => window.__xss)).toBeUndefined();
  }
});

for (const [what, id] of [
  ['129 characters', 'a'.repeat(129)],
  ['65 characters', 'a'.repeat(65)],
  ['nothing', ''],
  ['a zero byte', '%00'],
  ['a slash', 'a%2Fb'],
] as const) {
  test(`X2 a room id of ${what} is refused before anything is tried`, async ({ person }) => {
    const a = await person('A');
    a.expectConsole(/status of 400/);
    await a.visit(`/demos/${SLUG}?room=${id}`);
    await expect(a.page.getByText(/invalid room id/i)).toBeVisible();
    expect(await gum(a)).toBe(0);
    expect(await roomMessages(a)).toEqual([]);
  });
}

test('X3 row-15-F1 a room that is not there is waited for, without a camera', async ({ person, ownChannel: channel, server }) => {
  const [a, b] = [await person('A'), await person('B')];
  const room = `later-${channel}`;
  const first = await Demo.visit(a, SLUG, { channel, room });
  await first.status('room-not-available');
  expect(await gum(a)).toBe(0);
  await first.get('cancel-join').click();
  await first.status('idle');
  expect(await gum(a)).toBe(0);

  await a.page.reload();
  await first.hydrated();
  const second = await Demo.visit(b, SLUG, { channel, room });
  for (const page of [first, second]) await page.status('room-not-available');
  const opener = await Wire.hello(server.origin, `${SLUG}_${channel}`, 'Opener');
  await opener.create(room, 'At last');
  await allMeet([a, b]);
  for (const page of [first, second]) {
    expect(await page.roomId()).toBe(room);
    expect(await gum(page.person)).toBe(1);
  }
  opener.close();
});

test('X4 row-15-F1 a denied camera is told in words and can be tried again', async ({ person, ownChannel: channel }) => {
  const a = await person('A', { profile: 'P-PERM' });
  const b = await person('B');
  const [host, list] = [await Demo.visit(a, SLUG, { channel }), await Demo.visit(b, SLUG, { channel })];
  await host.get('room-name').fill('Refused');
  await host.get('open-room').click();
  await expect(host.get('error')).toContainText(/block|denied|allow|permission/i);
  await expect(host.get('error')).toHaveAttribute('role', 'alert');
  await host.role('none');
  await expect(host.get('open-room')).toBeEnabled();
  await a.context.grantPermissions(['camera', 'microphone']);
  await host.open('Granted');
  await expect(list.row('Granted')).toHaveCount(1, { timeout: BUDGET.listRow });
  await expect(list.row('Refused')).toHaveCount(0);
  await list.join('Granted');
  await allMeet([a, b]);
});

test('X5 the server dies and comes back during a call', async ({ person, ownChannel: channel, server }) => {
  const [a, b, c] = await crowd(person, 'A', 'B', 'C');
  for (const who of [a, b, c]) who.expectConsole(OFFLINE);
  const [host, guest] = await callByList(a, b, SLUG, channel, 'Storm');
  const link = await host.shareLink();
  const room = await host.roomId();
  await allMeet([a, b], { sound: true });
  const [hosting, visiting] = [await a.id(), await b.id()];

  const since = Date.now();
  await server.kill();
  await host.status('disconnected', 15_000);
  await guest.status('disconnected', 15_000);
  do await allMeet([a, b], { sound: true });
  while (Date.now() - since < 5_000);
  await hasPcs(a, 1);

  await server.start();
  await host.status('connected', 5_000);
  await guest.status('connected', 5_000);
  // Connected is who is in the room again, under the id the new server gave, not who has a socket.
  expect(await a.id()).not.toBe(hosting);
  expect(await b.id()).not.toBe(visiting);
  await allMeet([a, b]);
  const newcomer = await Demo.follow(c, link);
  await newcomer.status('connected');
  await allMeet([a, b, c]);
  await hasPcs(c, 2);
  expect(await newcomer.roomId()).toBe(room);
  expect(await gum(a)).toBe(1);
});

test('X5 one page loses the server and finds it again', async ({ person, ownChannel: channel }) => {
  const [a, b, c] = await crowd(person, 'A', 'B', 'C');
  a.expectConsole(OFFLINE);
  const [host] = await callByList(a, b, SLUG, channel, 'Tunnel');
  const link = await host.shareLink();
  await allMeet([a, b]);
  // An open socket survives being offline, so it is cut as a network would cut it.
  await a.context.setOffline(true);
  await a.page.evaluate(() => {
    for (const { socket } of window.__probe.sockets) socket.close();
  });
  await host.status('disconnected', 15_000);
  await allMeet([a, b], { sound: true });
  await a.context.setOffline(false);
  await host.status('connected', 10_000);
  await Demo.follow(c, link);
  await allMeet([a, b, c]);
});

test('X6 a double click opens and joins once', async ({ person, ownChannel: channel }) => {
  const [a, b] = [await person('A'), await person('B')];
  const [host, guest] = [await Demo.visit(a, SLUG, { channel }), await Demo.visit(b, SLUG, { channel })];
  await host.get('room-name').fill('Once');
  await host.get('open-room').dblclick();
  await host.role('host');
  await expect(guest.rows).toHaveCount(1, { timeout: BUDGET.listRow });
  await guest.row('Once').getByTestId('room-join').dblclick();
  await allMeet([a, b]);
  for (const who of [a, b]) {
    await hasPcs(who, 1);
    expect(await openPcs(who)).toBe(1);
    expect(await gum(who)).toBe(1);
    await expect(tiles(who)).toHaveCount(2);
  }
  const list = await Demo.visit(await person('C'), SLUG, { channel });
  await expect(list.rows).toHaveCount(1, { timeout: BUDGET.listRow });
});

const MALFORMED: readonly (readonly [string, string | Buffer])[] = [
  ['no JSON', 'hello there'],
  ['null', 'null'],
  ['an array', '[]'],
  ['an object without a message', '{}'],
  ['a message without a type', '{"ack":0,"m":{}}'],
  ['a type of the wrong type', '{"n":1,"ack":0,"m":{"t":7}}'],
  ['a null room', '{"n":1,"ack":0,"m":{"t":"join_room","room":null}}'],
  ['a text where an object belongs', '{"n":1,"ack":0,"m":{"t":"create_room","room":null,"spec":"all of it"}}'],
  ['a megabyte of text', 'x'.repeat(1024 * 1024)],
  ['bytes', Buffer.from([0, 255, 254, 0, 1, 2])],
];

test('X7 malformed frames harm nobody but their sender', async ({ person, ownChannel: channel, server }) => {
  const [a, b, third] = await crowd(person, 'A', 'B', 'C');
  const [host, guest] = await callByList(a, b, SLUG, channel, 'Quiet');
  await allMeet([a, b]);
  for (const [what, data] of MALFORMED) {
    await test.step(`${what}, before and after the greeting`, async () => {
      const stranger = await Wire.open(server.origin);
      stranger.sendRaw(data);
      expect(await stranger.refusal(), what).toMatch(/^(closed \d+|error \w+)$/);
      stranger.close();
      const member = await Wire.hello(server.origin, `${SLUG}_${channel}`, 'M');
      member.sendRaw(data);
      expect(await member.refusal(), what).toMatch(/^(closed \d+|error \w+)$/);
      member.close();
    });
  }
  await host.status('connected');
  await guest.status('connected');
  await sees(b, a);
  await hears(a, b);
  await Demo.follow(third, await host.shareLink());
  await allMeet([a, b, third]);
});
