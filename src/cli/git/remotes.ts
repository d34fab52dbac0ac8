// Which app a git checkout belongs to, by its remotes.
import { parseUrl } from '../../lib/net/parse-url.js';
import { CliError } from '../api/errors.js';
import { place } from '../api/settings.js';

export interface Remote {
  name: string;
  url: string;
}

/** Parses `git config -z --get-regexp`: `remote.paas.url\nhttp://…\0`. */
export function parseRemotes(output: string): Remote[] {
  return output.split('\0').flatMap((entry) => {
    const match = /^remote\.(.+)\.url\n(.*)$/s.exec(entry);
    return match ? [{ name: match[1]!, url: match[2]! }] : [];
  });
}

/** The app that a remote's URL names, if it leads to this API: `http://localhost:8000/demo.git` → `demo`. */
export function appOfUrl(url: string, apiUrl: string): string | null {
  if (!/^https?:/.test(url) || !parseUrl(url) || place(url) !== place(apiUrl)) return null;
  return /^\/([a-z][a-z0-9-]*)\.git\/?$/.exec(new URL(url).pathname)?.[1] ?? null;
}

interface Choice {
  remotes: Remote[];
  apiUrl: string;
  /** The remote named by --remote. */
  wanted?: string | undefined;
}

/** The app of the remote asked for, or of the only app among the remotes. Throws CliError that tells what to do. */
export function chooseApp(o: Choice): string {
  const ours = o.remotes.flatMap((remote) => {
    const app = appOfUrl(remote.url, o.apiUrl);
    return app ? [{ ...remote, app }] : [];
  });
  if (o.wanted !== undefined) return appOfRemote(o.wanted, ours, o);
  const apps = new Set(ours.map((remote) => remote.app));
  if (apps.size === 1) return ours[0]!.app;
  if (apps.size === 0) throw new CliError(noApp(o));
  const list = ours.map((remote) => `  ${remote.app} (${remote.name})`).join('\n');
  throw new CliError(`Multiple apps in git remotes.\nSay which one with --app NAME or --remote NAME:\n${list}`);
}

function appOfRemote(wanted: string, ours: (Remote & { app: string })[], o: Choice): string {
  const found = ours.find((remote) => remote.name === wanted);
  if (found) return found.app;
  const other = o.remotes.find((remote) => remote.name === wanted);
  if (!other) throw new CliError(`There is no git remote ${wanted} here.\nAdd it with: paas git:remote --app NAME --remote ${wanted}`);
  throw new CliError(`The git remote ${wanted} leads to ${withoutSecret(other.url)}, which is no app at ${o.apiUrl}.`);
}

function noApp(o: Choice): string {
  const stray = o.remotes.find((remote) => remote.name === 'paas');
  const hint = stray
    ? `\nThe git remote paas leads to ${withoutSecret(stray.url)}, which is no app at ${o.apiUrl}: is PAAS_API_URL right?`
    : '';
  return `No app given.\nName one with --app NAME, or add the git remote of one: paas git:remote --app NAME${hint}`;
}

function withoutSecret(url: string): string {
  return url.replace(/\/\/[^@/]*@/, '//');
}
