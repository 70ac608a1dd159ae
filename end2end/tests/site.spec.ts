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
  const named = files(await ask(origin, '/demos/simplest'));
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
  test(`islands come to life under the policy, each chunk fetched once, in ${profile}`, async ({ person }) => {
    const a = await person('A', { profile });
    const asked: string[] = [];
    a.page.on('request', (request) => asked.push(request.url()));
    for (const path of ['/', '/demos', '/demos/simplest']) {
      asked.length = 0;
      await a.visit(path);
      await expect(a.page.getByTestId('app-shell')).toHaveAttribute('data-hydrated', 'true');
      const chunks = asked.filter((url) => /\/pkg\/.*\.wasm$/.test(url));
      expect(chunks.length, path).toBeGreaterThan(0);
      expect(new Set(chunks).size, path).toBe(chunks.length);
    }
    expect(a.console.filter((line) => /^(error|warning)/.test(line))).toEqual([]);
  });
}

test('the first load of a demo is within its budget', async ({ person }) => {
  const a = await person('A');
  const files = new Set<string>();
  let bytes = 0;
  const weighing: Promise<void>[] = [];
  a.page.on('requestfinished', (request) => {
    const kind = request.resourceType();
    if (!(['document', 'stylesheet', 'script'].includes(kind) || request.url().endsWith('.wasm'))) return;
    if (files.has(request.url())) return;
    files.add(request.url());
    weighing.push(request.sizes().then((sizes) => void (bytes += sizes.responseBodySize)));
  });
  await a.visit('/demos/video-conferencing');
  await a.page.waitForLoadState('networkidle');
  await Promise.all(weighing);
  expect(files.size).toBeGreaterThan(5);
  test.info().annotations.push({ type: 'bytes', description: String(bytes) });
  expect(bytes).toBeGreaterThan(100 * 1024);
  expect(bytes).toBeLessThanOrEqual(320 * 1024);
});

test('a chunk that cannot be had is waited for', async ({ person }) => {
  const a = await person('A');
  a.expectConsole(/net::ERR_|Failed to load/);
  let failures = 0;
  await a.page.route('**/pkg/**/split_*.wasm', async (route) => {
    if (failures < 3) {
      failures += 1;
      await route.abort();
    } else await route.continue();
  });
  await a.visit('/demos/simplest');
  await expect(a.page.getByTestId('demo-page')).toHaveAttribute('data-hydrated', 'true');
  expect(failures).toBe(3);
});

test('a page whose chunks are gone is loaded again, in the new version', async ({ person }) => {
  const a = await person('A');
  a.expectConsole(/status of 404|preload/i);
  let loads = 0;
  a.page.on('framenavigated', () => (loads += 1));
  await a.page.route(/\/pkg\/.*(chunk_\d+\.wasm|split_.*\.wasm|__wasm_split.*\.js)$/, async (route) => {
    const script = route.request().url().endsWith('.js');
    if (loads > 1 || (script && route.request().method() === 'GET')) await route.continue();
    else await route.fulfill({ status: 404, body: 'this file belongs to another version' });
  });
  await a.visit('/demos/simplest');
  await expect(a.page.getByTestId('demo-page')).toHaveAttribute('data-hydrated', 'true');
  expect(loads).toBe(2);
});
