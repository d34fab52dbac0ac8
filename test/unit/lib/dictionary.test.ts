import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { dictionary } from '../../../src/lib/dictionary.js';
import { lookUp } from '../../../src/lib/look-up.js';

const NAMES = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf', 'A'];
const texts = dictionary(z.string('must be text'), z.string().max(20, 'is too long'));

describe('an object whose keys somebody else chose', () => {
  it.each(NAMES)('keeps the key %s', (name) => {
    const parsed = texts.parse(JSON.parse(`{"${name}": "x"}`));
    expect(Object.entries(parsed)).toEqual([[name, 'x']]);
    expect(lookUp(parsed, name)).toBe('x');
    expect(JSON.stringify(parsed)).toBe(`{"${name}":"x"}`);
  });

  it.each(NAMES)('has nothing under %s that nobody gave it', (name) => {
    expect(lookUp({}, name)).toBeUndefined();
  });

  it.each<[string, unknown, string, (string | number)[]]>([
    ['a value', { __proto__: null, a: 1 }, 'must be text', ['a']],
    ['a value of __proto__', JSON.parse('{"__proto__": 1}'), 'must be text', ['__proto__']],
    ['a key', { ['k'.repeat(30)]: 'x' }, 'is too long', ['k'.repeat(30)]],
  ])('names what is wrong with %s', (_, given, message, path) => {
    expect(texts.safeParse(given).error?.issues).toMatchObject([{ message, path }]);
  });

  it.each([undefined, null, 'x', 1, ['x']])('is not %j', (given) => {
    expect(texts.safeParse(given).error?.issues).toMatchObject([
      { message: expect.stringMatching(/^Invalid input: expected record/) as string },
    ]);
  });
});
