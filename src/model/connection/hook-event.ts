// What a host tells by a webhook, as far as it matters here: of which repository, and which of its refs have moved.
import { parseUrl } from '../../lib/net/parse-url.js';
import { isRecord } from '../../lib/look-up.js';
import { PlatformError } from '../errors.js';

export interface HookEvent {
  /** As the host calls it: `push`, `ping`. */
  name: string;
  /** The repository's URLs, of any kind. Empty where it tells of none. */
  urls: string[];
  /** Whole names of refs that were pushed: `refs/heads/main`. */
  moved: { ref: string; isGone: boolean }[];
}

type Header = (name: string) => string;
type Json = Record<string, unknown>;

/** Where hosts say what it is. Gitea and Forgejo also send GitHub's. */
const NAMES = ['x-github-event', 'x-gitlab-event', 'x-gitea-event', 'x-forgejo-event', 'x-event-key'];
const ZEROS = /^0{40,64}$/;
const MOST_CHANGES = 1_000;

/** Reads an event whose sender is known. Throws `invalid_params` for what no host sends. */
export function parseHook(header: Header, body: Buffer): HookEvent {
  const name = NAMES.map(header).find((each) => each !== '');
  if (name === undefined) throw refusal('no header says what it tells of, such as X-GitHub-Event');
  const event = parseJson(header('content-type'), body.toString('utf8'));
  const repository = recordOf(event['repository'] ?? event['project']);
  const isPush = ['push', 'Push Hook', 'Tag Push Hook', 'repo:push'].includes(name);
  return { name, urls: urlsOf(repository, recordOf(event['project'])), moved: isPush ? movedBy(event) : [] };
}

/** Whether it tells of the repository at this URL: by host and path, since a host may be reached in several ways. */
export function isOfRepository({ urls }: Pick<HookEvent, 'urls'>, url: string): boolean {
  const wanted = placeOf(url);
  return wanted !== null && urls.some((each) => placeOf(each) === wanted);
}

function parseJson(type: string, text: string): Json {
  const json = type.startsWith('application/x-www-form-urlencoded') ? (new URLSearchParams(text).get('payload') ?? '') : text;
  try {
    const read: unknown = JSON.parse(json);
    if (isRecord(read)) return read;
  } catch {
    // Told below.
  }
  throw refusal('its body is no JSON object');
}

function movedBy(event: Json): HookEvent['moved'] {
  const changes = recordOf(event['push'])['changes'];
  if (Array.isArray(changes)) return changes.slice(0, MOST_CHANGES).map(changeOf);
  const { ref, after } = event;
  if (typeof ref !== 'string' || typeof after !== 'string') throw refusal('a push names its ref and the commit after it');
  return [{ ref, isGone: ZEROS.test(after) || event['deleted'] === true }];
}

/** Bitbucket's: what is new is null where the ref is gone. */
function changeOf(change: unknown): HookEvent['moved'][number] {
  const [before, after] = [recordOf(recordOf(change)['old']), recordOf(change)['new']];
  const { type, name } = isRecord(after) ? after : before;
  if (typeof name !== 'string') throw refusal('a push names what has changed');
  return { ref: `refs/${type === 'branch' ? 'heads' : 'tags'}/${name}`, isGone: !isRecord(after) };
}

function urlsOf(...from: Json[]): string[] {
  const names = ['clone_url', 'ssh_url', 'html_url', 'git_http_url', 'git_ssh_url', 'web_url', 'homepage'];
  const links = from.map((each) => recordOf(recordOf(each['links'])['html'])['href']);
  const given = [...from.flatMap((each) => names.map((name) => each[name])), ...links];
  return [...new Set(given.filter((each): each is string => typeof each === 'string' && each.length < 2_000))];
}

/** `git@host:me/app.git` and `https://host:3000/me/app` are one place. */
function placeOf(text: string): string | null {
  const [, scpHost, scpPath] = /^(?:[\w.-]+@)?([\w.-]+):(?!\/\/)(.+)$/.exec(text) ?? [];
  const url = scpHost ? null : parseUrl(text);
  const [host, path] = scpHost ? [scpHost, scpPath!] : [url?.hostname, url?.pathname];
  if (!host || !path) return null;
  return `${host}/${path
    .replace(/^\/+/, '')
    .replace(/\/+$/, '')
    .replace(/\.git$/, '')}`.toLowerCase();
}

function recordOf(value: unknown): Json {
  return isRecord(value) ? value : {};
}

function refusal(why: string): PlatformError {
  return new PlatformError('invalid_params', `This is no webhook that can be read: ${why}.`);
}
