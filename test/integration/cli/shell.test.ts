// The compiled `paas` in a real shell with the real git, and no platform in sight.
import { readFileSync, rmSync, statSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { credentialsPath, readCredentials, saveCredentials, withLogin } from '../../../src/cli/api/credentials.js';
import { forgetCredentialHelper, useCredentialHelper } from '../../../src/cli/git/git.js';
import { openShell, type Shell } from '../../support/shell.js';

const HERE = 'http://localhost:8123';
let shell: Shell;

beforeEach(async () => {
  shell = await openShell({ PAAS_API_URL: HERE });
});
afterEach(() => shell.remove());

describe('paas in a shell', () => {
  it('has exit codes scripts can trust', async () => {
    const check = async (command: string, code: number) =>
      expect({ command, ...(await shell.run(command)) }).toMatchObject({ command, code });
    await check('paas', 0);
    await check('paas --version', 0);
    await check('paas nope', 127);
    await check('paas config:set', 1);
    await check('paas whoami', 100);
  });

  it('keeps data and talk apart', async () => {
    const result = await shell.run('paas nope 2>/dev/null');
    expect(result).toEqual({ code: 127, stdout: '', stderr: '' });
  });

  it('is silent when the reader of a pipe leaves', async () => {
    expect(await shell.run('paas help | head -1')).toEqual({ code: 0, stdout: 'Create, deploy and run apps on Slipway.\n', stderr: '' });
  });

  it('runs through a symlink, from any directory', async () => {
    const result = await shell.run('ln -s "$(command -v paas)" "$HOME/p" && cd / && "$HOME/p" --version');
    expect(result).toMatchObject({ code: 0, stdout: expect.stringMatching(/^paas\/\d/) as string });
  });

  it('says where nobody answers, and what to do', async () => {
    const url = `http://127.0.0.1:${await closedPort()}`;
    const result = await shell.run('paas apps', { env: { PAAS_API_URL: url, PAAS_API_KEY: 'k' } });
    expect(result).toEqual({
      code: 1,
      stdout: '',
      stderr:
        ` ›   Error: Can't reach ${url}: connection refused.\n` +
        ` ›   Start the platform there with npm start, or name another: paas login URL, or PAAS_API_URL.\n`,
    });
  });

  it('says when what answers is no API', async () => {
    const server = createServer((socket) => socket.end('HTTP/1.1 404 Not Found\r\ncontent-length: 5\r\n\r\nhello'));
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const result = await shell.run('paas apps', { env: { PAAS_API_URL: url, PAAS_API_KEY: 'k' } });
    server.close();
    expect(result).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^ › {3}Error: HTTP Error 404 for GET http:\/\/127\.0\.0\.1:\d+\/a/) as string,
    });
  });

  it('asks for a token on a terminal without showing it, and Ctrl-C leaves cleanly', async () => {
    const { stdout } = await shell.run(
      `(sleep 1; printf 'top-secret\\003'; sleep 1) | timeout 20 script -qec 'paas login ${HERE}' /dev/null`,
      { env: { TERM: 'xterm' } },
    );
    expect(stdout).toContain(`Token for ${HERE}: `);
    expect(stdout).toContain('Cancelled.');
    expect(stdout).not.toContain('top-secret');
    expect(stdout).not.toMatch(/\bat .*\.js:/);
  });

  it.each([
    ['nothing', '', 'No token given.'],
    ['two words', 'a b', 'That is not a token'],
  ])('refuses a piped token that is %s', async (_, stdin, message) => {
    const result = await shell.run('paas login --token-stdin', { stdin });
    expect(result.code).toBe(1);
    expect(result.stderr).toContain(message);
  });

  it('names the admin token that is missing', async () => {
    const result = await shell.run('paas login --admin', { env: { SLIPWAY_HOME: '/nonexistent' } });
    expect(result.code).toBe(1);
    expect(result.stderr).toContain(
      "Can't read /nonexistent/admin.token: there is no such file.\n" +
        ' ›   Start the platform here with npm start, or name its directory in SLIPWAY_HOME.',
    );
  });
});

