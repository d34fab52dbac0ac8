import { expect, test } from 'vitest';
import { isGitPath, parseGitRequest } from '../../../src/git/git-request.js';

const RECEIVE = 'application/x-git-receive-pack-request';
const get = (path: string, service?: unknown) => parseGitRequest({ method: 'GET', path, service, contentType: '' });
const post = (path: string, contentType: string) => parseGitRequest({ method: 'POST', path, service: undefined, contentType });

test('the four paths', () => {
  expect(get('/demo.git/info/refs', 'git-receive-pack')).toEqual({ kind: 'advertise', app: 'demo', service: 'receive-pack' });
  expect(get('/demo.git/info/refs', 'git-upload-pack')).toEqual({ kind: 'advertise', app: 'demo', service: 'upload-pack' });
  expect(get('/demo.git/HEAD')).toEqual({ kind: 'head', app: 'demo' });
  expect(post('/demo.git/git-receive-pack', RECEIVE)).toEqual({ kind: 'serve', app: 'demo', service: 'receive-pack' });
});

test('an app may be named like a path of git', () => {
  expect(post('/git-upload-pack.git/git-receive-pack', RECEIVE)).toEqual({
    kind: 'serve',
    app: 'git-upload-pack',
    service: 'receive-pack',
  });
});

test.each([
  '/demo.git',
  '/demo.git/',
  '/demo.git/config',
  '/demo.git/objects/info/packs',
  '/demo.git/info/refs/',
  '/demo.git/git-receive-pack/x',
  '/Demo.git/HEAD',
  '/..git/HEAD',
  '/.git/HEAD',
  '/a%2f..%2fb.git/HEAD',
  '/demo.git/../x.git/HEAD',
  '/demo.git//HEAD',
  '/demo.git/git-shell',
  `/${'a'.repeat(41)}.git/HEAD`,
])('%s is no git address', (path) => {
  expect(get(path)).toMatchObject({ status: 404 });
});

test('wrong methods, services and content types are told apart', () => {
  expect(post('/demo.git/info/refs', '')).toMatchObject({ status: 405, allow: 'GET' });
  expect(get('/demo.git/git-receive-pack')).toMatchObject({ status: 405, allow: 'POST' });
  for (const service of [undefined, '', 'git-shell', 'receive-pack', 'constructor', ['git-upload-pack', 'git-receive-pack']]) {
    expect(get('/demo.git/info/refs', service)).toMatchObject({ status: 400 });
  }
  for (const type of ['', 'text/plain', 'application/x-git-upload-pack-request']) {
    expect(post('/demo.git/git-receive-pack', type)).toMatchObject({ status: 400 });
  }
});

test('what lies below *.git belongs to the door, nothing else', () => {
  for (const path of ['/demo.git', '/demo.git/x', '/x%00.git/HEAD']) expect(isGitPath(path)).toBe(true);
  for (const path of ['/', '/apps', '/apps/demo.git', '/demo.gitx/HEAD', '/demo', '/git']) expect(isGitPath(path)).toBe(false);
});
