import { type Coturn } from '../fixtures/coturn.ts';
import { CONNECTED, enter, linksAre, pairs, test, watches } from '../fixtures/relayed.ts';
import { Room } from '../fixtures/room.ts';
import { expect, type Person } from '../fixtures/test.ts';
import { sees } from '../fixtures/vocabulary.ts';

// Calls that find no other way than a relay: coturn on this machine, with credentials of the server or of the test.

/** When a person has read why there is no way, at the latest. */
const EXPLAINED = 15_000;

/** Everything that was sent to the server so far. */
async function said({ page }: Person): Promise<string> {
  return page.evaluate(() => window.__probe.sockets.flatMap((record) => record.sent).join('\n'));
}

test('two people who use relays only see each other, and show no address of theirs', async ({ person, ownChannel: room }) => {
  const [a, b] = [await person('A'), await person('B')];
  await enter(a, room);
  await enter(b, room);
  for (const who of [a, b]) {
    await linksAre(who, ['connected over a relay', '0 left'], CONNECTED);
    await watches(who);
    const used = await pairs(who);
    expect(used.length).toBeGreaterThan(0);
    expect([...new Set(used)]).toEqual(['relay relay']);
    const frames = await said(who);
    const candidates = frames.match(/candidate:[^"\\]+/g) ?? [];
    expect(candidates.length).toBeGreaterThan(0);
    expect(candidates.filter((candidate) => !/ typ relay raddr 0\.0\.0\.0 rport 0 /.test(candidate))).toEqual([]);
  }
});

test('without the setting a call on one machine takes no relay', async ({ person, ownChannel: room }) => {
  const [a, b] = [await person('A'), await person('B')];
  await enter(a, room, { relayOnly: false });
  await enter(b, room, { relayOnly: false });
  await linksAre(a, ['Connected { relayed: false }', '0 left'], CONNECTED);
  await watches(b);
});

test('a page hears of the relay as it enters, not before, and of the secret never', async ({ person, coturn, ownChannel: room }) => {
  const a = await person('A');
  await enter(a, room);
  const heard = await a.page.evaluate(() => window.__probe.sockets.flatMap((record) => record.received));
  expect(heard.filter((frame) => frame.includes(coturn.secret))).toEqual([]);
  const kinds = heard.map((frame) => (JSON.parse(frame) as { m: { t: string; ice?: { servers: unknown[] } } }).m);
  expect(kinds.find(({ t }) => t === 'welcome')?.ice?.servers).toEqual([]);
  expect(kinds.findIndex(({ t }) => t === 'ice_servers')).toBeLessThan(kinds.findIndex(({ t }) => t === 'joined'));
});

test.describe('credentials that do not live long', () => {
  test.use({ setting: 'short-lived' });

  test('are renewed, so that whoever comes later is connected', async ({ person, ownChannel: room }) => {
    const [a, b, c] = [await person('A'), await person('B'), await person('C', { smallCamera: true })];
    await enter(a, room);
    const grants = async (): Promise<string[]> =>
      a.page.evaluate(() =>
        window.__probe.sockets
          .flatMap((record) => record.received)
          .map((text) => (JSON.parse(text) as { m: { t: string; servers?: { username: string }[] } }).m)
          .filter(({ t }) => t === 'ice_servers')
          .map(({ servers }) => servers?.[0]?.username ?? ''),
      );
    const first = Number((await grants())[0]?.split(':')[0]);
    await enter(b, room);
    await linksAre(a, ['connected over a relay', '0 left'], CONNECTED);
    await expect.poll(() => Date.now() / 1000, { message: 'the first have run out', timeout: 30_000 }).toBeGreaterThan(first + 1);
    const granted = await grants();
    expect(new Set(granted).size).toBeGreaterThan(1);
    await enter(c, room);
    await linksAre(a, ['connected over a relay', 'connected over a relay', '0 left'], CONNECTED);
    await watches(c);
  });
});

for (const [what, why, way] of [
  ['credentials that have run out', 'RelayRefused', (coturn: Coturn) => ({ url: coturn.url(), credentials: coturn.credentials(-60) })],
  [
    'credentials that are not right',
    'RelayRefused',
    (coturn: Coturn) => ({ url: coturn.url(), credentials: { ...coturn.credentials(600), credential: 'bm9ib2R5' } }),
  ],
] as const) {
  test(`with ${what} the library says so`, async ({ person, coturn, ownChannel: room }) => {
    const [a, b] = [await person('A', { smallCamera: true }), await person('B', { smallCamera: true })];
    await enter(a, room, way(coturn));
    await enter(b, room);
    await linksAre(a, [why, '0 left'], EXPLAINED);
  });
}

for (const [setting, why] of [
  ['none', 'NoRelay'],
  ['wrong secret', 'RelayRefused'],
  ['nobody there', 'RelayUnreachable'],
] as const) {
  test.describe(`relays: ${setting}`, () => {
    test.use({ setting });

    test('the library says why there is no way', async ({ person, ownChannel: room }) => {
      const [a, b] = [await person('A', { smallCamera: true }), await person('B', { smallCamera: true })];
      await enter(a, room);
      await enter(b, room);
      for (const who of [a, b]) await linksAre(who, [why, '0 left'], EXPLAINED);
    });
  });
}

test.describe('in a network that lets no UDP through', () => {
  test.describe('with a relay over TCP', () => {
    test.use({ setting: 'tcp' });

    test('people in a room see each other', async ({ person, ownChannel: room }) => {
      const [a, b] = [await person('A', { profile: 'P-NOUDP' }), await person('B')];
      await Room.enter(a, room);
      await Room.enter(b, room);
      await sees(a, b, { timeout: CONNECTED });
      await sees(b, a, { timeout: CONNECTED });
      const used = await pairs(a);
      expect(used.filter((pair) => !pair.startsWith('relay '))).toEqual([]);
      await expect(a.page.getByTestId('error')).toHaveCount(0);
    });
  });

  for (const [setting, words] of [
    ['none', /^You are not connected with .+: it takes a relay, and this server has none; try another network\.$/],
    ['wrong secret', /^You are not connected with .+: the relay refuses this page; reload it, or tell whoever runs this server\.$/],
  ] as const) {
    test.describe(`relays: ${setting}`, () => {
      test.use({ setting });

      test('the room says why, and what to do', async ({ person, ownChannel: room }) => {
        const [a, b] = [await person('A', { profile: 'P-NOUDP' }), await person('B')];
        await Room.enter(b, room);
        await Room.enter(a, room);
        const error = a.page.getByTestId('error');
        await expect(error).toHaveAttribute('data-code', 'rtc_no_route', { timeout: EXPLAINED });
        await expect(error.locator('p').first()).toHaveText(words);
        // Whoever is not reached is a member all the same; when they go, there is nothing left to explain.
        await Promise.all([expect(error).toHaveCount(0), b.close()]);
      });
    });
  }
});
