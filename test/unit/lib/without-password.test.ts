import { expect, test } from 'vitest';
import { withoutPassword } from '../../../src/lib/without-password.js';

test.each([
  ['https://me:secret@example.com/x.git#main', 'https://example.com/x.git#main'],
  ['https://secret@example.com/x.git', 'https://example.com/x.git'],
  ['https://me:se@cr@et@example.com/x@v1.git', 'https://example.com/x@v1.git'],
  ['https://me:sec/ret@example.com/x.git', 'https://example.com/x.git'],
  ['https://me:sec#ret?@example.com/x.git', 'https://example.com/x.git'],
  ['  https://me:secret@example.com/x', '  https://example.com/x'],
  ['urn:buildpack:https://me:secret@example.com/x', 'urn:buildpack:https://example.com/x'],
  ['https://me:secret@a.example/ and https://me:secret@b.example/', 'https://a.example/ and https://b.example/'],
  ['https://example.com:8080/x@v1.git', 'https://example.com:8080/x@v1.git'],
  ['https://example.com/x@v1.git', 'https://example.com/x@v1.git'],
  ['git@example.com:x/y', 'git@example.com:x/y'],
  ['slipway/nodejs', 'slipway/nodejs'],
])('%s', (text, shown) => expect(withoutPassword(text)).toBe(shown));
