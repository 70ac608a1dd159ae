import type { Person } from '../fixtures/people.ts';
import { Room } from '../fixtures/room.ts';
import { allMeet } from '../fixtures/scenario.ts';
import { expect, test } from '../fixtures/test.ts';
import { BUDGET, hasPcs, sees, silent, tileOf, tiles } from '../fixtures/vocabulary.ts';

const PATIENT = 20_000;

/** Firefox does not tell that devices may be used without a question, so its lobby starts with them off. */
async function enterWithDevices(who: Person, id: string): Promise<Room> {
  const room = await Room.visit(who, id);
  for (const device of ['lobby-mic', 'lobby-cam']) {
    const onByItself = expect(room.get(device)).toHaveAttribute('data-state', /on|starting/, { timeout: 2_000 });
    await onByItself.catch(async () => room.get(device).click());
    await expect(room.get(device)).toHaveAttribute('data-state', 'on');
  }
  await room.join();
  return room;
}

for (const [first, second] of [
  ['P-AV', 'firefox'],
  ['firefox', 'P-AV'],
] as const) {
  const names = { 'P-AV': 'Chromium', firefox: 'Firefox' };
  test(`${names[second]} joins ${names[first]}: both see, hear and mute`, async ({ person, ownChannel: channel }) => {
    test.setTimeout(240_000);
    const a = await person(names[first], { profile: first });
    const b = await person(names[second], { profile: second });
    const [host, guest] = [await enterWithDevices(a, channel), await enterWithDevices(b, channel)];
    await allMeet([a, b], { sound: true, timeout: PATIENT });
    await hasPcs(a, 1);
    await hasPcs(b, 1);

    await guest.get('bar-mic').click();
    await expect(await tileOf(a, b)).toHaveAttribute('data-audio-muted', 'true', { timeout: BUDGET.reflected });
    await silent(a, b);
    await host.get('bar-cam').click();
    await expect(await tileOf(b, a)).toHaveAttribute('data-video-muted', 'true', { timeout: BUDGET.reflected });
    await host.get('bar-cam').click();
    await sees(b, a, { timeout: PATIENT });

    const gone = await b.id();
    await guest.leave();
    await expect(tiles(a, { user: gone })).toHaveCount(0, { timeout: BUDGET.leave });
  });
}
