import { expect, it } from 'vitest';
import { clientEnv } from '../../../../../src/cli/commands/heroku/client-env.js';

const PLACE = {
  apiUrl: 'http://localhost:5000',
  gitHost: 'paas.example.com:8000',
  token: 'ours',
  caFile: '/ca.pem',
  hosts: ['paas.example.com'],
  clientDir: '/cache/heroku',
  guardFile: '/a b/guard.js',
  gitConfig: '/cache/gitconfig',
};

it('leaves nothing that is meant for Heroku, and no way around', () => {
  const theirs = { HEROKU_API_KEY: 'theirs', HEROKU_HEADERS: '{}', HEROKU_OTHER: '1', HTTPS_PROXY: 'p', https_proxy: 'p', ALL_PROXY: 'p' };
  const env = clientEnv({ ...theirs, PATH: '/bin', NODE_OPTIONS: '--trace-warnings', PAAS_APP: 'shop' }, PLACE);
  expect(JSON.stringify(env)).not.toMatch(/theirs|heroku\.com|"p"|HEROKU_OTHER|HEROKU_HEADERS/);
  expect(env).toMatchObject({
    HEROKU_HOST: 'http://localhost:5000',
    HEROKU_API_KEY: 'ours',
    HEROKU_APP: 'shop',
    HEROKU_GIT_HOST: 'paas.example.com:8000',
    HEROKU_DATA_HOST: 'localhost',
    DISABLE_TELEMETRY: 'true',
    NODE_EXTRA_CA_CERTS: '/ca.pem',
    NODE_OPTIONS: '--trace-warnings --import=file:///a%20b/guard.js',
    PATH: '/cache/heroku/node_modules/.bin:/bin',
  });
});

it('gives the client no HEROKU_APP where none is named', () => {
  expect(clientEnv({ HEROKU_APP: 'of-heroku' }, { ...PLACE, caFile: undefined })).not.toHaveProperty('HEROKU_APP');
});
