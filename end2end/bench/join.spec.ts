import { mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { BrowserContext, Page } from '@playwright/test';
import { test as base, expect } from '../fixtures/test.ts';
import { installClock } from './clock.ts';
import { Relay } from './relay.ts';

// From the click on Join to the first presented frame of the other: our pages against a plain page with a bare relay,
// side by side in one browser, in turns, so that whatever else the machine does falls upon all alike.

const RUNS = Number(process.env['RUNS'] ?? 21);
/** Milliseconds between a page being ready and the click: the time a person needs to find the button. */
const THINKING = 1_000;
const RESULTS = fileURLToPath(new URL('../test-results/', import.meta.url));

interface Contender {
  name: string;
  /** Brings the one who is there already; returns the page on which the other joins. */
  host(page: Page): Promise<void>;
  /** Opens the joining page up to the point where it can be clicked. */
  ready(page: Page): Promise<void>;
  click(page: Page): Promise<void>;
  /** Leaves again and waits until the host is alone. */
  leave(page: Page, host: Page): Promise<void>;
}

const test = base.extend<object, { relay: Relay }>({
  relay: [
    async ({}, use) => {
      const relay = await Relay.start(fileURLToPath(new URL('.', import.meta.url)));
      await use(relay);
      await relay.stop();
    },
    { scope: 'worker' },
  ],
});

function plain(origin: string): Contender {
  const address = `${origin}/plain.html`;
  const join = async (page: Page): Promise<void> => page.locator('#join').click();
  return {
    name: 'plain page, bare relay',
    async host(page) {
      await page.goto(address);
      await join(page);
      await expect(page.locator('html[data-joined]')).toBeAttached();
    },
    async ready(page) {
      await page.goto(address);
    },
    click: join,
    async leave(page) {
      await page.evaluate(() => (window as unknown as { leave(): void }).leave());
    },
  };
}

function demo(origin: string, channel: string): Contender {
  const address = `${origin}/demos/video-conferencing?c=${channel}`;
  const open = async (page: Page): Promise<void> => {
    await page.goto(address);
    await expect(page.getByTestId('demo-page')).toHaveAttribute('data-hydrated', 'true');
  };
  return {
    name: 'demo page, from the list',
    async host(page) {
      await open(page);
      await page.getByTestId('room-name').fill('Bench');
      await page.getByTestId('open-room').click();
      await expect(page.getByTestId('demo-page')).toHaveAttribute('data-role', 'host');
    },
    async ready(page) {
      await open(page);
      await expect(page.getByTestId('room-join')).toBeEnabled();
    },
    async click(page) {
      await page.getByTestId('room-join').click();
    },
    async leave(page, host) {
      await page.getByTestId('leave-room').click();
      await expect(host.locator('[data-testid="tile"][data-origin="remote"]')).toHaveCount(0);
    },
  };
}

function room(origin: string, id: string): Contender {
  const address = `${origin}/r/${id}`;
  const open = async (page: Page): Promise<void> => {
    await page.goto(address);
    await expect(page.locator('[data-hydrated="true"]').first()).toBeAttached();
    await expect(page.getByTestId('lobby-join')).toBeEnabled();
  };
  return {
    name: 'room, from its lobby',
    async host(page) {
      await open(page);
      await page.getByTestId('lobby-join').click();
      await expect(page.getByTestId('bar-leave')).toBeVisible();
    },
    ready: open,
    async click(page) {
      await page.getByTestId('lobby-join').click();
    },
    async leave(page, host) {
      await page.getByTestId('bar-leave').click();
      await expect(host.locator('[data-testid="tile"][data-origin="remote"]')).toHaveCount(0);
    },
  };
}

/** Milliseconds from the click to the first frame. */
async function measure(page: Page): Promise<number> {
  await page.waitForFunction(() => window.__clock.firstFrame !== null, undefined, { timeout: 30_000, polling: 50 });
  return page.evaluate(() => (window.__clock.firstFrame ?? NaN) - (window.__clock.clicked ?? NaN));
}

function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? NaN) + upper) / 2;
}

test('click on Join to the first frame', async ({ browsers, relay, server, ownChannel: channel }) => {
  expect(RUNS, 'medians of at least nine').toBeGreaterThanOrEqual(9);
  const browser = await browsers.get('P-AV');
  const arrive = async (): Promise<{ context: BrowserContext; page: Page }> => {
    const context = await browser.newContext({ permissions: ['camera', 'microphone'] });
    await context.addInitScript(installClock);
    const page = await context.newPage();
    page.setDefaultTimeout(15_000);
    return { context, page };
  };

  const contenders = [
    plain(relay.origin),
    demo(server.origin, channel),
    room(server.origin, channel),
  ];
  const times = new Map<string, number[]>(contenders.map(({ name }) => [name, []]));
  const hosts = new Map<string, Page>();
  for (const contender of contenders) {
    const { page } = await arrive();
    await contender.host(page);
    hosts.set(contender.name, page);
  }

  // The first round warms the machine up and does not count.
  for (let run = 0; run <= RUNS; run += 1) {
    for (const contender of contenders) {
      const host = hosts.get(contender.name);
      if (host === undefined) throw new Error('no host');
      const { context, page } = await arrive();
      await contender.ready(page);
      await new Promise((resolve) => setTimeout(resolve, THINKING));
      await contender.click(page);
      const time = await measure(page);
      if (run > 0) times.get(contender.name)?.push(time);
      await contender.leave(page, host);
      await context.close();
    }
  }

  const base = median(times.get(contenders[0]?.name ?? '') ?? []);
  const table = contenders.map(({ name }) => {
    const values = times.get(name) ?? [];
    return {
      page: name,
      runs: values.length,
      'median ms': Math.round(median(values)),
      'least ms': Math.round(Math.min(...values)),
      'most ms': Math.round(Math.max(...values)),
      ratio: Number((median(values) / base).toFixed(2)),
    };
  });
  console.table(table);
  await mkdir(RESULTS, { recursive: true });
  await writeFile(`${RESULTS}bench-join.json`, `${JSON.stringify(table, null, 2)}\n`);
  expect(table[1]?.ratio, 'the demo page against the plain page').toBeLessThanOrEqual(1);
});
