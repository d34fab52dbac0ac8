import { expect, test } from 'vitest';
import { isAway } from '../../../src/dynos/is-away.js';

const withCode = (code: string) => Object.assign(new Error('x'), { code });
const CASES: [unknown, boolean][] = [
  [withCode('ECONNREFUSED'), true],
  [withCode('ENOENT'), true],
  [withCode('57P01'), true],
  [new Error('socket hang up'), true],
  [new Error('Connection terminated unexpectedly'), true],
  [Object.assign(new Error('(HTTP code 500) server error - no space left on device'), { statusCode: 500 }), false],
  [new Error('The slug’s archive has sha256 …'), false],
  [withCode('EACCES'), false],
];

for (const [error, away] of CASES)
  test(`${String((error as { code?: string }).code ?? error)} is ${away ? '' : 'not '}away`, () => expect(isAway(error)).toBe(away));
