// The way from a command to the API, and to the app it is about.
import { readFileSync } from 'node:fs';
import { openApi, type Api } from './api.js';
import type { AppOptions, Cli } from '../command.js';
import { credentialsPath, readCredentials } from './credentials.js';
import { oneLine } from '../terminal/clean.js';
import { ApiError, CliError } from './errors.js';
import { listRemotes } from '../git/git.js';
import { chooseApp } from '../git/remotes.js';
import { settle, type Settings } from './settings.js';
import { suggest } from '../suggest.js';

/** The API of the environment or of the last login. Throws CliError (exit code 100) when nobody is logged in. */
export function reachApi(cli: Cli): Api {
  const settings = settle(cli.env, readCredentials(credentialsPath(cli.env)));
  const { url, token, caFile } = settings;
  if (!token) throw new CliError(howToLogIn(settings), 100);
  return openApi({ url, token, ca: readCa(caFile), onWarning: (message) => cli.terminal.warn(message) });
}

/** Where nobody has said which platform is meant, it may be on this machine or on any other. */
function howToLogIn({ url, isGuess }: Settings): string {
  if (!isGuess) return `Not logged in at ${url}\nLog in with: paas login ${url}, or set PAAS_API_KEY.`;
  return [
    'Not logged in.',
    'On the machine of the platform: paas login --admin, with SLIPWAY_HOME set as for npm start',
    "From elsewhere: paas login https://HOST:8000 --ca FILE, with a token of yours and the platform's ca.pem",
    'In a script: PAAS_API_URL and PAAS_API_KEY',
  ].join('\n');
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
  return { api: naming(app, api), app, path: `/apps/${encodeURIComponent(app)}` };
}

/** The API, whose refusal of an app that isn't there names it, and the one that was probably meant. */
function naming(app: string, api: Api): Api {
  const named = <T>(work: Promise<T>) => work.catch((error: unknown) => nameApp(error, app, api));
  return {
    ...api,
    get: (path, o) => named(api.get(path, o)),
    post: (path, body) => named(api.post(path, body)),
    put: (path, body) => named(api.put(path, body)),
    patch: (path, body) => named(api.patch(path, body)),
    remove: (path, body) => named(api.remove(path, body)),
  };
}

async function nameApp(error: unknown, app: string, api: Api): Promise<never> {
  if (!(error instanceof ApiError) || error.text !== "Couldn't find that app.") throw error;
  const names = (await api.get<{ name: string }[]>('/apps').catch(() => [])).map(({ name }) => name);
  const near = suggest(app, names) ?? names.find((name) => app.length > 2 && name.startsWith(app));
  const choice = names.length > 0 ? 'See yours with: paas apps' : 'You have none yet. Create one with: paas create';
  const hint = near ? `Did you mean ${near}?` : choice;
  throw new ApiError({ id: error.id, status: error.status, message: `Couldn't find the app ${oneLine(app)}.\n${hint}` });
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
