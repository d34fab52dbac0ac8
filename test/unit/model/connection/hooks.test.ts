// What hosts send, signed as each of them does: GitHub's own examples, and the shapes of the others.
import { createHmac } from 'node:crypto';
import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { isOfRepository, parseHook } from '../../../../src/model/connection/hook-event.js';
import { isFromHost } from '../../../../src/model/connection/hook-signature.js';

const require = createRequire(import.meta.url);
const GITHUB = require('@octokit/webhooks-examples') as { name: string; examples: Record<string, unknown>[] }[];
const SECRET = 'it is a secret';

const header = (headers: Record<string, string>) => (name: string) => headers[name] ?? '';
const hmac = (body: Buffer, secret = SECRET) => createHmac('sha256', secret).update(body).digest('hex');

describe('a signature', () => {
  const body = Buffer.from('{"a":1}');

  it.each([
    ['GitHub', 'x-hub-signature-256', `sha256=${hmac(body)}`],
    ['Gitea', 'x-gitea-signature', hmac(body)],
    ['Forgejo', 'x-forgejo-signature', hmac(body)],
    ['Bitbucket', 'x-hub-signature', `sha256=${hmac(body)}`],
    ['GitLab', 'x-gitlab-token', SECRET],
  ])('of %s is known by its secret only', (_, name, signature) => {
    expect(isFromHost(header({ [name]: signature }), body, SECRET)).toBe(true);
    expect(isFromHost(header({ [name]: signature }), body, 'another')).toBe(false);
    expect(isFromHost(header({ [name]: `${signature}0` }), body, SECRET)).toBe(false);
    expect(isFromHost(header({ [name]: '' }), body, SECRET)).toBe(false);
    if (name !== 'x-gitlab-token') expect(isFromHost(header({ [name]: signature }), Buffer.from('{"a":2}'), SECRET)).toBe(false);
  });

  it('that is missing, of a kind that is weak, or contradicted is none', () => {
    expect(isFromHost(header({}), body, SECRET)).toBe(false);
    const sha1 = createHmac('sha1', SECRET).update(body).digest('hex');
    expect(isFromHost(header({ 'x-hub-signature': `sha1=${sha1}` }), body, SECRET)).toBe(false);
    expect(isFromHost(header({ 'x-gitlab-token': 'wrong', 'x-hub-signature-256': `sha256=${hmac(body)}` }), body, SECRET)).toBe(false);
  });
});

describe("GitHub's examples", () => {
  it.each(GITHUB.map(({ name, examples }) => [name, examples] as const))('%s', (name, examples) => {
    for (const example of examples) {
      const event = parseHook(header({ 'x-github-event': name }), Buffer.from(JSON.stringify(example)));
      expect(event.moved.length).toBe(name === 'push' ? 1 : 0);
      if (name === 'push') expect(isOfRepository(event, 'https://github.com/Codertocat/Hello-World')).toBe(true);
    }
  });

  it('of pushes name branches, tags, and what is gone', () => {
    const pushes = GITHUB.find(({ name }) => name === 'push')!.examples;
    const moved = pushes.flatMap((example) => parseHook(header({ 'x-github-event': 'push' }), Buffer.from(JSON.stringify(example))).moved);
    expect(moved).toContainEqual({ ref: 'refs/heads/master', isGone: false });
    expect(moved).toContainEqual({ ref: 'refs/tags/simple-tag', isGone: true });
  });

  it('as a form', () => {
    const form = new URLSearchParams({ payload: JSON.stringify({ ref: 'refs/heads/main', after: 'a'.repeat(40) }) }).toString();
    const headers = { 'x-github-event': 'push', 'content-type': 'application/x-www-form-urlencoded' };
    expect(parseHook(header(headers), Buffer.from(form)).moved).toEqual([{ ref: 'refs/heads/main', isGone: false }]);
  });
});

describe('a push', () => {
  const commit = 'a'.repeat(40);
  const bitbucket = (change: object) => ({
    repository: { full_name: 'me/app', links: { html: { href: 'https://bitbucket.org/me/app' } } },
    push: { changes: [change] },
  });

  it.each<[string, Record<string, string>, object, { ref: string; isGone: boolean }[]]>([
    [
      'of GitLab',
      { 'x-gitlab-event': 'Push Hook' },
      { ref: 'refs/heads/main', after: commit, project: { git_http_url: 'https://bitbucket.org/me/app.git' } },
      [{ ref: 'refs/heads/main', isGone: false }],
    ],
    [
      'of GitLab that deletes',
      { 'x-gitlab-event': 'Push Hook' },
      { ref: 'refs/heads/main', after: '0'.repeat(40), project: { git_ssh_url: 'git@bitbucket.org:me/app.git' } },
      [{ ref: 'refs/heads/main', isGone: true }],
    ],
    [
      'of Gitea',
      { 'x-gitea-event': 'push', 'x-github-event': 'push' },
      { ref: 'refs/heads/main', after: commit, repository: { clone_url: 'https://bitbucket.org/Me/App.git' } },
      [{ ref: 'refs/heads/main', isGone: false }],
    ],
    [
      'of Bitbucket',
      { 'x-event-key': 'repo:push' },
      bitbucket({ old: null, new: { type: 'branch', name: 'main' } }),
      [{ ref: 'refs/heads/main', isGone: false }],
    ],
    [
      'of Bitbucket that deletes a tag',
      { 'x-event-key': 'repo:push' },
      bitbucket({ old: { type: 'tag', name: 'v1' }, new: null }),
      [{ ref: 'refs/tags/v1', isGone: true }],
    ],
  ])('%s', (_, headers, payload, moved) => {
    const event = parseHook(header(headers), Buffer.from(JSON.stringify(payload)));
    expect(event.moved).toEqual(moved);
    expect(isOfRepository(event, 'https://bitbucket.org/me/app.git')).toBe(true);
    for (const other of ['https://bitbucket.org/me/app2', 'https://bitbucket.org/you/app', 'https://bitbucket.org.evil.org/me/app'])
      expect(isOfRepository(event, other)).toBe(false);
  });

  it.each([
    ['nothing', {}, ''],
    ['no JSON', { 'x-github-event': 'push' }, '{'],
    ['a list', { 'x-github-event': 'push' }, '[]'],
    ['no name', {}, '{}'],
    ['no ref', { 'x-github-event': 'push' }, '{"after":"a"}'],
    ['a ref that is no text', { 'x-gitlab-event': 'Push Hook' }, '{"ref":{},"after":[]}'],
    ['changes of another kind', { 'x-event-key': 'repo:push' }, '{"push":{"changes":[null]}}'],
  ])('with %s is refused', (_, headers, body) => {
    expect(() => parseHook(header(headers as Record<string, string>), Buffer.from(body))).toThrow('This is no webhook that can be read');
  });
});
