import { describe, expect, it } from 'vitest';
import { credentialsPath, withLogin, withoutLogin } from '../../../../src/cli/api/credentials.js';
import { answerGit } from '../../../../src/cli/git/git-credentials.js';
import { apiUrl, isExposed, settle } from '../../../../src/cli/api/settings.js';

const HERE = 'http://localhost:8000';
const THERE = 'https://paas.example';
const both = withLogin(withLogin({}, HERE, { token: 'here-token', email: 'a@x' }), THERE, {
  token: 'there-token',
  email: 'b@x',
  ca: '/etc/ca.pem',
});

describe('the credentials file', () => {
  it('lies under XDG_CONFIG_HOME or ~/.config', () => {
    expect(credentialsPath({ HOME: '/home/me' })).toBe('/home/me/.config/slipway/credentials.json');
    expect(credentialsPath({ HOME: '/home/me', XDG_CONFIG_HOME: '/cfg' })).toBe('/cfg/slipway/credentials.json');
  });

  it('has the last login as its current one', () => {
    expect(both[HERE]?.current).toBe(false);
    expect(both[THERE]?.current).toBe(true);
    expect(withoutLogin(both, THERE)[HERE]?.current).toBe(true);
    expect(withoutLogin(withoutLogin(both, THERE), HERE)).toEqual({});
  });
});

describe('settle', () => {
  it('goes by the environment, then by the last login', () => {
    expect(settle({}, {})).toEqual({ url: HERE, isGuess: true, token: null, caFile: undefined });
    expect(settle({}, both)).toEqual({ url: THERE, isGuess: false, token: 'there-token', caFile: '/etc/ca.pem' });
    expect(settle({ PAAS_API_URL: `${HERE}/` }, both)).toEqual({ url: HERE, isGuess: false, token: 'here-token', caFile: undefined });
    expect(settle({ PAAS_API_URL: 'http://127.0.0.1:8000' }, both).token).toBe('here-token');
    expect(settle({ PAAS_API_KEY: 'k' }, both).token).toBe('k');
    expect(settle({ PAAS_CA: '/ca' }, both).caFile).toBe('/ca');
    expect(settle({ PAAS_API_URL: 'http://other.example' }, both).token).toBeNull();
  });
});

describe('apiUrl', () => {
  it.each([
    ['localhost:8000', HERE],
    ['http://localhost:8000/', HERE],
    ['https://PAAS.example', THERE],
    ['paas.example', THERE],
    ['127.0.0.1:8000', 'http://127.0.0.1:8000'],
    ['[::1]:8000', 'http://[::1]:8000'],
  ])('%s is %s', (text, url) => expect(apiUrl(text)).toBe(url));
  it.each(['', 'ftp://x', 'http://x/path', 'http://me@x', 'http://x?y', 'http://'])('refuses %j', (text) =>
    expect(() => apiUrl(text)).toThrow(/is not the URL of an API/),
  );
});

it.each([
  [HERE, false],
  [THERE, false],
  ['http://127.0.0.1:8000', false],
  ['http://paas.example', true],
])('whether what is sent to %s can be read on the way: %s', (url, expected) => expect(isExposed(url)).toBe(expected));

describe('git:credentials', () => {
  const ask = (protocol: string, host: string) =>
    answerGit(`protocol=${protocol}\nhost=${host}\npath=demo.git\nwwwauth[]=Basic realm="x"\n\n`, {}, both);

  it('answers for the APIs it knows', () => {
    expect(ask('http', 'localhost:8000')).toEqual(['username=paas', 'password=here-token']);
    expect(ask('https', 'paas.example')).toEqual(['username=paas', 'password=there-token']);
  });

  it('is silent about everything else, and never takes a token from TLS to plain HTTP', () => {
    expect(ask('https', 'code.example')).toEqual([]);
    expect(ask('http', 'localhost:8001')).toEqual([]);
    expect(ask('http', 'paas.example:443')).toEqual([]);
    expect(ask('ssh', 'localhost:8000')).toEqual([]);
    expect(answerGit('', {}, both)).toEqual([]);
  });

  it('goes by the environment first', () => {
    const env = { PAAS_API_URL: HERE, PAAS_API_KEY: 'env-token' };
    expect(answerGit('protocol=http\nhost=localhost:8000\n', env, both)).toEqual(['username=paas', 'password=env-token']);
    expect(answerGit('protocol=https\nhost=paas.example\n', env, both)).toEqual(['username=paas', 'password=there-token']);
  });
});
