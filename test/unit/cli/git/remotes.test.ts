import { describe, expect, it } from 'vitest';
import { appOfUrl, chooseApp, parseRemotes } from '../../../../src/cli/git/remotes.js';

const API = 'http://localhost:8000';
const remote = (name: string, url: string) => ({ name, url });

describe('parseRemotes', () => {
  it('reads what git config -z prints', () => {
    expect(parseRemotes('remote.paas.url\nhttp://localhost:8000/demo.git\0remote.a.b.url\ngit@x:y\0')).toEqual([
      remote('paas', 'http://localhost:8000/demo.git'),
      remote('a.b', 'git@x:y'),
    ]);
    expect(parseRemotes('')).toEqual([]);
  });
});

describe('appOfUrl', () => {
  it.each([
    ['http://localhost:8000/demo.git', 'demo'],
    ['https://localhost:8000/demo.git', 'demo'],
    ['http://me@127.0.0.1:8000/demo-2.git/', 'demo-2'],
    ['http://localhost:8001/demo.git', null],
    ['http://example.com/demo.git', null],
    ['http://localhost:8000/a/demo.git', null],
    ['http://localhost:8000/Demo.git', null],
    ['http://localhost:8000/demo', null],
    ['git@localhost:demo.git', null],
    ['/srv/demo.git', null],
  ])('%s names %s', (url, app) => expect(appOfUrl(url, API)).toBe(app));

  it('knows default ports', () => {
    expect(appOfUrl('https://paas.example:443/demo.git', 'https://paas.example')).toBe('demo');
    expect(appOfUrl('http://paas.example/demo.git', 'https://paas.example')).toBeNull();
  });
});

describe('chooseApp', () => {
  const paas = remote('paas', `${API}/demo.git`);
  const staging = remote('staging', `${API}/demo-staging.git`);
  const github = remote('origin', 'https://code.example/demo.git');

  it('takes the only app', () => {
    expect(chooseApp({ remotes: [github, paas], apiUrl: API })).toBe('demo');
    expect(chooseApp({ remotes: [paas, remote('again', paas.url)], apiUrl: API })).toBe('demo');
  });

  it('takes the remote that was asked for', () => {
    expect(chooseApp({ remotes: [paas, staging], apiUrl: API, wanted: 'staging' })).toBe('demo-staging');
  });

  it.each([
    ['none', { remotes: [github] }, /^No app given\.\nName one with --app NAME/],
    [
      'a paas remote of another platform',
      { remotes: [remote('paas', 'http://u:secret@localhost:9/demo.git')] },
      /leads to http:\/\/localhost:9\/demo\.git, which is no app at http:\/\/localhost:8000: is PAAS_API_URL right\?/,
    ],
    [
      'several',
      { remotes: [paas, staging] },
      /^Multiple apps in git remotes\.\n.*--app NAME or --remote NAME:\n {2}demo \(paas\)\n {2}demo-staging \(staging\)$/,
    ],
    ['an unknown remote', { remotes: [paas], wanted: 'prod' }, /^There is no git remote prod here\./],
    [
      'a remote of something else',
      { remotes: [github], wanted: 'origin' },
      /^The git remote origin leads to https:\/\/code\.example\/demo\.git, which is no app/,
    ],
  ])('refuses %s', (_, choice, message) => expect(() => chooseApp({ ...choice, apiUrl: API })).toThrow(message));
});
