// The source of a container build, kept in a file: looked through once for what says how to build it, then read again as
// the context of each image.
import { createReadStream, createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { posix } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import dockerignore from '@balena/dockerignore';
import tar from 'tar-stream';
import { pour } from '../../lib/async/pour.js';
import { entryCheck, plainPath, shownName } from '../../model/build/archive-entry.js';
import { noSourceDirText } from '../../model/build/source-dir.js';
import { PlatformError } from '../../model/errors.js';
import type { Source } from '../input/source.js';

export interface SourceFiles {
  /** Text of the files that were asked for, by path, as far as they are there. */
  read(paths: readonly string[]): Promise<Map<string, string>>;
  /**
   * A tar of what is below `dir`, without what its .dockerignore names, and with `dockerfile` as DOCKERFILE_NAME. As Docker's own
   * client does it, a .dockerignore names that one too, so that no image gets it.
   */
  context(dir: string, dockerfile: string): Promise<Readable>;
  discard(): Promise<void>;
}

interface Kept {
  file: string;
  isZipped: boolean;
  /** `name/` when all lies in one folder that isn't the app's own. */
  top: string;
  /** `services/api/` when that is the app; what lies elsewhere isn't there. */
  dir: string;
}

/** What the engine reads as the Dockerfile. No file of an app may be called so. */
export const DOCKERFILE_NAME = '.slipway.dockerfile';

const IGNORE_NAME = '.dockerignore';
const MAX_TEXT_BYTES = 256 * 1024;
const MAX_ENTRIES = 200_000;

/**
 * Keeps the source in `file`. With `stripTop` a single folder at the top of the archive is the app. Throws `invalid_params` when it
 * is no tar, is larger than `maxBytes` when unpacked, or holds what another program could unpack in another way.
 */
export async function keepSource(
  source: Source,
  o: { file: string; stripTop: boolean; dir: string | null; maxBytes: number; signal: AbortSignal },
): Promise<SourceFiles> {
  const kept: Kept = { file: o.file, isZipped: source.compression === 'gzip', top: '', dir: '' };
  await pipeline(source.stream, createWriteStream(o.file, { mode: 0o600 }), { signal: o.signal });
  const top = await checkEntries(kept, o.maxBytes);
  if (o.stripTop) kept.top = top;
  if (o.dir !== null) await enterDir(kept, o.dir);
  const read = (paths: readonly string[]) => readTexts(kept, paths);
  return {
    read,
    async context(dir, dockerfile) {
      const prefix = dir === '.' ? '' : `${dir}/`;
      const name = `${prefix}${IGNORE_NAME}`;
      const ignored = (await read([name])).get(name);
      const ours = { [DOCKERFILE_NAME]: dockerfile, [IGNORE_NAME]: `${ignored ?? IGNORE_NAME}\n${DOCKERFILE_NAME}\n` };
      return Readable.from(pack(kept, { prefix, ignores: ignoring(ignored ?? ''), ours }), { objectMode: false });
    },
    discard: () => rm(o.file, { force: true }),
  };
}

/** Makes a directory all there is. Nothing lies behind a link, as was checked, so a link has nothing below it. */
async function enterDir(kept: Kept, dir: string): Promise<void> {
  let isThere = false;
  const prefix = `${dir}/`;
  for await (const { path, isDirectory, entry } of entries(kept)) {
    if (!`${path}/`.startsWith(prefix) || (path === dir && !isDirectory)) continue;
    isThere = true;
    const { type, linkname, name } = entry.header;
    if (type === 'link' && !withoutTop(linkname ?? '', kept.top).startsWith(prefix))
      throw new PlatformError('invalid_params', `The source can't be used: ${JSON.stringify(name)} is a link out of ${dir}.`);
  }
  if (!isThere) throw new PlatformError('invalid_params', noSourceDirText(dir));
  kept.dir = prefix;
}

/** Looks at all there is, once. Returns `name/` where everything lies in one folder. */
async function checkEntries(kept: Kept, maxBytes: number): Promise<string> {
  const tops = new Set<string>();
  const check = entryCheck({ mayReplace: false });
  let [count, bytes] = [0, 0];
  for await (const { path, isDirectory, entry } of entries(kept)) {
    const { header } = entry;
    const wrong = check(header) ?? (posix.basename(path) === DOCKERFILE_NAME ? 'has a name that the platform uses itself' : null);
    if (wrong) throw new PlatformError('invalid_params', `The source can't be used: ${shownName(header.name)} ${wrong}.`);
    count += 1;
    bytes += header.size ?? 0;
    if (count > MAX_ENTRIES)
      throw new PlatformError('invalid_params', `The source has more than ${MAX_ENTRIES.toLocaleString('en')} files.`);
    if (bytes > maxBytes)
      throw new PlatformError('invalid_params', `The source is larger than ${Math.round(maxBytes / 1024 / 1024)} MB when it is unpacked.`);
    const [top = '', below] = path.split('/');
    tops.add(below === undefined && !isDirectory ? '' : `${top}/`);
  }
  return tops.size === 1 ? [...tops][0]! : '';
}

async function readTexts(kept: Kept, paths: readonly string[]): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for await (const { path, entry } of entries(kept)) {
    if (!paths.includes(path) || entry.header.type !== 'file') continue;
    if ((entry.header.size ?? 0) > MAX_TEXT_BYTES)
      throw new PlatformError('invalid_params', `${path} is larger than ${MAX_TEXT_BYTES / 1024} kB.`);
    const chunks: Buffer[] = [];
    for await (const chunk of entry as AsyncIterable<Buffer>) chunks.push(chunk);
    found.set(path, Buffer.concat(chunks).toString('utf8'));
  }
  return found;
}

