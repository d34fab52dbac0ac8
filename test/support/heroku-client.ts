// Heroku's own client, unmodified, at the version that `paas heroku` fetches; kept below node_modules/.cache between runs.
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { clientEnv } from '../../src/cli/commands/heroku/client-env.js';
import { clientDir, installClient, isInstalled } from '../../src/cli/commands/heroku/install-client.js';
import type { Platform } from './platform.js';
import { openShell, type Shell } from './shell.js';

/** As XDG_CACHE_HOME it makes `paas heroku` find the same client. */
export const CACHE = resolve('node_modules/.cache');

const GUARD = resolve('dist/src/cli/commands/heroku/guard.js');

/** Fetches the client unless it is there. Returns its directory. */
export async function theClient(): Promise<string> {
  const dir = clientDir({ XDG_CACHE_HOME: CACHE });
  if (!isInstalled(dir)) await installClient(dir, process.env);
  return dir;
}

/** A shell in which `heroku` is nobody yet, before a platform without TLS; what opens a browser writes the URL to `$HOME/opened`. */
export async function openLoggedOutShell(apiUrl: string): Promise<Shell> {
  const gitConfig = join(await mkdtemp(join(tmpdir(), 'slipway-gitconfig-')), 'config');
  await writeFile(gitConfig, '');
  const place = {
    apiUrl,
    gitHost: new URL(apiUrl).host,
    token: '',
    caFile: undefined,
    hosts: [],
    clientDir: await theClient(),
    guardFile: GUARD,
    gitConfig,
  };
  const { HOME: _home, HEROKU_API_KEY: _token, ...env } = clientEnv({ PATH: process.env['PATH'] }, place);
  const shell = await openShell({ ...(env as Record<string, string>), HEROKU_NETRC_WRITE: 'true' });
  const browser = join(shell.home, 'browser');
  await writeFile(browser, `#!/bin/sh\necho "$1" > "$HOME/opening" && mv "$HOME/opening" "$HOME/opened"\n`, { mode: 0o755 });
  return { ...shell, run: (command, o = {}) => shell.run(command, { ...o, env: { BROWSER: browser, ...o.env } }) };
}

/** A shell in which `heroku` is a user of this platform, over TLS with its private CA. */
export async function openHerokuShell(platform: Platform, token: string): Promise<Shell> {
  const dir = await theClient();
  const gitHost = `localhost:${new URL(platform.apiUrl).port}`;
  const caFile = join(platform.home, 'ca.pem');
  const gitConfig = join(platform.home, 'heroku-gitconfig');
  await writeFile(gitConfig, '');
  const place = { apiUrl: `https://${gitHost}`, gitHost, token, caFile, hosts: [], clientDir: dir, guardFile: GUARD, gitConfig };
  const { HOME: _home, ...env } = clientEnv({ PATH: process.env['PATH'] }, place);
  return openShell({ ...(env as Record<string, string>), GIT_SSL_CAINFO: caFile });
}

interface Given {
  required?: boolean;
  options?: string[];
  type?: string;
}

export interface CommandOfClient {
  /** `apps:create` */
  id: string;
  args: Record<string, Given>;
  flags: Record<string, Given>;
}

/** All commands that the client has, as it says itself. */
export async function herokuCommands(): Promise<CommandOfClient[]> {
  const file = join(await theClient(), 'node_modules/heroku/oclif.manifest.json');
  const { commands } = JSON.parse(await readFile(file, 'utf8')) as { commands: Record<string, Omit<CommandOfClient, 'id'>> };
  return Object.entries(commands).map(([id, { args, flags }]) => ({ id, args, flags }));
}
