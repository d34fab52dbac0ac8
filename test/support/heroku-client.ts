// Heroku's own client, unmodified, at the version that `paas heroku` fetches; kept below node_modules/.cache between runs.
import { writeFile } from 'node:fs/promises';
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
