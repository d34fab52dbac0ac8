// The source of a container build, kept in a file: looked through once for what says how to build it, then read again as
// the context of each image.
import { createReadStream, createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import dockerignore from '@balena/dockerignore';
import tar from 'tar-stream';
import { PlatformError } from '../../model/errors.js';
import type { Source } from '../source.js';

export interface SourceFiles {
  /** Text of the files that were asked for, by path, as far as they are there. */
  read(paths: readonly string[]): Promise<Map<string, string>>;
  /** A tar of what is below `dir`, without what its .dockerignore names; `dockerfile` always comes along. */
  context(dir: string, dockerfile: string): Promise<Readable>;
  discard(): Promise<void>;
}

interface Kept {
  file: string;
  isZipped: boolean;
  /** `name/` when all lies in one folder that isn't the app's own. */
  top: string;
}

const MAX_TEXT_BYTES = 256 * 1024;

/** Keeps the source in `file`. With `stripTop` a single folder at the top of the archive is the app. Throws `invalid_params` when it is no tar. */
export async function keepSource(source: Source, o: { file: string; stripTop: boolean; signal: AbortSignal }): Promise<SourceFiles> {
  const kept: Kept = { file: o.file, isZipped: source.compression === 'gzip', top: '' };
  await pipeline(source.stream, createWriteStream(o.file, { mode: 0o600 }), { signal: o.signal });
  if (o.stripTop) kept.top = await singleTop(kept);
  const read = (paths: readonly string[]) => readTexts(kept, paths);
  return {
    read,
    async context(dir, dockerfile) {
      const prefix = dir === '.' ? '' : `${dir}/`;
      const name = `${prefix}.dockerignore`;
      const ignores = ignoring((await read([name])).get(name) ?? '', dockerfile);
      return Readable.from(pack(kept, prefix, ignores), { objectMode: false });
    },
    discard: () => rm(o.file, { force: true }),
  };
}

async function singleTop(kept: Kept): Promise<string> {
  const tops = new Set<string>();
  for await (const { path, isDirectory } of entries(kept)) {
    const [top = '', below] = path.split('/');
    tops.add(below === undefined && !isDirectory ? '' : `${top}/`);
  }
  return tops.size === 1 ? [...tops][0]! : '';
}

async function readTexts(kept: Kept, paths: readonly string[]): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for await (const { path, entry } of entries(kept)) {
    if (!paths.includes(path) || entry.header.type !== 'file') continue;
    if ((entry.header.size ?? 0) > MAX_TEXT_BYTES) throw new PlatformError('invalid_params', `${path} is larger than ${MAX_TEXT_BYTES / 1024} kB.`);
    const chunks: Buffer[] = [];
    for await (const chunk of entry as AsyncIterable<Buffer>) chunks.push(chunk);
    found.set(path, Buffer.concat(chunks).toString('utf8'));
  }
  return found;
}

async function* pack(kept: Kept, prefix: string, ignores: (path: string) => boolean): AsyncGenerator<Buffer> {
  const out = tar.pack();
  const filled = fill(out, kept, prefix, ignores);
  filled.catch((error: Error) => out.destroy(error));
  for await (const chunk of out) yield chunk as Buffer;
  await filled;
}

async function fill(out: tar.Pack, kept: Kept, prefix: string, ignores: (path: string) => boolean): Promise<void> {
  for await (const { path, entry } of entries(kept)) {
    const name = path.startsWith(prefix) ? path.slice(prefix.length) : '';
    if (name === '' || ignores(name)) continue;
    const { header } = entry;
    const linkname = header.type === 'link' && header.linkname ? withoutTop(header.linkname, kept.top).slice(prefix.length) : header.linkname;
    const target = out.entry({ ...header, name, linkname, uid: 0, gid: 0, uname: '', gname: '', pax: null });
    await pour(entry as AsyncIterable<Buffer>, target);
    target.end(null);
  }
  out.finalize();
}

interface FoundEntry {
  path: string;
  isDirectory: boolean;
  entry: tar.Extract extends AsyncIterable<infer Entry> ? Entry : never;
}

/** The entries in order. Whoever doesn't read one leaves it unread: it is skipped. Throws `invalid_params` when it is no tar. */
async function* entries({ file, isZipped, top }: Kept): AsyncGenerator<FoundEntry> {
  const extract = tar.extract();
  const raw = createReadStream(file);
  const plain = isZipped ? raw.pipe(createGunzip()) : raw;
  const reading = pour(plain, extract).then(() => extract.end(null), (error: Error) => extract.destroy(error));
  try {
    for await (const entry of extract) {
      const path = withoutTop(entry.header.name, top);
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

/** Writes all of a stream into one of tar's, at its pace; ends early when that one closes. */
async function pour(from: AsyncIterable<Uint8Array>, to: { write(chunk: Uint8Array): boolean; destroyed: boolean; on(event: 'drain' | 'close', hear: () => void): unknown }): Promise<void> {
  let wake: () => void = () => undefined;
  to.on('drain', () => wake());
  to.on('close', () => wake());
  for await (const chunk of from) {
    if (to.destroyed) return;
    if (!to.write(chunk)) await new Promise<void>((resolve) => (wake = resolve));
  }
}

function withoutTop(name: string, top: string): string {
  const plain = name.replace(/^(\.?\/)+/, '').replace(/\/+$/, '');
  return `${plain}/`.startsWith(top) ? plain.slice(top.length) : plain;
}

/** As Docker's own client does it: the Dockerfile and the list itself are sent whatever the list says. */
function ignoring(text: string, dockerfile: string): (path: string) => boolean {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '' && !line.startsWith('#'));
  if (lines.length === 0) return () => false;
  const list = dockerignore.default().add(lines);
  return (path) => path !== dockerfile && path !== '.dockerignore' && list.ignores(path);
}
