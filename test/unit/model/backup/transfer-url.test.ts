import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { maySee, plainUrl, readTransferUrl, signedUrl } from '../../../../src/model/backup/transfer-url.js';

const BASE = 'https://paas.example.com:8000';
const ID = '6f1f4f0e-7d0e-4a57-9c43-0c2f4f0f8b11';
const key = randomBytes(32);
const now = Date.UTC(2026, 10, 28);
const signed = signedUrl({ base: BASE, key, id: ID, now, ttlS: 60 });

it('a signed URL is good for a while, for that backup', () => {
  const read = readTransferUrl(BASE, signed)!;
  expect(read.id).toBe(ID);
  expect(maySee({ key, now: now + 60_000, ...read })).toBe(true);
  expect(maySee({ key, now: now + 61_000, ...read })).toBe(false);
  expect(maySee({ key, now, ...read, id: ID.replace('6', '7') })).toBe(false);
  expect(maySee({ key, now, ...read, expires: String(Number(read.expires) + 1) })).toBe(false);
  expect(maySee({ key: randomBytes(32), now, ...read })).toBe(false);
});

it('a plain one names it, and opens nothing', () => {
  const read = readTransferUrl(BASE, plainUrl(BASE, ID))!;
  expect(read.id).toBe(ID);
  expect(maySee({ key, now, ...read })).toBe(false);
});

it.each([
  '',
  'x',
  'https://other.example.com/transfers/x/content',
  `https://other.example.com/transfers/${ID}/content`,
  `${BASE}/apps`,
  plainUrl(BASE, '-'.repeat(36)),
])('%j is none of ours', (text) => {
  expect(readTransferUrl(BASE, text)).toBeNull();
});
