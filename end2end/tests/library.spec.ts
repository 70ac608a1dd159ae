import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect, test } from '../fixtures/test.ts';

// The library without a page of the app around it: clients, real connections and a server, all in one page. Each test
// plays a scenario of `end2end/scenarios`, which fails with a sentence.

const BUILT = process.env['MULTIRTC_SCENARIOS'] ?? fileURLToPath(new URL('../../target/scenarios', import.meta.url));
const FOLDER = '/library-scenarios/';
const PAGE = `<!doctype html><title>Scenarios</title><link rel="icon" href="data:,">
<script type="module">import start, { run } from './scenarios.js'; await start({ module_or_path: './scenarios_bg.wasm' }); window.run = run;</script>`;

const SCENARIOS: [id: string, title: string][] = [
  ['C1', 'an unlisted room is found by its id and its host'],
  ['C2', 'who waits for the first room is in it as soon as somebody opens one'],
  ['knock-admit', 'who knocks is let in, with the role the host gives'],
  ['knock-deny', 'who is turned away is told, and may be kept from asking again'],
  ['knock-withdraw', 'who stops waiting is not at the door any more'],
  ['knock-outage', 'waiting outlasts a lost connection'],
  ['password', 'a room with a password asks for it'],
  ['invite', 'an invite opens what it was made for, as often as it was made for'],
  ['say', 'what is said reaches those it is meant for, in order'],
  ['say-kept', 'newcomers read what was kept'],
  ['C6', 'what is said during an outage arrives once'],
  ['say-limits', 'what is too large or too late is refused here'],
  ['ask', 'mute and stop are obeyed, everything else waits for the person'],
  ['eject', 'who is ejected is out and told why'],
  ['roles', 'roles and the room change hands'],
  ['update', 'settings change for everybody'],
  ['C17', 'muted before anybody came is muted for whoever comes'],
  ['C18', 'a paused camera comes back under the same id'],
];

for (const [id, title] of SCENARIOS) {
  test(`library ${id}: ${title}`, async ({ person, origin }) => {
    const { page } = await person('Page', { smallCamera: true });
    await page.route(`**${FOLDER}**`, async (route) => {
      const file = new URL(route.request().url()).pathname.slice(FOLDER.length);
      if (file === '') return route.fulfill({ contentType: 'text/html', body: PAGE });
      const contentType = file.endsWith('.wasm') ? 'application/wasm' : 'text/javascript';
      return route.fulfill({ contentType, body: await readFile(`${BUILT}/${file}`) });
    });
    await page.goto(`${origin}${FOLDER}`);
    await page.waitForFunction(() => 'run' in window);
    const failure = await page.evaluate(async (name) => {
      const { run } = window as unknown as { run(name: string): Promise<void> };
      return run(name).then(
        () => null,
        (error: unknown) => String(error),
      );
    }, id);
    expect(failure).toBeNull();
  });
}
