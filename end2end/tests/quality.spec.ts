import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { accessible, fitsWidth } from '../fixtures/accessibility.ts';
import { Demo } from '../fixtures/demo.ts';
import { Room } from '../fixtures/room.ts';
import { callByList } from '../fixtures/scenario.ts';
import { expect, test } from '../fixtures/test.ts';
import { sees } from '../fixtures/vocabulary.ts';

const DEMOS = ['simplest', 'video-conferencing', 'video-broadcasting', 'mute-unmute'];
const PAGES = ['/', '/demos', '/r/quality-room', ...DEMOS.map((slug) => `/demos/${slug}`)];

for (const path of PAGES) {
  test(`${path} hydrates without a word on the console`, async ({ person }) => {
    const a = await person('A');
    await a.visit(path);
    expect(a.console).toEqual([]);
  });

  test(`${path} is accessible in both themes at both widths`, async ({ person }) => {
    const a = await person('A');
    await a.visit(path);
    await accessible(a.page, path);
  });

  test(`${path} fits 320 pixels`, async ({ person }) => {
    const a = await person('A');
    await a.visit(path);
    await fitsWidth(a.page, 320, 640);
    await fitsWidth(a.page, 390, 844);
    await fitsWidth(a.page, 844, 390);
  });
}

test('a call on a demo page is accessible and fits', async ({ person, ownChannel: channel }) => {
  const [a, b] = [await person('A'), await person('B')];
  await callByList(a, b, 'video-conferencing', channel, 'Looked at');
  await sees(a, b);
  await accessible(a.page, 'a demo with a call');
  await fitsWidth(a.page, 320, 640);
});

test('a call in a room is accessible and fits', async ({ person, ownChannel: channel }) => {
  const [a, b] = [await person('A'), await person('B')];
  await Room.enter(a, channel);
  await accessible(a.page, 'a room with one person');
  await Room.enter(b, channel);
  await sees(b, a);
  await accessible(b.page, 'a room with two people');
  await fitsWidth(b.page, 320, 640);
});

test('every control that is pressed is large enough', async ({ person, ownChannel: channel }) => {
  const a = await person('A', { context: { viewport: { width: 390, height: 844 } } });
  await Room.enter(a, channel);
  const small = await a.page.locator('button:visible, a[role="button"]:visible').evaluateAll((all) =>
    all
      .map((element) => ({ name: element.getAttribute('aria-label') ?? element.textContent?.trim() ?? '', box: element.getBoundingClientRect() }))
      .filter(({ box }) => box.width < 24 || box.height < 24)
      .map(({ name, box }) => `${name}: ${Math.round(box.width)}x${Math.round(box.height)}`),
  );
  expect(small).toEqual([]);
});

for (const slug of DEMOS) {
  test(`${slug} shows the file it is made of`, async ({ person, ownChannel: channel }) => {
    const a = await person('A');
    const demo = await Demo.visit(a, slug, { channel });
    const source = demo.person.page.locator('details').filter({ hasText: 'View source' });
    await source.locator('summary').click();
    const file = /app\/src\/demos\/[a-z0-9_]+\.rs/.exec((await source.locator('summary').textContent()) ?? '')?.[0] ?? '';
    expect(file).not.toBe('');
    const real = await readFile(fileURLToPath(new URL(`../../${file}`, import.meta.url)), 'utf8');
    await expect(source.locator('pre')).toBeVisible();
    const text = await source.locator('pre').evaluate((element) => element.textContent ?? '');
    expect(text.trim()).toBe(real.trim());
  });
}

test('with the wasm file blocked a page still explains itself', async ({ person }) => {
  const a = await person('A');
  a.expectConsole(/wasm|Failed to load|net::ERR_|fetch/i);
  await a.page.route('**/*.wasm', async (route) => route.abort());
  await a.page.goto('/demos/video-conferencing');
  await expect(a.page.getByRole('heading', { level: 1 })).toHaveText('Video-Conferencing');
  await expect(a.page.getByTestId('open-room')).toBeDisabled();
});
