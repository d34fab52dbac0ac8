import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { expect, it } from 'vitest';
import { readForm } from '../../../src/api/read-form.js';

const sent = (text: string, type: string) =>
  readForm(Object.assign(Readable.from([Buffer.from(text)]), { headers: { 'content-type': type } }) as unknown as IncomingMessage);

it.each([
  ['a=1&b=x+y', { a: '1', b: 'x y' }],
  ['', {}],
])('a form: %s', async (text, fields) => {
  expect(await sent(text, 'application/x-www-form-urlencoded')).toEqual(fields);
});

it.each([
  ['{"email":"x","code":123456}', { email: 'x', code: 123456 }],
  ['{"email":{"toString":1},"password":["x"],"request":null}', {}],
  ['["x"]', { 0: 'x' }],
  ['null', {}],
  ['"x"', {}],
  ['1', {}],
])('JSON, of which what a form could not hold is left away: %s', async (text, fields) => {
  expect(await sent(text, 'application/json')).toEqual(fields);
});
