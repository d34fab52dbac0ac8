import { expect, it } from 'vitest';
import { admit, usedMb, type Holder } from '../../../src/dynos/life/fits.js';

/** `a web.1 512`: app, name, memory. */
const holder = (text: string): Holder => {
  const [appId = '', name = '', memory] = text.split(' ');
  return { id: text, appId, name, memoryMb: Number(memory) };
};

it.each([
  ['there is room', [], ['a web.1 512'], ['a web.1 512']],
  ['just enough', ['a web.1 512'], ['a web.2 512'], ['a web.2 512']],
  ['full', ['a web.1 1024'], ['b web.1 32'], []],
  ['the first come first', [], ['a web.1 512', 'a web.2 512', 'a web.3 512'], ['a web.1 512', 'a web.2 512']],
  ['a large one waits, and keeps no small one from what is left', ['a web.1 512'], ['b web.1 1024', 'c web.1 512'], ['c web.1 512']],
  ['the next life of one that runs needs no room', ['a web.1 512', 'a web.2 512'], ['a web.1 512'], ['a web.1 512']],
  ['a larger one needs what is more', ['a web.1 512', 'a web.2 256'], ['a web.1 1024'], []],
  ['a larger one that finds it', ['a web.1 512'], ['a web.1 1024'], ['a web.1 1024']],
  ['the same name of another app is another dyno', ['a web.1 1024'], ['b web.1 512'], []],
])('of 1024 MB: %s', (_about, holders, queue, admitted) => {
  expect(admit(holders.map(holder), queue.map(holder), 1024).map(({ id }) => id)).toEqual(admitted);
});

it('two lives of a dyno count once, by the larger', () => {
  expect(usedMb(['a web.1 512', 'a web.1 256', 'a web.2 512', 'b web.1 512'].map(holder))).toBe(1536);
});
