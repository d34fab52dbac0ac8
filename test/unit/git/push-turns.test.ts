import { describe, expect, it } from 'vitest';
import { openPushTurns } from '../../../src/git/push-turns.js';

/** Pushes that take turns, and what was told to them. */
function somePushes() {
  const turns = openPushTurns();
  const told: string[] = [];
  const pushes = new Map<string, object>();
  const keyOf = (name: string) => pushes.get(name) ?? pushes.set(name, {}).get(name)!;
  return {
    told,
    async take(app: string, name: string) {
      void turns
        .take(app, keyOf(name), () => told.push(`${name} waits`))
        .then((isTaken) => told.push(isTaken ? `${name} goes` : `${name} is gone`));
      await Promise.resolve();
    },
    async leave(app: string, name: string) {
      turns.leave(app, keyOf(name));
      await Promise.resolve();
    },
  };
}

describe('turns of pushes', () => {
  it('are taken in the order in which they came', async () => {
    const { told, take, leave } = somePushes();
    for (const name of ['first', 'second', 'third']) await take('app', name);
    expect(told).toEqual(['first goes', 'second waits', 'third waits']);
    await leave('app', 'first');
    await leave('app', 'second');
    expect(told.slice(3)).toEqual(['second goes', 'third goes']);
  });

  it('of two apps have nothing to do with each other', async () => {
    const { told, take } = somePushes();
    await take('one', 'a');
    await take('other', 'b');
    expect(told).toEqual(['a goes', 'b goes']);
  });

  it('end for one that leaves while it waits, and pass it over', async () => {
    const { told, take, leave } = somePushes();
    for (const name of ['first', 'second', 'third']) await take('app', name);
    await leave('app', 'second');
    await leave('app', 'first');
    expect(told).toEqual(['first goes', 'second waits', 'third waits', 'second is gone', 'third goes']);
  });

  it('are free again when all have left; leaving twice, or without one, changes nothing', async () => {
    const { told, take, leave } = somePushes();
    await leave('app', 'nobody');
    await take('app', 'first');
    await leave('app', 'first');
    await leave('app', 'first');
    await take('app', 'second');
    expect(told).toEqual(['first goes', 'second goes']);
  });
});
