import { describe, expect, it } from 'vitest';
import { addTo, removeFrom, setIn } from '../../../src/cli/commands/buildpacks/buildpack-list.js';
import { wholeNumber } from '../../../src/cli/numbers.js';
import { parsePairs } from '../../../src/cli/commands/config/pairs.js';
import { parseScale } from '../../../src/cli/commands/ps/scale-updates.js';
import { distance, suggest } from '../../../src/cli/suggest.js';

describe('parsePairs', () => {
  it('splits at the first =', () => expect(parsePairs(['A=1', 'B=x=y', 'C='])).toEqual({ A: '1', B: 'x=y', C: '' }));
  it.each([
    ['A', /^A is invalid\. Must be in the format FOO=bar\.$/],
    ['=x', /^"=x" is invalid/],
    ['', /is invalid/],
  ])('refuses %j', (word, message) => expect(() => parsePairs([word])).toThrow(message));
});

describe('parseScale', () => {
  it.each([
    ['web=2', { type: 'web', quantity: '2' }],
    ['web=0', { type: 'web', quantity: '0' }],
    ['worker+1', { type: 'worker', quantity: '+1' }],
    ['worker-2', { type: 'worker', quantity: '-2' }],
    ['my-worker-2', { type: 'my-worker', quantity: '-2' }],
    ['web=1:Standard-2X', { type: 'web', quantity: '1', size: 'Standard-2X' }],
  ])('%s', (text, update) => expect(parseScale(text)).toEqual(update));
  it.each(['web', 'web=', 'web=x', '=1', 'web=1.5', 'web==1', 'web=1:', 'w b=1'])('refuses %j', (text) =>
    expect(() => parseScale(text)).toThrow(/is no change of scale/),
  );
});

describe('wholeNumber', () => {
  it('reads counts', () => expect(wholeNumber('15')).toBe(15));
  it.each(['0', '-1', '1.5', 'x', '', '1e3', '9999999999'])('refuses %j', (text) =>
    expect(() => wholeNumber(text)).toThrow(/is not a whole number above 0/),
  );
});

describe('suggest', () => {
  it('counts the letters that differ', () => {
    expect(distance('config', 'confg')).toBe(1);
    expect(distance('', 'ps')).toBe(2);
    expect(distance('kitten', 'sitting')).toBe(3);
  });
  it.each([
    ['confg', 'config'],
    ['realeses', 'releases'],
    ['xyzzy', undefined],
    ['q', undefined],
  ])('for %s offers %s', (typed, name) => expect(suggest(typed, ['config', 'releases', 'ps'])).toBe(name));
});

describe('a list of buildpacks', () => {
  const [a, b, c] = ['slipway/nodejs', 'https://code.example/b.git', 'https://code.example/c.git'] as const;

  it('is edited by place', () => {
    expect(setIn([], a)).toEqual([a]);
    expect(setIn([a, b], c)).toEqual([c, b]);
    expect(setIn([a, b], c, 2)).toEqual([a, c]);
    expect(setIn([a], c, 9)).toEqual([a, c]);
    expect(addTo([a], b)).toEqual([a, b]);
    expect(addTo([a], b, 1)).toEqual([b, a]);
    expect(addTo([a], b, 9)).toEqual([a, b]);
    expect(removeFrom([a, b], a)).toEqual([b]);
    expect(removeFrom([a, b], 'nodejs')).toEqual([b]);
    expect(removeFrom([a, b], undefined, 2)).toEqual([a]);
  });

  it.each([
    ['a buildpack twice', () => setIn([a], a), /already set/],
    ['adding twice', () => addTo([a], 'nodejs'), /already set/],
    ['nothing to remove', () => removeFrom([a], undefined), /Name the buildpack/],
    ['both ways at once', () => removeFrom([a], a, 1), /not both/],
    ['an unknown one', () => removeFrom([a], b), /Nothing was removed/],
    ['an empty list', () => removeFrom([], b), /No buildpacks were found/],
    ['a place behind the only one', () => removeFrom([a], undefined, 2), /Only valid value is 1/],
    ['a place behind the end', () => removeFrom([a, b], undefined, 3), /between 1 and 2/],
  ])('refuses %s', (_, edit, message) => expect(edit).toThrow(message));
});
