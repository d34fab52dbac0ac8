import { describe, expect, it } from 'vitest';
import { checksCalls, verdictOf } from '../../../../src/model/connection/checks.js';

describe('the checks of a commit', () => {
  it.each([
    ['nothing', [{ statuses: [] }, { check_runs: [] }], 'none'],
    ['nothing but ours', [{ statuses: [{ context: 'slipway/shop', state: 'success' }] }], 'none'],
    ['no lists', [null, 'x', { statuses: null }], 'none'],
    [
      "GitHub's status and run",
      [{ statuses: [{ context: 'ci', state: 'success' }] }, { check_runs: [{ name: 'test', status: 'completed', conclusion: 'skipped' }] }],
      'passed',
    ],
    [
      "GitHub's run that goes on",
      [{ statuses: [] }, { check_runs: [{ name: 'test', status: 'in_progress', conclusion: null }] }],
      'pending',
    ],
    [
      "GitHub's run that failed",
      [
        { statuses: [{ context: 'ci', state: 'pending' }] },
        { check_runs: [{ name: 'test', status: 'completed', conclusion: 'timed_out' }] },
      ],
      'failed',
    ],
    [
      "Gitea's",
      [
        {
          statuses: [
            { context: 'ci', status: 'success' },
            { context: 'lint', status: 'pending' },
          ],
        },
      ],
      'pending',
    ],
    ["Gitea's that failed", [{ statuses: [{ context: 'ci', status: 'error' }] }], 'failed'],
    [
      "GitLab's, run again",
      [
        [
          { name: 'ci', status: 'success' },
          { name: 'ci', status: 'failed' },
        ],
      ],
      'passed',
    ],
  ])('that tell %s', (_, answers, verdict) => {
    expect(verdictOf(answers)).toBe(verdict);
  });

  it('are asked of the host by its token', () => {
    const place = { host: 'github', url: 'https://github.com/me/app.git', apiUrl: 'https://api.github.com' } as const;
    expect(checksCalls(place, 'abc', 't')).toEqual([
      { url: 'https://api.github.com/repos/me/app/commits/abc/status?per_page=100', headers: { authorization: 'Bearer t' } },
      { url: 'https://api.github.com/repos/me/app/commits/abc/check-runs?per_page=100', headers: { authorization: 'Bearer t' } },
    ]);
    expect(checksCalls({ ...place, host: 'bitbucket', apiUrl: null }, 'abc', 't')).toEqual([]);
  });
});
