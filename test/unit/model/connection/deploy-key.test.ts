import { describe, expect, it } from 'vitest';
import { apiUrlOf, hostKindOf } from '../../../../src/model/connection/connection.js';
import { deployKeyCall, hasKey } from '../../../../src/model/connection/deploy-key.js';

describe('how a host is given a deploy key', () => {
  it.each([
    ['ssh://git@github.com/me/app.git', 'https://api.github.com/repos/me/app/keys', { read_only: true }],
    ['ssh://git@codeberg.org/me/app.git', 'https://codeberg.org/api/v1/repos/me/app/keys', { read_only: true }],
    ['ssh://git@gitlab.com/group/sub/app.git', 'https://gitlab.com/api/v4/projects/group%2Fsub%2Fapp/deploy_keys', { can_push: false }],
  ])('%s', (url, to, more) => {
    const host = hostKindOf(url);
    const call = deployKeyCall({ host, url, apiUrl: apiUrlOf(host, url) }, { token: 't', title: 'Slipway: shop', key: 'ssh-ed25519 A' });
    expect(call).toMatchObject({ url: to, body: { title: 'Slipway: shop', key: 'ssh-ed25519 A', ...more } });
  });

  it('none where it takes none', () => {
    const url = 'ssh://git@bitbucket.org/me/app.git';
    const host = hostKindOf(url);
    expect(deployKeyCall({ host, url, apiUrl: apiUrlOf(host, url) }, { token: 't', title: 'x', key: 'y' })).toBe(null);
  });

  it.each([
    [201, { id: 1 }, true],
    [422, { errors: [{ message: 'key is already in use' }] }, true],
    [422, { message: 'Key content has already been added to this repository' }, true],
    [400, { message: { 'deploy_key.fingerprint_sha256': ['has already been taken'] } }, true],
    [422, { message: 'key is invalid' }, false],
    [403, { message: 'already in use' }, false],
    [404, null, false],
  ])('%j %j', (status, body, is) => {
    expect(hasKey(status, body)).toBe(is);
  });
});
