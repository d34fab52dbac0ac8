import { describe, expect, it } from 'vitest';
import { afterFailure, challengeFor, renewalOf, type ChallengeKind } from '../../../../src/model/domain/acm.js';

const NOW = Date.parse('2026-11-28T12:00:00Z');
const minutes = (failures: number, isRateLimited = false) => (afterFailure(failures, NOW, isRateLimited).nextAt.getTime() - NOW) / 60_000;

describe('an automatic certificate', () => {
  it('is tried for again after 15 minutes, then after twice as long each time, at last once a day', () => {
    expect([1, 2, 3, 4, 5, 6, 7, 8, 50].map((failures) => minutes(failures))).toEqual([15, 30, 60, 120, 240, 480, 960, 1440, 1440]);
    expect([1, 6, 7].map((failures) => afterFailure(failures, NOW, false).status)).toEqual(['failing', 'failing', 'failed']);
  });

  it('waits six hours at least where the authority has had too many', () => {
    expect([minutes(1, true), minutes(7, true)]).toEqual([360, 960]);
  });

  it.each<[string, ChallengeKind, boolean, (ChallengeKind | null)[]]>([
    ['www.example.com', 'http-01', false, ['http-01', 'tls-alpn-01', 'http-01', 'tls-alpn-01']],
    ['www.example.com', 'tls-alpn-01', true, ['tls-alpn-01', 'http-01', 'tls-alpn-01', 'http-01']],
    ['www.example.com', 'dns-01', true, ['dns-01', 'dns-01', 'dns-01', 'dns-01']],
    ['www.example.com', 'dns-01', false, [null, null, null, null]],
    ['*.example.com', 'http-01', true, ['dns-01', 'dns-01', 'dns-01', 'dns-01']],
    ['*.example.com', 'tls-alpn-01', false, [null, null, null, null]],
  ])('of %s, first by %s, with a hook: %s, is asked for as %j after none to three failures', (hostname, first, hook, kinds) => {
    expect([0, 1, 2, 3].map((failures) => challengeFor(hostname, first, hook, failures))).toEqual(kinds);
  });

  it('is renewed at two thirds of its life', () => {
    const life = { startsAt: new Date('2026-01-01T00:00:00Z'), expiresAt: new Date('2026-04-01T00:00:00Z') };
    expect(renewalOf(life)).toEqual(new Date('2026-03-02T00:00:00Z'));
  });
});