describe('the credentials file', () => {
  it('can be read by its owner only', () => {
    const path = credentialsPath({ HOME: shell.home });
    saveCredentials(path, withLogin({}, HERE, { token: 't', email: 'me@example.com' }));
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(dirname(path)).mode & 0o777).toBe(0o700);
    expect(readCredentials(path)[HERE]?.token).toBe('t');
  });

  it('that is broken is named', async () => {
    const path = credentialsPath({ HOME: shell.home });
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, 'not json');
    const result = await shell.run('paas whoami');
    expect(result.code).toBe(1);
    expect(result.stderr).toContain(`${path} is not a credentials file of paas.`);
  });
});

describe('which app', () => {
  const config = (args = '') => shell.run(`paas config ${args}`, { env: { PAAS_API_KEY: 'k', PAAS_API_URL: HERE } });

  it('is asked for where no remote says it', async () => {
    expect((await config()).stderr).toContain('Error: No app given.');
    await shell.run('git init -q && git remote add origin https://code.example/me/demo.git');
    expect((await config()).stderr).toContain('Error: No app given.');
  });

  it('is asked for where several remotes say different things', async () => {
    await shell.run(`git init -q && git remote add paas ${HERE}/demo.git && git remote add staging ${HERE}/demo-staging.git`);
    const result = await config();
    expect(result.code).toBe(1);
    expect(result.stderr).toContain('Multiple apps in git remotes.');
    expect(result.stderr).toContain('demo (paas)\n');
    expect(result.stderr).toContain('demo-staging (staging)\n');
  });

  it('is not taken from a remote of another platform', async () => {
    await shell.run('git init -q && git remote add paas http://localhost:9/demo.git');
    expect((await config()).stderr).toContain('The git remote paas leads to http://localhost:9/demo.git');
    expect((await config('--remote nope')).stderr).toContain('There is no git remote nope here.');
  });
});

describe('the credential helper', () => {
  const place = () => ({
    cwd: shell.dir,
    env: { ...process.env, HOME: shell.home, XDG_CONFIG_HOME: '', GIT_CONFIG_GLOBAL: join(shell.home, '.gitconfig') },
  });
  const fill = (url: string) => shell.run('git credential fill', { stdin: `url=${url}\n\n`, env: { PAAS_API_URL: undefined } });

  beforeEach(async () => {
    saveCredentials(credentialsPath({ HOME: shell.home }), withLogin({}, HERE, { token: 'top-secret', email: 'me@example.com' }));
    await useCredentialHelper(place(), HERE);
  });

  it('gives git the token for its own origin, and for no other', async () => {
    expect((await fill(`${HERE}/demo.git`)).stdout).toContain('username=paas\npassword=top-secret\n');
    expect(await fill('http://localhost:8124/demo.git')).toMatchObject({ code: 128, stdout: '' });
    expect((await fill('https://code.example/demo.git')).code).toBe(128);
  });

  it('keeps the token from helpers configured before, which would store it elsewhere', async () => {
    await forgetCredentialHelper(place(), HERE);
    await shell.run(`git config --global credential.helper 'store --file ${shell.home}/stored'`);
    await useCredentialHelper(place(), HERE);
    const filled = await fill(`${HERE}/demo.git`);
    await shell.run('git credential approve', { stdin: filled.stdout });
    expect(filled.stdout).toContain('password=top-secret');
    expect((await shell.run(`cat ${shell.home}/stored`)).stdout).toBe('');
  });

  it('waits for another git that writes the same file', async () => {
    await writeFile(join(shell.home, '.gitconfig.lock'), '');
    setTimeout(() => rmSync(join(shell.home, '.gitconfig.lock')), 200);
    await useCredentialHelper(place(), 'http://localhost:8125');
    expect((await shell.run('git config --global --get-all credential.http://localhost:8125.helper')).stdout).toContain(
      'git:credentials get',
    );
  });

  it('is written once, follows this checkout, and is gone after', async () => {
    const before = readFileSync(join(shell.home, '.gitconfig'), 'utf8');
    await useCredentialHelper(place(), HERE);
    expect(readFileSync(join(shell.home, '.gitconfig'), 'utf8')).toBe(before);
    await shell.run(`git config --global --replace-all credential.${HERE}.helper '!old paas'`);
    await useCredentialHelper(place(), HERE);
    expect((await fill(`${HERE}/demo.git`)).stdout).toContain('password=top-secret\n');
    await forgetCredentialHelper(place(), HERE);
    expect(readFileSync(join(shell.home, '.gitconfig'), 'utf8')).not.toContain(HERE);
  });
});

async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  await new Promise<void>((done) => server.close(() => done()));
  return port;
}