interface ContextWish {
  prefix: string;
  ignores(path: string): boolean;
  /** Files of the platform's own, in place of any of the app's. */
  ours: Record<string, string>;
}

async function* pack(kept: Kept, wish: ContextWish): AsyncGenerator<Buffer> {
  const out = tar.pack();
  const filled = fill(out, kept, wish);
  filled.catch((error: Error) => out.destroy(error));
  for await (const chunk of out) yield chunk as Buffer;
  await filled;
}

/** Each header is written anew: the engine finds nothing in it that we did not read. */
async function fill(out: tar.Pack, kept: Kept, { prefix, ignores, ours }: ContextWish): Promise<void> {
  for await (const { path, entry } of entries(kept)) {
    const name = path.startsWith(prefix) ? path.slice(prefix.length) : '';
    if (name === '' || Object.hasOwn(ours, name) || ignores(name)) continue;
    const { type, mode, mtime, size, linkname } = entry.header;
    const target = type === 'link' && linkname ? withoutTop(linkname, kept.top).slice(kept.dir.length + prefix.length) : linkname;
    const to = out.entry({ name, type, mode, mtime, size, ...(target && { linkname: target }), uid: 0, gid: 0 });
    // It breaks the pack as well, which is heard there.
    to.on('error', () => undefined);
    await pour(entry as AsyncIterable<Buffer>, to);
    to.end(null);
  }
  for (const [name, text] of Object.entries(ours)) out.entry({ name, mode: 0o644, mtime: new Date(0) }, text);
  out.finalize();
}

interface FoundEntry {
  path: string;
  isDirectory: boolean;
  entry: tar.Extract extends AsyncIterable<infer Entry> ? Entry : never;
}

/** The entries in order. Whoever doesn't read one leaves it unread: it is skipped. Throws `invalid_params` when it is no tar. */
async function* entries({ file, isZipped, top, dir }: Kept): AsyncGenerator<FoundEntry> {
  const extract = tar.extract();
  const raw = createReadStream(file);
  const plain = isZipped ? raw.pipe(createGunzip()) : raw;
  const reading = pour(plain, extract).then(
    () => extract.end(null),
    (error: Error) => extract.destroy(error),
  );
  try {
    for await (const entry of extract) {
      const whole = withoutTop(entry.header.name, top);
      const path = whole.startsWith(dir) ? whole.slice(dir.length) : '';
      if (path !== '') yield { path, isDirectory: entry.header.type === 'directory', entry };
      entry.resume();
    }
  } catch (cause) {
    throw new PlatformError('invalid_params', `The source can't be unpacked: ${(cause as Error).message}.`, { cause });
  } finally {
    extract.destroy();
    raw.destroy();
    plain.destroy();
    await reading;
  }
}

function withoutTop(name: string, top: string): string {
  const plain = plainPath(name) ?? name;
  return `${plain}/`.startsWith(top) ? plain.slice(top.length) : plain;
}

function ignoring(text: string): (path: string) => boolean {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '' && !line.startsWith('#'));
  if (lines.length === 0) return () => false;
  const list = dockerignore.default().add(lines);
  return (path) => list.ignores(path);
}
