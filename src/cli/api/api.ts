// The Platform API: JSON in, JSON out, `{ id, message }` as an ApiError.
import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { ApiError, CliError } from './errors.js';
import { readText, send } from './http.js';
import { version } from '../git/project.js';

const SILENCE_MS = 60_000;

export interface Api {
  /** Its URL, without a slash at the end. */
  url: string;
  /** Reads a resource; of a list all pages, unless `range` asks for a part. */
  get<T>(path: string, o?: { range?: string }): Promise<T>;
  post<T>(path: string, body?: unknown): Promise<T>;
  put<T>(path: string, body: unknown): Promise<T>;
  patch<T>(path: string, body: unknown): Promise<T>;
  remove<T>(path: string, body?: unknown): Promise<T>;
  /** Sends bytes to a URL that the API gave. */
  upload(url: string, body: Readable): Promise<void>;
  /** Opens a stream whose URL the API gave; it carries its own secret, so the token is not sent. */
  stream(url: string, headers?: Record<string, string>): Promise<IncomingMessage>;
}

interface Access {
  url: string;
  token: string;
  /** Instead of the token's, or beside it. */
  headers?: Record<string, string> | undefined;
  ca?: string | undefined;
  onWarning(message: string): void;
}

/** A client of the API at `url`, acting with `token`. Connects on the first call. */
export function openApi(access: Access): Api {
  const change = async <T>(method: string, path: string, body?: unknown) => (await call(access, { method, path, body })).value as T;
  return {
    url: access.url,
    get: (path, o = {}) => readAll(access, path, o.range),
    post: (path, body) => change('POST', path, body),
    put: (path, body) => change('PUT', path, body),
    patch: (path, body) => change('PATCH', path, body),
    remove: (path, body) => change('DELETE', path, body),
    upload: (url, body) => upload(access, url, body),
    stream: (url, headers = {}) => openStream(access, url, headers),
  };
}

// The shapes of answers are the API's promise (version=3), not checked again here.
async function readAll<T>(access: Access, path: string, range: string | undefined): Promise<T> {
  const first = await call(access, { method: 'GET', path, range });
  if (range !== undefined || !Array.isArray(first.value)) return first.value as T;
  const all: unknown[] = first.value;
  let next = first.nextRange;
  while (next !== undefined) {
    const page = await call(access, { method: 'GET', path, range: next });
    all.push(...(page.value as unknown[]));
    next = page.nextRange;
  }
  return all as T;
}

interface Call {
  method: string;
  path: string;
  body?: unknown;
  range?: string | undefined;
}

async function call(access: Access, o: Call): Promise<{ value: unknown; nextRange: string | undefined }> {
  const body = o.body === undefined ? undefined : JSON.stringify(o.body);
  const url = access.url + o.path;
  const answer = await send({
    method: o.method,
    url,
    headers: headersFor(access, body, o.range),
    body,
    ca: access.ca,
    silenceMs: SILENCE_MS,
  });
  const text = await readText(answer);
  const value = parse(text);
  const status = answer.statusCode ?? 0;
  if (status < 200 || status > 299) throw refusal({ status, value, url, method: o.method });
  warnings(answer).forEach(access.onWarning);
  if (value === undefined && text.trim() !== '')
    throw new CliError(`${access.url} doesn't answer like a Slipway API.\nCheck PAAS_API_URL.`);
  const nextRange = answer.headers['next-range'];
  return { value, nextRange: Array.isArray(nextRange) ? nextRange[0] : nextRange };
}

function headersFor(access: Access, body: string | undefined, range: string | undefined): Record<string, string> {
  return {
    accept: 'application/vnd.heroku+json; version=3',
    authorization: `Bearer ${access.token}`,
    'user-agent': `paas/${version()}`,
    ...access.headers,
    ...(range === undefined ? {} : { range }),
    ...(body === undefined ? {} : { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(body)) }),
  };
}

async function upload(access: Access, url: string, body: Readable): Promise<void> {
  const answer = await send({ method: 'PUT', url, headers: {}, body, ca: access.ca, silenceMs: SILENCE_MS });
  const [status, text] = [answer.statusCode ?? 0, await readText(answer)];
  // The URL holds a secret: it is not shown.
  if (status < 200 || status > 299) throw refusal({ status, value: parse(text), url: new URL(url).origin, method: 'PUT' });
}

async function openStream(access: Access, url: string, headers: Record<string, string>): Promise<IncomingMessage> {
  const answer = await send({ method: 'GET', url, headers, ca: access.ca, silenceMs: 0 });
  const status = answer.statusCode ?? 0;
  if (status === 200) return answer;
  // The URL holds a secret: it is not shown.
  throw refusal({ status, value: parse(await readText(answer)), url: new URL(url).origin, method: 'GET' });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function refusal(o: { status: number; value: unknown; url: string; method: string }): ApiError {
  const { id, message } = (typeof o.value === 'object' && o.value !== null ? o.value : {}) as { id?: unknown; message?: unknown };
  if (typeof id !== 'string' || typeof message !== 'string') {
    return new ApiError({ id: null, message: `HTTP Error ${o.status} for ${o.method} ${o.url}`, status: o.status });
  }
  return new ApiError({ id, message, status: o.status });
}

function warnings(answer: IncomingMessage): string[] {
  const value = answer.headers['x-heroku-warning'] ?? answer.headers['warning-message'];
  return value === undefined ? [] : [value].flat();
}
