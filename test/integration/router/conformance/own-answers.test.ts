// What the router answers itself, for apps that sleep: it wakes none, asks no dyno, and says its line once.
import { expect, it } from 'vitest';
import { HOST, post, routerFor } from '../behind.js';
import { aDyno, anApp, get, raw, type TestRouter } from '../support.js';

const ASLEEP = { dynos: [aDyno({ state: 'idle' })] };
const CHALLENGE = get('/.well-known/acme-challenge/token-1');
const challenged = () => routerFor([anApp({ ...ASLEEP, challenges: { 'token-1': 'print' }, httpsOnly: true })]);
const redirected = () => routerFor([anApp({ ...ASLEEP, httpsOnly: true })]);

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
