import { describe, expect, it } from 'vitest';
import { pgRefusal, readCancelKey, readPgRequest, readRedisHello } from '../../../../src/providers/port/first-words.js';

const int = (...values: number[]) => {
  const bytes = Buffer.alloc(values.length * 4);
  values.forEach((value, at) => bytes.writeUInt32BE(value, at * 4));
  return bytes;
};
const startup = (facts: string, version = 196_608) => {
  const words = Buffer.from(`${facts}\0`);
  return Buffer.concat([int(8 + words.length, version), words]);
};
const said = (type: string, body: Buffer) => Buffer.concat([Buffer.from(type), int(body.length + 4), body]);

describe('what PostgreSQL’s clients ask for', () => {
  it.each([
    ['TLS', int(8, 80_877_103), { is: 'ssl' }],
    ['GSS', int(8, 80_877_104), { is: 'gss' }],
    ['the end of a query', Buffer.concat([int(16, 80_877_102, 7), int(9)]), { is: 'cancel', key: '0000000700000009' }],
    ['a database', startup('user\0me\0database\0shop\0'), { is: 'startup', database: 'shop', length: 31 }],
    ['that of the user’s name', startup('user\0me\0'), { is: 'startup', database: 'me', length: 17 }],
    ['a newer minor version', startup('user\0me\0', 0x0003_0002), { is: 'startup', database: 'me', length: 17 }],
    ['a value that is called so', startup('user\0database\0application_name\0x\0'), { is: 'startup', database: 'database', length: 42 }],
    ['nobody', startup('database\0shop\0'), 'wrong'],
    ['an older protocol', int(16, 131_072, 0, 0), 'wrong'],
    ['TLS with more', int(9, 80_877_103, 0), 'wrong'],
    ['too much', int(20_000, 196_608), 'wrong'],
    ['a long key', int(600, 80_877_102), 'wrong'],
    ['HTTP', Buffer.from('GET / HTTP/1.1\r\n'), 'wrong'],
    ['nothing yet', Buffer.alloc(0), 'more'],
    ['a part', startup('user\0me\0').subarray(0, 12), 'more'],
  ])('%s', (_name, bytes, meant) => expect(readPgRequest(bytes)).toEqual(meant));
});

describe('the key that cancels, in what a server says first', () => {
  const key = said('K', int(7, 9));
  it.each([
    ['after others', Buffer.concat([said('R', int(0)), said('S', Buffer.from('a\0b\0')), key]), { key: '0000000700000009' }],
    ['a part of it', key.subarray(0, 9), 'more'],
    ['none', Buffer.concat([said('R', int(0)), said('Z', Buffer.from('I'))]), 'done'],
    ['an error', pgRefusal('28000', 'no'), 'done'],
    ['nonsense', int(0, 0, 0), 'done'],
  ])('%s', (_name, bytes, meant) => expect(readCancelKey(bytes)).toEqual(meant));
});

describe('what Redis’ clients begin with', () => {
  const array = (...words: string[]) => `*${words.length}\r\n${words.map((word) => `$${word.length}\r\n${word}\r\n`).join('')}`;
  it.each<[string, string, unknown]>([
    ['a line', 'AUTH secret\nPING\n', { password: 'secret' }],
    ['a line with a user', 'auth default secret\r\n', { password: 'secret' }],
    ['an array', array('AUTH', 'secret'), { password: 'secret' }],
    ['an array with a user', array('auth', 'default', 'secret'), { password: 'secret' }],
    ['HELLO', array('HELLO', '3', 'AUTH', 'default', 'secret', 'SETNAME', 'x'), { password: 'secret' }],
    ['HELLO without', array('HELLO', '3'), 'anonymous'],
    ['another command', array('PING'), 'anonymous'],
    ['part of a line', 'AUTH sec', 'more'],
    ['part of an array', array('AUTH', 'secret').slice(0, -3), 'more'],
    ['its beginning', '*2\r', 'more'],
    ['too many words', '*99\r\n', 'wrong'],
    ['no words', '*0\r\n', 'wrong'],
    ['no length', '*1\r\n$x\r\n', 'wrong'],
    ['a line without an end', 'x'.repeat(3_000), 'wrong'],
  ])('%s', (_name, text, meant) => expect(readRedisHello(Buffer.from(text))).toEqual(meant));
});
