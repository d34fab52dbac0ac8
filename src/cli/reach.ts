// The way from a command to the API, and to the app it is about.
import { readFileSync } from 'node:fs';
import { openApi, type Api } from './api.js';
import type { AppOptions, Cli } from './command.js';
import { credentialsPath, readCredentials } from './credentials.js';
import { CliError } from './errors.js';
import { listRemotes } from './git.js';
import { chooseApp } from './remotes.js';
import { settle } from './settings.js';

/** The API of the environment or of the last login. Throws CliError (exit code 100) when nobody is logged in. */
export function reachApi(cli: Cli): Api {
  const { url, token, caFile } = settle(cli.env, readCredentials(credentialsPath(cli.env)));
  if (!token) throw new CliError(`Not logged in at ${url}\nLog in with: paas login${url.includes('localhost') ? ' --admin, on the machine of the platform,' : ''} or set PAAS_API_KEY.`, 100);
  return openApi({ url, token, ca: readCa(caFile), onWarning: (message) => cli.terminal.warn(message) });
}

export interface Reached {
  api: Api;
  /** The app's name. */
  app: string;
  /** `/apps/demo` */
  path: string;
}

/** The API, and the app named by the options, by PAAS_APP, or by the git remotes of this directory. */
export async function reachApp(cli: Cli, options: AppOptions): Promise<Reached> {
  const api = reachApi(cli);
  const app = await resolveApp(cli, options, api.url);
  return { api, app, path: `/apps/${encodeURIComponent(app)}` };
}

async function resolveApp(cli: Cli, options: AppOptions, apiUrl: string): Promise<string> {
  if (options.app) return options.app;
  if (!options.remote && cli.env['PAAS_APP']) return cli.env['PAAS_APP'];
  return chooseApp({ remotes: await listRemotes(cli), apiUrl, wanted: options.remote });
}

/** The CA file's text. Throws CliError naming the file. */
export function readCa(file: string | undefined): string | undefined {
  if (!file) return undefined;
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new CliError(`Can't read the CA file ${file}: ${(error as Error).message}`);
  }
}
