import http from 'node:http';
import { brotliDecompressSync } from 'node:zlib';
import { expect, test } from '../fixtures/test.ts';

// What the executable sends: files, headers, and chunks of wasm that are loaded when they are needed.

interface Answer {
  status: number;
  headers: http.IncomingHttpHeaders;
  body: Buffer;
}

/** A request whose path nobody tidies up. */
async function ask(origin: string, path: string, headers: http.OutgoingHttpHeaders = {}, method = 'GET'): Promise<Answer> {
  const { hostname, port } = new URL(origin);
  return new Promise((resolve, reject) => {
    const request = http.request({ hostname, port, path, method, headers, timeout: 10_000 }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) });
      });
      response.on('error', reject);
    });
    request.on('timeout', () => request.destroy(new Error('no answer')));
    request.on('error', reject);
    request.end();
  });
}

/** The addresses under `/pkg` that a page names. */
function files(page: Answer): string[] {
  return [...new Set(page.body.toString().match(/\/pkg\/[^"\s]+/g) ?? [])];
}

function directive(policy: string, name: string): string[] {
  const found = policy.split(';').map((part) => part.trim().split(/\s+/));
  return found.find(([first]) => first === name)?.slice(1) ?? [];
}

test('pages carry a strict policy with a nonce of their own', async ({ origin }) => {
  const nonces = new Set<string>();
  for (const path of ['/', '/demos', '/demos/simplest', '/r/some-room', '/nowhere']) {
    const page = await ask(origin, path);
    const policy = String(page.headers['content-security-policy']);
    expect(directive(policy, 'default-src'), path).toEqual(["'none'"]);
    expect(directive(policy, 'style-src'), path).toEqual(["'self'"]);
    expect(directive(policy, 'form-action'), path).toEqual(["'self'"]);
    expect(directive(policy, 'frame-ancestors'), path).toEqual(["'none'"]);
    expect(directive(policy, 'base-uri'), path).toEqual(["'none'"]);
    expect(directive(policy, 'connect-src'), path).toEqual(["'self'", ...[`ws`, `wss`].map((s) => origin.replace('http', s))]);
    expect(policy, path).not.toMatch(/unsafe-inline|'unsafe-eval'/);
    const [nonce, ...rest] = directive(policy, 'script-src');
    expect(rest, path).toEqual(["'strict-dynamic'", "'wasm-unsafe-eval'"]);
    expect(nonce, path).toMatch(/^'nonce-[\w-]{22}'$/);
    nonces.add(String(nonce));
    expect(page.body.toString(), `${path}: scripts without the nonce`).not.toMatch(/<script(?![^>]*\snonce=)/);
    expect(page.headers['cache-control'], path).toBe('no-store');
    expect(page.headers['x-content-type-options'], path).toBe('nosniff');
    expect(page.headers['referrer-policy'], path).toBe('no-referrer');
    expect(page.headers['cross-origin-opener-policy'], path).toBe('same-origin');
    expect(page.headers['permissions-policy'], path).toMatch(/camera=\(self\), microphone=\(self\), display-capture=\(self\)/);
  }
  expect(nonces.size).toBe(5);
});

test('a policy names no host that would end a directive', async ({ origin }) => {
  const page = await ask(origin, '/', { host: 'evil;script-src *' });
  expect(String(page.headers['content-security-policy'])).not.toContain('evil');
});

test('an address without a page is answered with 404 by the application', async ({ origin }) => {
  const page = await ask(origin, '/nowhere/at/all');
  expect(page.status).toBe(404);
  expect(page.headers['content-type']).toContain('text/html');
  expect(page.body.toString()).toMatch(/<h1/);
});

test('pages are compressed for those who take it', async ({ origin }) => {
  const plain = await ask(origin, '/demos');
  const small = await ask(origin, '/demos', { 'accept-encoding': 'br' });
  expect(plain.headers['content-encoding']).toBeUndefined();
  expect(small.headers['content-encoding']).toBe('br');
  expect(small.headers.vary).toContain('accept-encoding');
  expect(small.body.length).toBeLessThan(plain.body.length / 4);
  expect(brotliDecompressSync(small.body).toString()).toMatch(/<\/html>/);
});

test('files are compressed, typed and kept for ever', async ({ origin }) => {
  const named = files(await ask(origin, '/demos'));
  expect(named.filter((file) => file.endsWith('.wasm')).length).toBeGreaterThan(1);
  const types: Record<string, string> = { css: 'text/css', js: 'text/javascript', wasm: 'application/wasm' };
  for (const file of named) {
    const plain = await ask(origin, file);
    expect(plain.status, file).toBe(200);
    expect(plain.headers['content-encoding'], file).toBeUndefined();
    expect(plain.headers['content-type'], file).toContain(types[file.split('.').pop() ?? '']);
    expect(plain.headers['cache-control'], file).toBe('public, max-age=31536000, immutable');
    expect(plain.headers.vary, file).toContain('accept-encoding');

    const small = await ask(origin, file, { 'accept-encoding': 'gzip, br' });
    expect(small.headers['content-encoding'], file).toBe('br');
    expect(brotliDecompressSync(small.body).equals(plain.body), file).toBe(true);

    const known = await ask(origin, file, { 'if-none-match': String(plain.headers.etag) });
    expect([known.status, known.body.length], file).toEqual([304, 0]);

    const head = await ask(origin, file, {}, 'HEAD');
    expect([head.status, head.body.length], file).toEqual([200, 0]);
    expect(head.headers['content-length'], file).toBe(String(plain.body.length));
  }
});

test('other files are asked for again', async ({ origin }) => {
  const icon = await ask(origin, '/favicon.svg');
  expect(icon.headers['cache-control']).toBe('public, max-age=300');
  expect(icon.headers.etag).toMatch(/^"[0-9a-f]+"$/);
});

test('no path leads out of the site', async ({ origin }) => {
  for (const path of [
    '/../../etc/passwd',
    '/pkg/../../../../etc/passwd',
    '/pkg/%2e%2e/%2e%2e/etc/passwd',
    '/pkg/..%2f..%2fsite.json',
    '/pkg/..\\..\\etc\\passwd',
    '/site.json',
    '/site.json.br',
    '/pkg/',
    '//etc/passwd',
  ]) {
    const answer = await ask(origin, path);
    expect(answer.status, path).toBe(404);
    expect(answer.body.toString(), path).not.toContain('root:');
  }
});

test('what is no page takes no posts', async ({ origin }) => {
  expect((await ask(origin, '/', {}, 'POST')).status).toBe(405);
  expect((await ask(origin, '/demos', {}, 'DELETE')).status).toBe(405);
});

for (const profile of ['P-AV', 'firefox'] as const) {
  test(`chunks load under the policy, by visit and by click, in ${profile}`, async ({ person }) => {
    const a = await person('A', { profile });
    const complaints = (): string[] => a.console.filter((line) => /^(error|warning)/.test(line));
    await a.visit('/demos');
    await a.visit('/');
    await a.page.evaluate(() => {
      document.documentElement.dataset['same'] = 'yes';
    });
    const asked: string[] = [];
    a.page.on('request', (request) => asked.push(request.url()));
    await a.page.locator('a[href="/demos"]').first().click();
    await expect(a.page).toHaveURL(/\/demos$/);
    await expect(a.page.locator('html')).toHaveAttribute('data-same', 'yes');
    await expect(a.page).toHaveTitle(/demos/i);
    expect(asked.filter((url) => /\/pkg\/.*split.*\.wasm$/.test(url)).length).toBeGreaterThan(0);
    expect(complaints()).toEqual([]);
  });
}

test('off line a click waits for its page', async ({ person }) => {
  const a = await person('A');
  a.expectConsole(/net::ERR_/);
  await a.visit('/');
  await a.page.evaluate(() => {
    document.documentElement.dataset['same'] = 'yes';
  });
  await a.context.setOffline(true);
  const tried = a.page.waitForEvent('requestfailed', (request) => request.url().endsWith('.wasm'));
  await a.page.locator('a[href="/demos"]').first().click();
  await tried;
  await expect(a.page).toHaveURL(/\/$/);
  await a.context.setOffline(false);
  await expect(a.page).toHaveURL(/\/demos$/);
  await expect(a.page.locator('html')).toHaveAttribute('data-same', 'yes');
});

test('a tab from before an update goes on with the new version', async ({ person }) => {
  const a = await person('A');
  a.expectConsole(/status of 404/);
  await a.visit('/');
  await a.page.evaluate(() => {
    document.documentElement.dataset['same'] = 'yes';
  });
  let updated = false;
  a.page.on('framenavigated', () => {
    updated = true;
  });
  await a.page.route('**/pkg/**', async (route) => {
    if (updated) await route.continue();
    else await route.fulfill({ status: 404, body: 'this file belongs to another version' });
  });
  await a.page.locator('a[href="/demos"]').first().click();
  await expect(a.page).toHaveURL(/\/demos$/);
  await a.hydrated();
  await expect(a.page.locator('html')).not.toHaveAttribute('data-same', 'yes');
});
