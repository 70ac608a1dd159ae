import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import { load } from '../fixtures/library.ts';
import { expect, test } from '../fixtures/test.ts';

// A large file between two pages over the real server, onto the disk of the receiver's origin, with the connection made
// anew on the way. `SOAK` makes it a gigabyte.

const MEGABYTES = process.env['SOAK'] === undefined ? 96 : 1024;
const MEBIBYTE = 1024 * 1024;

interface Exports {
  meet(room: string): Promise<void>;
  send(file: File): Promise<void>;
  get(onDisk: boolean): Promise<void>;
  last_digest(): Promise<string>;
  restart(): void;
}
interface Loaded {
  library: Exports;
  file: File;
  /** Bytes that were handed to `bulk` channels. */
  bulk: number;
}

/**
 * Kibibytes of memory of each page's process in the browser of a page, by its id; without what the browser has yet to
 * collect. It does that when there are 64 MiB of it, as for any page: each message of a data channel is a new buffer.
 */
async function memory(page: Page): Promise<Map<number, number>> {
  const collector = await page.context().newCDPSession(page);
  await collector.send('HeapProfiler.collectGarbage');
  await collector.detach();
  const browser = page.context().browser()!;
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  await session.detach();
  const sizes = new Map<number, number>();
  for (const { type, id } of processInfo) {
    if (type !== 'renderer') continue;
    const status = await readFile(`/proc/${id}/status`, 'utf8').catch(() => '');
    const match = /^VmRSS:\s+(\d+) kB/m.exec(status);
    if (match !== null) sizes.set(id, Number(match[1]));
  }
  return sizes;
}

test('a large file arrives whole, in little memory, over two connections @soak', async ({ person }) => {
  test.setTimeout(MEGABYTES * 2_000 + 60_000);
  // A browser each, since what is measured is the receiver's.
  const people = [await person('Sender'), await person('Receiver', { machine: 1 })];
  for (const who of people) {
    await who.page.addInitScript(() => {
      const send = RTCDataChannel.prototype.send as (this: RTCDataChannel, data: ArrayBufferView) => void;
      Object.assign(window, { bulk: 0 });
      RTCDataChannel.prototype.send = function (this: RTCDataChannel, data: unknown) {
        if (this.label === 'bulk') (window as unknown as Loaded).bulk += (data as ArrayBufferView).byteLength;
        send.call(this, data as ArrayBufferView);
      };
    });
    await load(who, 'scenarios');
  }
  const [from, to] = people.map(({ page }) => page) as [Page, Page];
  await Promise.all(
    [from, to].map((page) => page.evaluate(() => (window as unknown as Loaded).library.meet('large'))),
  );
  await from.evaluate((megabytes) => {
    // Each part differs from the others, and none is held more than once.
    const part = new Blob([new Uint8Array(1024 * 1024 - 1).map((_, at) => (at * 31) ^ (at >> 8))]);
    const parts = Array.from({ length: megabytes }, (_, at) => [part, new Uint8Array([at])]).flat();
    Object.assign(window, { file: new File(parts, 'large.bin') });
  }, MEGABYTES);
  const before = await memory(to);
  const growth: number[] = [];
  const got = to.evaluate(async () => (window as unknown as Loaded).library.get(true));
  const sent = from.evaluate(async () => {
    const { library, file } = window as unknown as Loaded;
    await library.send(file);
  });
  let over = false;
  const all = Promise.all([got, sent]).then(() => (over = true));
  const total = MEGABYTES * MEBIBYTE;
  let cut = false;
  while (!over) {
    const now = await memory(to);
    for (const [id, size] of now) growth.push(size - (before.get(id) ?? size));
    const bytes = await from.evaluate(() => (window as unknown as Loaded).bulk);
    if (!cut && bytes > total * 0.4) {
      cut = true;
      await from.evaluate(() => (window as unknown as Loaded).library.restart());
    }
    await Promise.race([all, from.waitForTimeout(MEGABYTES)]);
  }
  expect(cut).toBe(true);
  const digests = [from, to].map((page) =>
    page.evaluate(async () => (window as unknown as Loaded).library.last_digest()),
  );
  expect(await digests[1]).toBe(await digests[0]);
  const twice = (await from.evaluate(() => (window as unknown as Loaded).bulk)) / total - 1;
  const most = Math.max(...growth) / 1024;
  test.info().annotations.push({
    type: 'measured',
    description: `${(twice * MEGABYTES).toFixed(2)} MiB besides the file; memory grew by ${most.toFixed(0)} MiB`,
  });
  expect(most).toBeLessThanOrEqual(64);
  // The frames' own bytes are less than a thousandth.
  expect(twice * MEGABYTES).toBeLessThanOrEqual(1 + MEGABYTES / 1000);
});
