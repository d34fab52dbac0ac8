// What the router answers itself, for apps that sleep: it wakes none, asks no dyno, and says its line once.
import { expect, it } from 'vitest';
import { HOST, post, routerFor } from '../behind.js';
import type { AppRoute } from '../../../../src/store/app/routes.js';
import { aDyno, anApp, get, raw, type TestRouter } from '../support.js';

const ASLEEP = { dynos: [aDyno({ state: 'idle' })] };
const CHALLENGE = get('/.well-known/acme-challenge/token-1');
const challenged = () => routerFor([anApp({ ...ASLEEP, challenges: { 'token-1': 'print' }, httpsOnly: true })]);
const redirected = () => routerFor([anApp({ ...ASLEEP, httpsOnly: true })]);

const PAGES = { errorPage: 'https://pages.test/error?a&b', maintenancePage: '//pages.test/pause' };
const statuses = (text: string) => [...text.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => Number(status));

function askedNobody(router: TestRouter, lines: (string | RegExp)[]): void {
  expect(router.lines.map(({ text }) => text)).toEqual(lines.map((line) => expect.stringMatching(line)));
  expect(router.activity.seen()).toEqual(new Map());
}

it('a challenge is answered, before it is redirected, without a line', async () => {
  const router = await challenged();
  const answer = await raw(router.port, CHALLENGE + CHALLENGE, { answers: 2 });
  expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\n[^]*\r\nContent-Length: 5\r\n[^]*\r\n\r\nprintHTTP\/1\.1 200 OK\r\n[^]*\r\n\r\nprint$/);
  askedNobody(router, []);
});

it('plain HTTP is redirected, request after request on one connection', async () => {
  const router = await redirected();
  const head = `HEAD /b?c HTTP/1.1\r\n${HOST}\r\n\r\n`;
  const answer = await raw(router.port, get('/a') + head + post('Content-Length: 0'), { answers: 3 });
  expect(statuses(answer)).toEqual([301, 301, 308]);
  expect(answer).toContain('\r\nLocation: https://demo.localhost/b?c\r\n');
  askedNobody(router, [/^at=info method=GET .* dyno= .* status=301 /, /method=HEAD .* status=301 /, /method=POST .* status=308 /]);
});

it.each([
  ['with its body', post('Content-Length: 5', 'hello')],
  ['in chunks', post('Transfer-Encoding: chunked', '5\r\nhello\r\n0\r\n\r\n')],
  ['that waits to send it', post('Content-Length: 5\r\nExpect: 100-continue')],
])('a request %s is redirected, and nothing behind it is read', async (_what, request) => {
  const router = await redirected();
  const answer = await raw(router.port, request + get('/behind'));
  expect(statuses(answer)).toEqual([308]);
  expect(answer).toContain('\r\nConnection: close\r\n');
  askedNobody(router, [/method=POST .* status=308 /]);
});

it.each([
  ['H14', { wanted: 0 }, 503, 'https://pages.test/error?a&#38;b'],
  ['H10', { dynos: [aDyno({ state: 'crashed' })] }, 503, 'https://pages.test/error?a&#38;b'],
  ['H80', { maintenance: true }, 503, '//pages.test/pause'],
] as const)('%s shows the page of the app itself, with the status and the line of the code', async (code, change, status, url) => {
  const router = await routerFor([anApp({ ...PAGES, ...change } as Partial<AppRoute>)]);
  const answer = await raw(router.port, get('/'));
  expect(statuses(answer)).toEqual([status]);
  expect(answer).toContain(`<iframe src="${url}"`);
  expect((await router.said())[0]).toMatch(new RegExp(` code=${code} .* status=${status} `));
});

it.each([
  ['an app without anything deployed', { deployed: false }, get('/')],
  ['a request that is refused', { wanted: 1 }, get('/', ['Expect: nothing'])],
] as const)('%s is told so by our page all the same', async (_what, change, request) => {
  const router = await routerFor([anApp({ ...PAGES, ...change })]);
  const answer = await raw(router.port, request);
  expect(answer).toContain('<h1>');
  expect(answer).not.toContain('<iframe');
});
