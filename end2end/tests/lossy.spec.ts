import { LossyHop, type Weather } from '../fixtures/lossy-hop.ts';
import { CONNECTED, enter, links, linksAre, test, watches } from '../fixtures/relayed.ts';
import { expect, type Person } from '../fixtures/test.ts';

// A call whose every packet passes a hop that can be made worse and better again. What is compared was measured in the
// same run: how much arrives depends on the machine, how it changes does not.

const CAP = 200_000;
const ROUGH: Weather = { loss: 0.05, delay: 50, jitter: 10, bandwidth: CAP };
/** Bits a second that say that the path is fair: the rough one cannot carry half of them. */
const FULL = 2 * CAP;
const PATIENT = { timeout: 60_000, intervals: [2_000] };

interface Received {
  /** Of the statistics themselves, in milliseconds. */
  at: number;
  bytes: number;
  lost: number;
  frames: number;
}

/** What one page has received of pictures so far. */
async function received({ page }: Person): Promise<Received> {
  return page.evaluate(async () => {
    const sum = { at: 0, bytes: 0, lost: 0, frames: 0 };
    for (const connection of window.__probe.peerConnections) {
      if (connection.connectionState === 'closed') continue;
      const report = await connection.getStats();
      report.forEach((entry: Record<string, unknown>) => {
        if (entry['type'] !== 'inbound-rtp' || entry['kind'] !== 'video') return;
        sum.at = Number(entry['timestamp']);
        sum.bytes += Number(entry['bytesReceived'] ?? 0);
        sum.lost += Number(entry['packetsLost'] ?? 0);
        sum.frames += Number(entry['framesDecoded'] ?? 0);
      });
    }
    return sum;
  });
}

/** Measures from one look to the next: bits a second, and what was lost in between. */
function meter(who: Person): () => Promise<{ rate: number; lost: number; frames: number }> {
  let before: Received | undefined;
  return async () => {
    const now = await received(who);
    const from = before ?? now;
    before = now;
    const seconds = Math.max((now.at - from.at) / 1000, 0.001);
    return { rate: ((now.bytes - from.bytes) * 8) / seconds, lost: now.lost - from.lost, frames: now.frames - from.frames };
  };
}

test('a call over a path that gets worse stays, gets by with less, and recovers', async ({ person, coturn, ownChannel: room }) => {
  test.setTimeout(240_000);
  const hop = await LossyHop.start(coturn.port);
  try {
    const [a, b] = [await person('A'), await person('B')];
    const way = { url: coturn.url('udp', hop.port), credentials: coturn.credentials(600) };
    for (const who of [a, b]) await enter(who, room, way);
    for (const who of [a, b]) await linksAre(who, ['connected over a relay', '0 left'], CONNECTED);
    await watches(a, 40);

    // Pictures are small at first: what the path carries is known once two looks agree.
    const look = meter(a);
    let fair = 0;
    let last = 0;
    const settled = async (): Promise<boolean> => {
      const { rate } = await look();
      const steady = last > 0 && Math.abs(rate - last) < 0.25 * last;
      last = rate;
      fair = Math.max(fair, rate);
      return steady && rate > FULL;
    };
    await expect.poll(settled, { message: 'a steady picture of some quality', ...PATIENT }).toBe(true);

    hop.weather = ROUGH;
    await look();
    let missing = 0;
    const worse = async (): Promise<boolean> => {
      const { rate, lost } = await look();
      missing += lost;
      return missing > 0 && rate < 0.6 * fair;
    };
    await expect.poll(worse, { message: 'packets are lost and less arrives', ...PATIENT }).toBe(true);
    expect(hop.lost).toBeGreaterThan(0);
    for (const who of [a, b]) await watches(who, 20);
    for (const who of [a, b]) expect((await links(who)).at(-1), `${who.name}: nobody left`).toBe('0 left');

    hop.weather = { loss: 0, delay: 0, jitter: 0 };
    await look();
    // How soon the browser dares to send as much as before is its own affair.
    const better = async (): Promise<boolean> => {
      const { rate, lost } = await look();
      return lost <= 0 && rate > FULL;
    };
    await expect.poll(better, { message: 'more arrives than the rough path carries, and nothing is lost', ...PATIENT }).toBe(true);
    for (const who of [a, b]) await linksAre(who, ['connected over a relay', '0 left'], CONNECTED);
  } finally {
    hop.stop();
  }
});
