import { describe, expect, it } from 'vitest';
import { asThatOf, splitRepository, withLogin } from '../../../../src/model/git/remote-url.js';
import { sshServer, sshUrl } from '../../../../src/model/git/ssh-url.js';

describe('a repository by ssh', () => {
  it.each([
    ['git@github.com:me/app.git', 'ssh://git@github.com/me/app.git', 'github.com'],
    ['GitHub.com:me/app.git', 'ssh://git@github.com/me/app.git', 'github.com'],
    ['me@git.example.com:/srv/app.git', 'ssh://me@git.example.com/srv/app.git', 'git.example.com'],
    ['ssh://git.example.com/app', 'ssh://git@git.example.com/app', 'git.example.com'],
    ['ssh://git@git.example.com:22/app', 'ssh://git@git.example.com/app', 'git.example.com'],
    ['ssh://git@git.example.com:2222/a/b.git', 'ssh://git@git.example.com:2222/a/b.git', '[git.example.com]:2222'],
    ['ssh://git@[2001:db8::1]:2222/a.git', 'ssh://git@[2001:db8::1]:2222/a.git', '[2001:db8::1]:2222'],
    ['ssh://git@[2001:db8::1]/a.git', 'ssh://git@[2001:db8::1]/a.git', '2001:db8::1'],
  ])('%s', (text, url, server) => {
    expect(splitRepository(text, 'url')).toEqual({ url, login: null });
    expect(sshServer(url)).toBe(server);
    expect(sshUrl(url, 'url')).toBe(url);
    expect(withLogin(url, { name: 'me', password: 'x' })).toBe(url);
  });

  it.each([
    'ssh://',
    'ssh:///app.git',
    'ssh://git@example.com',
    'ssh://git@example.com/',
    'ssh://-oProxyCommand=x/app.git',
    'ssh://git@exa%20mple.com/app.git',
    'ssh://-o@example.com/a.git'.replace('-o', '%2do%20x'),
    'ssh://git@example.com/a.git#main',
    'ssh://git@example.com/a.git?x=1',
  ])('is not %j', (text) => {
    expect(() => splitRepository(text, 'url')).toThrow('url: must be like ssh://git@example.com/me/app.git');
  });

  it('has no password', () => {
    expect(() => sshUrl('ssh://git:x@example.com/a.git', 'url')).toThrow('a password opens nothing by ssh');
  });

  it.each(['https://example.com/a.git', 'http://me:x@example.com:3000/a.git'])('is not %s, which goes on as before', (text) => {
    expect(splitRepository(text, 'url').url).toMatch(/^https?:\/\//);
    expect(sshServer(text)).toBe(null);
  });

  it('opens what lies at its server, however that is written', () => {
    const open = asThatOf({ url: 'ssh://git@example.com/me/app.git', login: null });
    expect(open('git@example.com:me/lib.git')).toBe('ssh://git@example.com/me/lib.git');
    expect(open('https://example.com/me/lib.git')).toBe('https://example.com/me/lib.git');
  });
});
