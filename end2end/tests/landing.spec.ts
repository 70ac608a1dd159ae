import { expect, test } from '../fixtures/test.ts';

const ROOM = /\/r\/[A-Za-z0-9_-]{1,64}$/;

test('without scripts, Start a room still leads to a room of its own', async ({ person }) => {
  const a = await person('A', { context: { javaScriptEnabled: false } });
  await a.page.goto('/');
  await expect(a.page.getByRole('heading', { level: 1 })).toBeVisible();
  await a.page.getByRole('button', { name: 'Start a room' }).click();
  await a.page.waitForURL(ROOM);
  const first = a.page.url();
  await expect(a.page.getByTestId('lobby-root')).toBeVisible();
  await expect(a.page.getByTestId('lobby-join')).toBeDisabled();

  await a.page.goto('/');
  await a.page.getByRole('button', { name: 'Start a room' }).click();
  await a.page.waitForURL(ROOM);
  expect(a.page.url(), 'another room each time').not.toBe(first);
});

test('without scripts, a name or a link in the join box leads to its room', async ({ person, origin, ownChannel: channel }) => {
  const a = await person('A', { context: { javaScriptEnabled: false } });
  for (const typed of [channel, `${origin}/r/${channel}`]) {
    await a.page.goto('/');
    const field = a.page.getByRole('textbox', { name: /link or name/i });
    await field.fill(typed);
    await field.press('Enter');
    await a.page.waitForURL(`**/r/${channel}`);
  }
});

test('with scripts, Start a room leads to a lobby that can be joined', async ({ person }) => {
  const a = await person('A');
  await a.visit('/');
  await a.page.getByRole('button', { name: 'Start a room' }).click();
  await a.page.waitForURL(ROOM);
  await a.hydrated();
  await expect(a.page.getByTestId('lobby-join')).toBeEnabled();
});

test('with scripts, the join box takes names and links and refuses the rest in words', async ({ person, origin, ownChannel: channel }) => {
  const a = await person('A');
  for (const typed of [channel, `${origin}/r/${channel}`, channel.toUpperCase().replaceAll('-', ' ')]) {
    await a.visit('/');
    const field = a.page.getByRole('textbox', { name: /link or name/i });
    await field.fill(typed);
    await field.press('Enter');
    await a.page.waitForURL(`**/r/${channel}`);
  }
  for (const [typed, answer] of [
    ['!!', /at least three letters/],
    ['https://example.org/r/elsewhere', /leads to example\.org, not to a room here/],
    [`${origin}/demos`, /does not lead to a room/],
  ] as const) {
    await a.visit('/');
    const field = a.page.getByRole('textbox', { name: /link or name/i });
    await field.fill(typed);
    await field.press('Enter');
    await expect(a.page.getByText(answer)).toBeVisible();
    expect(new URL(a.page.url()).pathname).toBe('/');
  }
});

test('the link preview of a room says what it is', async ({ origin, ownChannel: channel }) => {
  const page = await (await fetch(`${origin}/r/${channel}`)).text();
  expect(page).toMatch(/<meta[^>]+property="og:title"[^>]+content="[^"]+"/);
  expect(page).toMatch(/<title>[^<]+<\/title>/);
});
