import { Demo } from '../fixtures/demo.ts';
import { crowd } from '../fixtures/scenario.ts';
import { expect, Person, test } from '../fixtures/test.ts';
import { black, BUDGET, gum, hasPcs, hears, pcs, sees, tileOf, tiles } from '../fixtures/vocabulary.ts';

const SLUG = 'video-broadcasting';

/** Directions of all audio and video sections in the descriptions of a page. */
async function directions(person: Person): Promise<string[]> {
  return person.page.evaluate(() =>
    window.__probe.peerConnections
      .filter((connection) => connection.connectionState === 'connected')
      .flatMap((connection) => (connection.localDescription?.sdp ?? '').split(/^m=/m).slice(1))
      .filter((section) => /^(audio|video)/.test(section))
      .map((section) => /^a=(sendrecv|sendonly|recvonly|inactive)/m.exec(section)?.[1] ?? 'sendrecv'),
  );
}

test('row-16-A1 viewers see and hear without being asked for anything', async ({ person, ownChannel: channel }) => {
  const [a, b, c] = await crowd(person, 'A', 'B', 'C');
  const [host, first] = [await Demo.visit(a, SLUG, { channel }), await Demo.visit(b, SLUG, { channel })];
  await host.open('Open day');
  await expect(first.row('Open day')).toContainText('is sharing a webcam, one way');
  await first.join('Open day');
  const second = await Demo.follow(c, await host.shareLink());
  await second.status('connected');
  for (const viewer of [b, c]) {
    await sees(viewer, a);
    await hears(viewer, a);
    expect(await gum(viewer)).toBe(0);
    await expect(tiles(viewer)).toHaveCount(1);
    expect(await pcs(viewer)).toBe(1);
    const sections = await directions(viewer);
    expect(sections.length).toBeGreaterThan(0);
    for (const direction of sections) expect(['recvonly', 'inactive']).toContain(direction);
  }
  await expect(tiles(a, { origin: 'remote' })).toHaveCount(0);
  await expect(tiles(a, { origin: 'local' })).toHaveCount(1);
  await hasPcs(a, 2);
  await expect(host.get('viewer-count')).toHaveText(/\b2\b/);
});

test('row-16-A2 a muted picture is black for all, and for who comes later', async ({ person, ownChannel: channel }) => {
  const [a, b, c, d] = await crowd(person, 'A', 'B', 'C', 'D');
  const host = await Demo.visit(a, SLUG, { channel });
  await host.open('Curtain');
  const link = await host.shareLink();
  for (const viewer of [b, c]) await Demo.follow(viewer, link);
  await Promise.all([sees(b, a), sees(c, a)]);

  const own = await tileOf(a, a);
  await own.hover();
  await own.getByTestId('tile-mute-video').click();
  for (const viewer of [b, c]) {
    const tile = await tileOf(viewer, a);
    await expect(tile).toHaveAttribute('data-video-muted', 'true', { timeout: BUDGET.reflected });
    await black(tile);
  }
  await Demo.follow(d, link);
  const late = await tileOf(d, a);
  await expect(late).toHaveAttribute('data-video-muted', 'true', { timeout: BUDGET.firstFrame });
  await black(late);

  await own.hover();
  await own.getByTestId('tile-mute-video').click();
  await Promise.all([b, c, d].map(async (viewer) => sees(viewer, a)));
  for (const viewer of [b, c, d]) await expect(await tileOf(viewer, a)).not.toHaveAttribute('data-video-muted', 'true');
});

test('row-16-A3 the broadcast ends with its source', async ({ person, ownChannel: channel }) => {
  const [a, b, c, d] = await crowd(person, 'A', 'B', 'C', 'D');
  const host = await Demo.visit(a, SLUG, { channel });
  const list = await Demo.visit(d, SLUG, { channel });
  await host.open('Last words');
  const link = await host.shareLink();
  const viewers = [await Demo.follow(b, link), await Demo.follow(c, link)];
  await Promise.all([sees(b, a), sees(c, a)]);
  await expect(list.row('Last words')).toHaveCount(1);
  await host.leave();
  for (const viewer of viewers) {
    await viewer.status('session-closed', BUDGET.leave);
    await expect(viewer.get('status')).toContainText(/broadcast (has )?ended/i);
    await expect(tiles(viewer.person)).toHaveCount(0, { timeout: BUDGET.leave });
  }
  await expect(list.row('Last words')).toHaveCount(0, { timeout: BUDGET.listRow });
});

test('row-16-F1 a viewer who sends all the same is not shown', async ({ person, ownChannel: channel }) => {
  const [a, b] = [await person('A'), await person('B')];
  const host = await Demo.visit(a, SLUG, { channel });
  await host.open('One way');
  await Demo.follow(b, await host.shareLink());
  await sees(b, a);

  // A track of B's own on the connection; the page's own negotiation carries it over, if it carries it at all.
  await b.page.evaluate(async () => {
    const connection = window.__probe.peerConnections.find((one) => one.connectionState === 'connected');
    if (connection === undefined) throw new Error('no connection');
    const canvas = document.createElement('canvas');
    const pen = canvas.getContext('2d');
    setInterval(() => pen?.fillRect(Math.random() * 300, Math.random() * 150, 5, 5), 100);
    const stream = canvas.captureStream(10);
    const settled = new Promise<void>((resolve) => {
      let offered = false;
      connection.addEventListener('signalingstatechange', () => {
        if (connection.signalingState === 'have-local-offer') offered = true;
        if (connection.signalingState === 'stable' && offered) resolve();
      });
      setTimeout(resolve, 5_000);
    });
    for (const track of stream.getTracks()) connection.addTrack(track, stream);
    for (const one of connection.getTransceivers()) if (one.direction === 'recvonly') one.direction = 'sendrecv';
    await settled;
  });

  // What A does next arrives at B, so whatever B's tampering did has been dealt with before.
  const own = await tileOf(a, a);
  await own.hover();
  await own.getByTestId('tile-mute-video').click();
  await expect(await tileOf(b, a)).toHaveAttribute('data-video-muted', 'true', { timeout: BUDGET.reflected });
  await expect(tiles(a, { origin: 'remote' })).toHaveCount(0);
  expect(await a.page.locator('video, audio').count()).toBe(await tiles(a).locator('video, audio').count());
});

test('row-16-F2 a denied camera broadcasts nothing and can be tried again', async ({ person, ownChannel: channel }) => {
  const a = await person('A', { profile: 'P-PERM' });
  const b = await person('B');
  const [host, list] = [await Demo.visit(a, SLUG, { channel }), await Demo.visit(b, SLUG, { channel })];
  await host.get('room-name').fill('Refused');
  await host.get('open-room').click();
  await expect(host.get('error')).toContainText(/block|denied|allow|permission/i);
  await host.role('none');
  await a.context.grantPermissions(['camera', 'microphone']);
  await host.open('Granted');
  await expect(list.row('Granted')).toHaveCount(1, { timeout: BUDGET.listRow });
  await expect(list.row('Refused')).toHaveCount(0);
});
