import { expect, test } from 'vitest';
import { openTurns } from '../../../src/providers/turns.js';

test('of one add-on one after the other, whatever fails; of another beside it', async () => {
  const turns = openTurns();
  const said: string[] = [];
  let letGo = () => {};
  const held = new Promise<void>((resolve) => (letGo = resolve));
  const first = turns('a', async () => {
    await held;
    said.push('first');
    throw new Error('fails');
  });
  const second = turns('a', async () => said.push('second'));
  await turns('b', async () => said.push('other'));
  letGo();
  await expect(first).rejects.toThrow('fails');
  await second;
  expect(said).toEqual(['other', 'first', 'second']);
});
