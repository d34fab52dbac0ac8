import { expect } from 'vitest';
import { ask, type WholeAnswer } from '../../support/ask.js';
import { deploysEach } from '../../support/languages.js';
import type { Platform } from '../../support/platform.js';

type Expected = [path: string, status: number, headers?: Record<string, unknown>, body?: string | RegExp];

/** Asks for each path, and compares what is named. */
async function answers(platform: Platform, app: string, table: Expected[], sent: Record<string, string> = {}): Promise<void> {
  for (const [path, status, headers = {}, body] of table) {
    const answer: WholeAnswer = await ask(platform, app, path, sent);
    const wanted = { status, headers, ...(body !== undefined && { body: typeof body === 'string' ? body : expect.stringMatching(body) }) };
    expect({ path, ...answer }).toMatchObject({ path, ...wanted });
  }
}

const DENY = { 'x-frame-options': 'DENY' };

deploysEach('static sites', [
  {
    fixture: 'static-plain',
    says: [
      '-----> Static site app detected',
      '-----> Preparing nginx',
      '       Serving the top of the app (4 files)',
      '       Default types for buildpack -> web',
    ],
    answers: /<h1>A plain site<\/h1>/,
    saysAgain: ['-----> Preparing nginx'],
    async check(app, platform) {
      await answers(platform, app.name, [
        ['/', 200, { 'content-type': 'text/html; charset=UTF-8', 'cache-control': 'no-cache', etag: expect.any(String) }],
        ['/docs?x=1', 301, { location: '/docs/?x=1' }],
        ['/docs/', 200, {}, /Documents/],
        ['/style.css', 200, { 'content-type': 'text/css; charset=UTF-8' }],
        ['/nothing', 404, {}, /Nothing here/],
        ['/.heroku/static/boot', 404],
        ['/%2e%2e/%2e%2e/etc/passwd', 400],
      ]);
      await answers(platform, app.name, [['/style.css', 200, { 'content-encoding': 'gzip' }]], { 'accept-encoding': 'gzip' });
      const { headers } = await ask(platform, app.name, '/');
      await answers(platform, app.name, [['/', 304]], { 'if-none-match': headers.etag! });
    },
  },
  {
    fixture: 'static-spa',
    config: { ELSEWHERE: 'https://elsewhere.example' },
    says: ['-----> Static site app detected', '       Serving public/ (4 files, as static.json says)'],
    answers: /<div id="app">/,
    path: '/deep/link',
    async check(app, platform) {
      await answers(platform, app.name, [
        ['/', 200, { 'x-frame-options': 'SAMEORIGIN' }, /<div id="app">/],
        ['/guide', 200, { ...DENY, 'content-security-policy': "default-src 'self'; img-src *" }, /<h1>Guide/],
        ['/assets/app.1f3a9c0d.js', 200, { 'cache-control': 'public, max-age=600' }],
        ['/assets/gone.js', 404, {}, /<h1>Lost/],
        ['/old/page', 302, { location: '/guide' }],
        ['/away', 301, { location: 'https://elsewhere.example/docs?from=$here' }],
        ['/static.json', 200, {}, /<div id="app">/],
      ]);
    },
  },
  {
    fixture: 'static-built',
    says: [
      '-----> Node.js app detected',
      '-----> Build',
      '-----> Static site app detected',
      '       Serving built/ (2 files, as static.json says)',
      '       Default types for buildpack -> web',
    ],
    path: '/about',
    answers: /<h1>About<\/h1>/,
  },
]);
