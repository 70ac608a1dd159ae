import { Demo } from '../fixtures/demo.ts';
import { expect, test, type Person } from '../fixtures/test.ts';
import { sees } from '../fixtures/vocabulary.ts';

const SLUG = 'video-conferencing';

/** Notes each width in which a picture of somebody else is shown, in order. */
async function noteWidths(person: Person): Promise<void> {
  await person.page.evaluate(() => {
    const widths: number[] = [];
    Object.assign(window, { __widths: widths });
    // The event does not bubble; it is caught on its way down.
    document.addEventListener(
      'resize',
      ({ target }) => {
        if (target instanceof HTMLVideoElement && target.closest('[data-origin="remote"]')) widths.push(target.videoWidth);
      },
      { capture: true },
    );
  });
}

const widths = async (person: Person): Promise<number[]> =>
  person.page.evaluate(() => (window as unknown as { __widths: number[] }).__widths);

test('the first picture of a call is small, and the whole one follows', async ({ person, ownChannel: channel }) => {
  const [a, b] = [await person('A'), await person('B')];
  const [host, guest] = [await Demo.visit(a, SLUG, { channel }), await Demo.visit(b, SLUG, { channel })];
  await Promise.all([noteWidths(a), noteWidths(b)]);
  await host.open('Sharp');
  await guest.join('Sharp');
  await Promise.all([sees(a, b), sees(b, a)]);
  // The one who offers and the one who answers alike.
  for (const person of [a, b]) {
    await expect.poll(async () => (await widths(person)).at(-1), { message: `${person.name}: whole` }).toBe(640);
    expect((await widths(person))[0], `${person.name}: the first`).toBe(320);
  }
});
