import { expect, it } from 'vitest';
import { configOf, messageOf, providerIdOf, verdictOf } from '../../../../src/model/addon/provider-answer.js';

it.each([
  [200, 'done'],
  [201, 'done'],
  [202, 'later'],
  [302, 'again'],
  [408, 'again'],
  [422, 'refused'],
  [429, 'again'],
  [503, 'again'],
])('%i means %s', (status, verdict) => expect(verdictOf(status)).toBe(verdict));

it.each([
  ['Welcome.', 'Welcome.'],
  ['  two\r\nlines ', 'two\nlines'],
  ['\u001B[31mred\u001B[0m\u0007 \0 and \u009B2J back\u202Ewards', '[31mred [0m    and  2J back wards'],
  ['x'.repeat(2_000), 'x'.repeat(1_000)],
  [' \0\n', null],
  ['', null],
  [5, null],
  [undefined, null],
])('of the words %j it takes %j', (message, taken) => expect(messageOf({ message })).toBe(taken));

it.each([
  ['res-1', 'res-1'],
  [17, '17'],
  ['a/b c', 'a/b c'],
  ['', null],
  ['.', null],
  ['..', null],
  ['a\0', null],
  ['a\nb', null],
  ['x'.repeat(201), null],
  [{}, null],
  [undefined, null],
])('of the id %j it takes %j', (id, taken) => expect(providerIdOf({ id })).toBe(taken));

it('takes texts under the names that were announced, as a map or a list', () => {
  expect(configOf({ ACME_URL: 'x' }, ['ACME_URL'])).toEqual({ ACME_URL: 'x' });
  expect(configOf([{ name: 'ACME_URL', value: 'x' }], ['ACME_URL'])).toEqual({ ACME_URL: 'x' });
  expect(configOf(null, ['ACME_URL'])).toEqual({});
  for (const given of [{ PATH: 'x' }, { ACME_URL: 5 }, { ACME_URL: 'a\0' }, [null], [{ value: 'x' }]])
    expect(() => configOf(given, ['ACME_URL']), JSON.stringify(given)).toThrow('config: ');
});
