import { fileURLToPath } from 'node:url';
import type { Page } from '@playwright/test';
import { load } from '../fixtures/library.ts';
import { expect, test } from '../fixtures/test.ts';

// A file from page to page: ours, with consent, window, order across connections and digests, against a bare
// data channel that sends the same bytes in chunks of 64 KiB and proves nothing. In turns, in the same two pages.

const BUILT = fileURLToPath(new URL('../../target/scenarios-release', import.meta.url));
const RUNS = Number(process.env['RUNS'] ?? 5);
const MEGABYTES = Number(process.env['MEGABYTES'] ?? 100);

interface Exports {
  meet(room: string): Promise<void>;
  send(file: File): Promise<void>;
  get(onDisk: boolean): Promise<void>;
  last_digest(): Promise<string>;
}
interface Bench {
  library: Exports;
  file: File;
  channel: RTCDataChannel;
  connection: RTCPeerConnection;
}

/** The file, of parts that the browser holds once. */
async function makeFile(page: Page): Promise<void> {
  await page.evaluate((megabytes) => {
    const part = new Uint8Array(1024 * 1024).map((_, at) => at * 31 + (at >> 8));
    const blob = new Blob([part]);
    const file = new File(Array.from({ length: megabytes }, () => blob), 'bench.bin');
    Object.assign(window, { file });
  }, MEGABYTES);
}

/** A bare connection between the two pages; resolves when its channel is open. */
async function connectBare(from: Page, to: Page): Promise<void> {
  const description = async (page: Page, offer: RTCSessionDescriptionInit | null): Promise<RTCSessionDescriptionInit> =>
    page.evaluate(async (offer) => {
      const connection = new RTCPeerConnection();
      const channel = connection.createDataChannel('bare', { negotiated: true, id: 0 });
      channel.binaryType = 'arraybuffer';
      Object.assign(window, { connection, channel });
      if (offer !== null) await connection.setRemoteDescription(offer);
      await connection.setLocalDescription();
      await new Promise<void>((resolve) => {
        if (connection.iceGatheringState === 'complete') resolve();
        else connection.onicegatheringstatechange = () => connection.iceGatheringState === 'complete' && resolve();
      });
      return connection.localDescription!.toJSON();
    }, offer);
  const offer = await description(from, null);
  const answer = await description(to, offer);
  await from.evaluate((answer) => (window as unknown as Bench).connection.setRemoteDescription(answer), answer);
  for (const page of [from, to]) {
    await page.waitForFunction(() => (window as unknown as Bench).channel.readyState === 'open');
  }
}

/** Milliseconds until the last byte is in a blob at the other page. */
async function bare(from: Page, to: Page): Promise<number> {
  const arrived = to.evaluate(
    (total) =>
      new Promise<void>((resolve) => {
        const { channel } = window as unknown as Bench;
        let parts: ArrayBuffer[] = [];
        let blobs: Blob[] = [];
        let [bytes, gathered] = [0, 0];
        channel.onmessage = ({ data }: MessageEvent<ArrayBuffer>) => {
          parts.push(data);
          bytes += data.byteLength;
          gathered += data.byteLength;
          if (gathered >= 1024 * 1024 || bytes === total) {
            blobs.push(new Blob(parts));
            [parts, gathered] = [[], 0];
          }
          if (bytes === total) {
            blobs = [new Blob(blobs)];
            channel.send('done');
            resolve();
          }
        };
      }),
    MEGABYTES * 1024 * 1024,
  );
  const millis = await from.evaluate(async () => {
    const { channel, file } = window as unknown as Bench;
    const done = new Promise((resolve) => (channel.onmessage = resolve));
    const begin = performance.now();
    channel.bufferedAmountLowThreshold = 256 * 1024;
    const slab = 1024 * 1024;
    for (let at = 0; at < file.size; at += slab) {
      const bytes = await file.slice(at, at + slab).arrayBuffer();
      for (let from = 0; from < bytes.byteLength; from += 64 * 1024) {
        if (channel.bufferedAmount >= 1024 * 1024) {
          await new Promise((resolve) => channel.addEventListener('bufferedamountlow', resolve, { once: true }));
        }
        channel.send(new Uint8Array(bytes, from, Math.min(64 * 1024, bytes.byteLength - from)));
      }
    }
    await done;
    return performance.now() - begin;
  });
  await arrived;
  return millis;
}

async function ours(from: Page, to: Page): Promise<number> {
  const got = to.evaluate(async () => (window as unknown as Bench).library.get(false));
  const millis = await from.evaluate(async () => {
    const { library, file } = window as unknown as Bench;
    const begin = performance.now();
    await library.send(file);
    return performance.now() - begin;
  });
  await got;
  return millis;
}

const median = (values: number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;

test('a file against a bare data channel', async ({ person }) => {
  test.setTimeout(15 * 60_000);
  const people = [await person('Sender'), await person('Receiver')];
  for (const who of people) await load(who, 'scenarios', BUILT);
  const [from, to] = people.map(({ page }) => page) as [Page, Page];
  await Promise.all([from, to].map((page) => page.evaluate(() => (window as unknown as Bench).library.meet('bench'))));
  await makeFile(from);
  await connectBare(from, to);
  await bare(from, to);
  await ours(from, to);
  const digest = async (page: Page): Promise<string> =>
    page.evaluate(async () => (window as unknown as Bench).library.last_digest());
  expect(await digest(to)).toBe(await digest(from));
  const times: { bare: number[]; ours: number[] } = { bare: [], ours: [] };
  for (let run = 0; run < RUNS; run += 1) {
    times.bare.push(await bare(from, to));
    times.ours.push(await ours(from, to));
  }
  const rate = (millis: number): string => `${(MEGABYTES / (millis / 1000)).toFixed(1)} MiB/s`;
  const ratio = median(times.bare) / median(times.ours);
  console.log(`bare ${rate(median(times.bare))}, ours ${rate(median(times.ours))}: ${ratio.toFixed(2)} of it`);
  console.log(`bare ${times.bare.map(Math.round).join(' ')}; ours ${times.ours.map(Math.round).join(' ')} ms`);
  expect(ratio).toBeGreaterThanOrEqual(0.95);
});
