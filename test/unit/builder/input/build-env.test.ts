import { describe, expect, it } from 'vitest';
import { buildEnv, reachableHosts } from '../../../../src/builder/input/build-env.js';

describe('the variables for builds', () => {
  it('are proxies, the registry, and what the operator names', () => {
    const env = {
      PATH: '/bin',
      HTTPS_PROXY: 'p',
      no_proxy: 'n',
      npm_config_registry: 'r',
      SLIPWAY_BUILD_ENV_PIP_INDEX_URL: 'i',
      SLIPWAY_BUILD_ENV_HTTPS_PROXY: 'mine',
      SLIPWAY_BUILD_ENV_: 'x',
      SECRET: 's',
    };
    expect(buildEnv(env)).toEqual({ HTTPS_PROXY: 'mine', no_proxy: 'n', npm_config_registry: 'r', PIP_INDEX_URL: 'i' });
  });
});

describe('hosts that builds may reach in private networks', () => {
  it('are those of proxies and mirrors', () => {
    const env = {
      HTTPS_PROXY: 'http://10.0.0.5:3128',
      npm_config_registry: 'https://mirror.example.com/npm/',
      no_proxy: 'localhost',
      PIP_EXTRA_INDEX_URL: 'http://10.0.0.6/a http://10.0.0.6/b',
    };
    expect(reachableHosts(env)).toEqual(['10.0.0.5:3128', 'mirror.example.com:443', '10.0.0.6:80']);
  });
});
