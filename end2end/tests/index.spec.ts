import { CATALOGUE, OLD_ADDRESSES } from '../fixtures/catalogue.ts';
import { expect, test } from '../fixtures/test.ts';

const BUILT = new Set(['simplest', 'video-conferencing', 'video-broadcasting', 'mute-unmute']);

test('all 43 entries are there once, in order, under their exact names', async ({ person }) => {
  const a = await person('A', { context: { javaScriptEnabled: false } });
  await a.page.goto('/demos');
  const links = a.page.locator('main a[href^="/demos/"]');
  const shown = await links.evaluateAll((all) =>
    all.map((link) => ({ slug: link.getAttribute('href')?.slice('/demos/'.length), text: link.textContent ?? '' })),
  );
  expect(shown.map((entry) => entry.slug)).toEqual(CATALOGUE.map((entry) => entry.slug));
  for (const [at, entry] of CATALOGUE.entries()) expect(shown[at]?.text).toContain(entry.name);
});

test('what is not built yet says so, and what is built does not', async ({ person }) => {
  const a = await person('A');
  await a.visit('/demos');
  for (const entry of CATALOGUE) {
    const item = a.page.locator('main li').filter({ has: a.page.locator(`a[href="/demos/${entry.slug}"]`) });
    await expect(item, entry.name).toHaveCount(1);
    if (BUILT.has(entry.slug)) await expect(item, entry.name).not.toContainText(/not built|coming|planned/i);
    else await expect(item, entry.name).toContainText(/not built|coming|planned/i);
  }
});

test('the filter narrows the list as one types', async ({ person }) => {
  const a = await person('A');
  await a.visit('/demos');
  const entries = a.page.locator('main li').filter({ has: a.page.locator('a[href^="/demos/"]') }).filter({ visible: true });
  await expect(entries).toHaveCount(43);
  const filter = a.page.getByRole('searchbox');
  await filter.fill('snapshot');
  await expect(entries.filter({ hasText: 'takeSnapshot i.e. Take Snapshot' })).toHaveCount(1);
  expect(await entries.count()).toBeLessThan(43);
  await filter.fill('no such demo anywhere');
  await expect(entries).toHaveCount(0);
  await filter.fill('');
  await expect(entries).toHaveCount(43);
});

test('every entry leads to a page with its exact name', async ({ person }) => {
  test.setTimeout(240_000);
  const a = await person('A', { context: { javaScriptEnabled: false } });
  for (const entry of CATALOGUE) {
    const response = await a.page.goto(`/demos/${entry.slug}`);
    expect(response?.status(), entry.slug).toBe(200);
    await expect(a.page.getByRole('heading', { level: 1 })).toHaveText(entry.name);
    expect(await a.page.title()).toContain(entry.name);
  }
});

test('old addresses lead on for good', async ({ origin }) => {
  for (const [old, slug] of OLD_ADDRESSES) {
    const response = await fetch(`${origin}/demos/${old}`, { redirect: 'manual' });
    expect(response.status, old).toBe(301);
    expect(new URL(response.headers.get('location') ?? '', origin).pathname).toBe(`/demos/${slug}`);
  }
});

test('a demo that does not exist is a page that says so', async ({ person }) => {
  const a = await person('A');
  a.expectConsole(/status of 404/);
  const response = await a.page.goto('/demos/no-such-demo');
  expect(response?.status()).toBe(404);
  await expect(a.page.getByRole('heading', { level: 1 })).toBeVisible();
  await expect(a.page.getByRole('link', { name: /demos/i }).first()).toBeVisible();
});
