import { describe, expect, it } from 'vitest';
import { askAgainAfter, statusCall } from '../../../../src/model/connection/commit-status.js';
import { apiUrlOf, hostKindOf } from '../../../../src/model/connection/connection.js';
import { outcomeOf } from '../../../../src/model/connection/outcome.js';

const commit = 'a'.repeat(40);
const told = { token: 't', commit, app: 'shop', link: 'http://shop.localhost/' };

describe('what a host is told', () => {
  it.each([
    ['https://github.com/me/app.git', `https://api.github.com/repos/me/app/statuses/${commit}`, { authorization: 'Bearer t' }],
    ['https://codeberg.org/me/app', `https://codeberg.org/api/v1/repos/me/app/statuses/${commit}`, { authorization: 'token t' }],
  ])('at %s', (url, to, headers) => {
    const host = hostKindOf(url);
    const call = statusCall({ host, url, apiUrl: apiUrlOf(host, url) }, { ...told, outcome: { state: 'failure', description: 'No.' } });
    const body = { state: 'failure', context: 'slipway/shop', target_url: 'http://shop.localhost/', description: 'No.' };
    expect(call).toEqual({ url: to, headers, body });
  });

  it('at GitLab, in its words', () => {
    const url = 'https://gitlab.com/group/sub/app.git';
    const connection = { host: 'gitlab', url, apiUrl: apiUrlOf('gitlab', url) } as const;
    const call = statusCall(connection, {
      ...told,
      outcome: outcomeOf({ status: 'failed', failure: 'x'.repeat(200), startedAt: null }, undefined),
    });
    expect(call).toEqual({
      url: `https://gitlab.com/api/v4/projects/group%2Fsub%2Fapp/statuses/${commit}`,
      headers: { 'private-token': 't' },
      body: { state: 'failed', name: 'slipway/shop', target_url: 'http://shop.localhost/', description: `${'x'.repeat(139)}…` },
    });
  });

  it('is nothing where it has no such API', () => {
    const url = 'https://git.example.com/app.git';
    const outcome = { state: 'pending', description: 'Building' } as const;
    expect(statusCall({ host: 'other', url, apiUrl: apiUrlOf('other', url) }, { ...told, outcome })).toBe(null);
  });
});

describe('what has become of a commit', () => {
  const build = { status: 'pending', failure: null, startedAt: null } as const;
  const startedAt = new Date(0);
  it.each([
    ['nobody works on it', build, undefined, 'pending', 'Waiting to be built'],
    ['it is built', { ...build, startedAt }, undefined, 'in_progress', 'Building'],
    ['it did not build', { ...build, startedAt, status: 'failed', failure: 'No.' }, undefined, 'failure', 'No.'],
    ['its release command runs', { ...build, status: 'succeeded' }, 'pending', 'in_progress', 'Releasing v7'],
    ['the release is out before the build has ended', build, 'succeeded', 'success', 'Deployed'],
    ['it is out', { ...build, status: 'succeeded' }, 'succeeded', 'success', 'Deployed'],
    ['it was out', { ...build, status: 'succeeded' }, 'expired', 'success', 'Deployed'],
    [
      'its release command failed',
      { ...build, status: 'succeeded' },
      'failed',
      'failure',
      'The release command of v7 failed: paas releases:output v7',
    ],
  ] as const)('%s', (_, of, status, state, description) => {
    expect(outcomeOf(of, status && { status, version: 7 })).toEqual({ state, description });
  });
});

describe('a host that is asked too often', () => {
  const NOW = 1_700_000_000_000;
  it.each([
    ['says when', 429, { 'retry-after': '7' }, 7_000],
    ['says when, as GitHub does', 403, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(NOW / 1000 + 90) }, 90_000],
    ['says when that was', 429, { 'x-ratelimit-reset': String(NOW / 1000 - 90) }, 1_000],
    ['says far too long', 429, { 'retry-after': '1000000' }, 3_600_000],
    ['does not say when', 429, {}, 60_000],
    ['refuses for another reason', 403, {}, null],
    ['takes it', 201, { 'x-ratelimit-remaining': '0' }, null],
  ])('%s', (_, status, headers, ms) => {
    const header = (name: string) => (headers as Record<string, string>)[name] ?? null;
    expect(askAgainAfter(status, header, NOW)).toBe(ms);
  });
});
