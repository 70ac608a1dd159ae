import { fileURLToPath } from 'node:url';
import { Coturn } from '../fixtures/coturn.ts';
import { TurnClient } from '../fixtures/turn-client.ts';
import { expect, test } from '../fixtures/test.ts';

// The example of a relay's settings, as it is: it gives nobody a way into the network it stands in.

const EXAMPLE = fileURLToPath(new URL('../../deploy/coturn.conf', import.meta.url));
const PLACE = ['--listening-ip=127.0.0.1', '--relay-ip=127.0.0.1', '--relay-ip=::1'];
const QUOTA = 48;

const PRIVATE = [
  '0.0.0.1 10.1.2.3 100.64.0.1 127.0.0.1 169.254.169.254 172.16.0.1 172.31.255.254 192.168.1.1 198.18.0.1 224.0.0.1 255.255.255.255',
  '::1 fc00::1 fd00::1 fe80::1 ::ffff:a01:203 64:ff9b::a01:203',
].map((list) => list.split(' '));
const PUBLIC = ['203.0.113.7', '2001:db8::7'] as const;

async function relay(run: (coturn: Coturn) => Promise<void>): Promise<void> {
  const coturn = await Coturn.start(['-c', EXAMPLE, ...PLACE]);
  try {
    await run(coturn);
  } finally {
    await coturn.stop();
  }
}

for (const [at, family] of ([4, 6] as const).entries()) {
  test(`the example relays to public addresses only: IPv${family}`, async () => {
    await relay(async (coturn) => {
      const client = await TurnClient.open(coturn.port, coturn.credentials(600));
      expect(await client.allocate(family)).toBe(200);
      const answers = new Map<string, number>();
      for (const peer of PRIVATE[at] ?? []) answers.set(peer, await client.permit(peer));
      expect([...answers].filter(([, code]) => code !== 403)).toEqual([]);
      expect(await client.permit(PUBLIC[at] ?? '')).toBe(200);
      client.close();
    });
  });
}

test('the example refuses credentials that are old or made up, and too much for one person', async () => {
  await relay(async (coturn) => {
    const good = coturn.credentials(600);
    const asks = async (credentials: typeof good): Promise<number> => {
      const client = await TurnClient.open(coturn.port, credentials);
      const code = await client.allocate();
      client.close();
      return code;
    };
    expect(await asks(coturn.credentials(-60))).toBe(401);
    expect(await asks({ ...good, credential: 'bm9ib2R5' })).toBe(401);
    // A later end, which the password does not belong to.
    const [until = '', person = ''] = good.username.split(':');
    expect(await asks({ ...good, username: `${Number(until) + 3600}:${person}` })).toBe(401);
    for (let count = 0; count < QUOTA; count += 1) expect(await asks(good), `allocation ${count + 1}`).toBe(200);
    expect(await asks(good), 'one more').toBe(486);
    // It is the person who is counted, not the credentials.
    expect(await asks(coturn.credentials(601))).toBe(486);
  });
});
