import { expect, it } from 'vitest';
import { parseVersion } from '../../../src/model/release.js';

it.each([
  ['v7', 7],
  ['12', 12],
  ['v0', null],
  ['7a', null],
  ['', null],
])('version %j is %j', (text, version) => expect(parseVersion(text)).toBe(version));
