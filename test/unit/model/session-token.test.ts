import { describe, expect, it } from 'vitest';
import { decodeSession, encodeSession } from '../../../src/model/session-token.js';
import { uuidOf } from '../../../src/lib/uuid-of.js';

const key = Buffer.alloc(32, 1);
const session = {
  appId: 'a',
  lines: 100,
  tail: true,
  source: null,
  dyno: 'web',
  by: { userId: 'u', authorizationId: null },
  expires: 1_000,
};
const token = encodeSession(key, session);

describe('the token of a log session', () => {
  it('comes back as it was', () => {
    expect(decodeSession(key, token, 999_000)).toEqual(session);
    expect(token).toMatch(/^[\w-]+\.[\w-]+$/);
  });

  it.each([
    ['expired', token, 1_000_001],
    ['empty', '', 0],
    ['without a signature', token.split('.')[0]!, 0],
    ['signed with another key', encodeSession(Buffer.alloc(32, 2), session), 0],
    ['with another payload', `${Buffer.from(JSON.stringify({ ...session, appId: 'b' })).toString('base64url')}.${token.split('.')[1]}`, 0],
    ['with more parts', `${token}.x`, 0],
  ])('is nothing when %s', (_what, text, now) => {
    expect(decodeSession(key, text, now)).toBeNull();
  });
});

describe('an id by name', () => {
  it('is a UUID, the same for the same name', () => {
    expect(uuidOf('region', 'us')).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(uuidOf('region', 'us')).toBe(uuidOf('region', 'us'));
    expect(uuidOf('region', 'us')).not.toBe(uuidOf('size', 'us'));
  });
});
