// Logging in with Heroku's own client, at a terminal and through the browser, with a second factor and without. The browser's half is
// what a browser does with the page: it is opened, its form filled in and sent.
import { readFile, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { URI as OtpUri, type TOTP } from 'otpauth';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openLoggedOutShell } from '../support/heroku-client.js';
import type { Shell } from '../support/shell.js';
import { until } from '../support/until.js';
import { callAs } from '../integration/api/client.js';
import { openWeb, type OpenWeb } from '../integration/web/open-web.js';

const ME = 'me@example.com';
const PASSWORD = 'horse battery';

let web: OpenWeb;
let shell: Shell;
let recovery: string[] = [];

beforeAll(async () => {
  web = await openWeb();
  const made = await callAs(() => web.url, web.adminToken)('POST', '/users', { email: ME });
  const me = callAs(() => web.url, (made.body as { access_token: { token: string } }).access_token.token);
  await me('PUT', '/account/password', { new_password: PASSWORD });
  shell = await openLoggedOutShell(web.url);
});
afterAll(async () => {
  await shell?.remove();
  await web?.stop();
});
beforeEach(async () => {
  await rm(join(shell.home, '.netrc'), { force: true });
  await rm(join(shell.home, 'opened'), { force: true });
});

const withoutColours = stripVTControlCharacters;

/** At a terminal: what to wait for, and what to type then, in turns. */
async function atTerminal(command: string, turns: [string, string][]): Promise<string> {
  const env = { DRIVER: resolve('test/fixtures/at-terminal.py'), COMMAND: command, TURNS: JSON.stringify(turns) };
  const { stdout } = await shell.run('python3 "$DRIVER" "$COMMAND" "$TURNS"', { env });
  return withoutColours(stdout);
}

/** What a browser does with the page that it is told to open. */
async function inBrowser(fields: Record<string, string>): Promise<string> {
  const opened = () => readFile(join(shell.home, 'opened'), 'utf8').catch(() => '');
  await until(opened).toMatch(/^http/);
  const url = (await opened()).trim();
  const page = await (await fetch(url)).text();
  const action = /<form method="post" action="([^"]+)"/.exec(page)![1]!;
  const hidden = [...page.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g)].map(
    ([, name, value]) => [name!, value!] as [string, string],
  );
  for (const name of Object.keys(fields)) expect(page).toContain(`name="${name}"`);
  const body = new URLSearchParams([...hidden, ...Object.entries(fields)]);
  return (await fetch(new URL(action, url), { method: 'POST', body })).text();
}

async function loggedInAs(): Promise<string> {
  return (await shell.run('heroku auth:whoami')).stdout.trim();
}

const interactive = (more: [string, string][] = []): [string, string][] => [['Email', `${ME}\r`], ['Password', `${PASSWORD}\r`], ...more];

describe('heroku login -i', () => {
  it('logs in with address and password; logout ends what it got', async () => {
    expect(await atTerminal('heroku login -i', interactive())).toContain(`Logged in as ${ME}`);
    expect(await loggedInAs()).toBe(ME);
    const token = (await shell.run('heroku auth:token')).stdout.trim();
    expect((await shell.run('heroku auth:2fa')).stdout).toContain('Two-factor authentication is not enabled');
    expect(await shell.run('heroku auth:logout')).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('Logging out... done') as string,
    });
    expect(await shell.run('heroku whoami')).toMatchObject({ code: 100 });
    expect((await callAs(() => web.url, token)('GET', '/account')).status).toBe(401);
  });

  it('is told what was wrong', async () => {
    const shown = await atTerminal('heroku login -i', [
      ['Email', `${ME}\r`],
      ['Password', 'wrong\r'],
    ]);
    expect(shown).toContain('There was a problem with your login.');
    expect(shown).not.toContain('TypeError');
  });
});

describe('heroku login', () => {
  const begin = () => atTerminal('heroku login', [['Press any key', 'x']]);

  it('logs in through the browser', async () => {
    const [shown, page] = await Promise.all([begin(), inBrowser({ email: ME, password: PASSWORD })]);
    expect(page).toContain('Your terminal is logged in');
    expect(shown).toContain(`Logged in as ${ME}`);
    expect(await loggedInAs()).toBe(ME);
  });
});

describe('with a second factor', () => {
  beforeAll(async () => {
    const signIn = { authorization: `Basic ${Buffer.from(`${ME}:${PASSWORD}`).toString('base64')}` };
    const made = await callAs(() => web.url, null)('POST', '/oauth/sessions', {}, signIn);
    const me = callAs(() => web.url, (made.body as { access_token: { token: string } }).access_token.token);
    const { url } = (await me('POST', '/account/two-factor', { password: PASSWORD })).body as { url: string };
    const answer = await me('PUT', '/account/two-factor', { code: (OtpUri.parse(url) as TOTP).generate() });
    ({ recovery_codes: recovery } = answer.body as { recovery_codes: string[] });
  });

  it('the terminal asks for a code', async () => {
    const shown = await atTerminal('heroku login -i', interactive([['Two-factor code', `${recovery[0]}\r`]]));
    expect(shown).toContain(`Logged in as ${ME}`);
    expect((await shell.run('heroku auth:2fa')).stdout).toContain('Two-factor authentication is enabled');
  });

  it('the page asks for a code', async () => {
    const fields = { email: ME, password: PASSWORD };
    const begun = atTerminal('heroku login', [['Press any key', 'x']]);
    expect(await inBrowser({ ...fields, code: '' })).toContain('A code is needed, too.');
    expect(await inBrowser({ ...fields, code: recovery[1]! })).toContain('Your terminal is logged in');
    expect(await begun).toContain(`Logged in as ${ME}`);
  });
});
