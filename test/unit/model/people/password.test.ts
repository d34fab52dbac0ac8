import { expect, it } from 'vitest';
import { whyNoPassword } from '../../../../src/model/people/password.js';

it.each([
  ['horse battery', null],
  ['Tr0ub4dor&3x', null],
  ['пароль-кролик', null],
  ['password1234', /guessed first/],
  ['Qwertyuiop12', /guessed first/],
  ['password but a long sentence', null],
  ['too short', /at least 10/],
  ['💛💛💛💛', /at least 10/],
  ['x'.repeat(201), /at most 200/],
  ['aaaaaaaaaaaa', /different/],
  ['jane@example.com', /your address/],
  ['janejane1234', /your address/],
  ['janesbatteries', null],
])('%j: %s', (password, why) => {
  const told = whyNoPassword(password, 'jane@example.com');
  if (why === null) expect(told).toBeNull();
  else expect(told).toMatch(why);
});
