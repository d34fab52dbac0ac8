// A slug's archive as people make it (`tar czf slug.tgz ./app`) → as our dynos take it: only files under `app/`,
// `app/` itself first, all owned by the dyno's user, nothing that could reach outside.
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { Transform, pipeline, type Readable, type Writable } from 'node:stream';
import { createGunzip, createGzip } from 'node:zlib';
import tar, { type Header, type Pack } from 'tar-stream';
import { PlatformError } from '../model/errors.js';

/** The user of every dyno, by id. */
const DYNO_ID = 20_000;
const OWNER = { uid: DYNO_ID, gid: DYNO_ID, uname: 'dyno', gname: 'dyno' };
const KINDS = new Set(['file', 'contiguous-file', 'directory', 'symlink', 'link']);
const ROOT: Wanted = { name: 'app/', type: 'directory', mode: 0o755, mtime: new Date(0), ...OWNER };

type Wanted = Pick<Header, 'name'> & Partial<Header>;

export interface RewrittenSlug {
  archive: Readable;
  /** sha256 of the uncompressed tar; to be asked when the archive has been read to its end. */
  diffId: () => string;
}

/** Rewrites an archive while it is read. The stream fails with `invalid_params` when it isn't one, or holds what may not be. */
export function rewriteSlug(source: Readable): RewrittenSlug {
  const pack = tar.pack();
  const digest = createHash('sha256');
  const listen = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      digest.update(chunk);
      done(null, chunk);
    },
  });
  const gzip = createGzip({ level: 1 });
  fill(pack, source).then(() => pack.finalize(), (error: Error) => pack.destroy(asRefusal(error)));
  pipeline(pack as unknown as Readable, listen, gzip, () => undefined);
  return { archive: gzip, diffId: () => digest.digest('hex') };
}

async function fill(pack: Pack, source: Readable): Promise<void> {
  const extract = tar.extract();
  pipeline(source, createGunzip(), extract as unknown as NodeJS.WritableStream, () => undefined);
  const links = new Set<string>();
  pack.entry(ROOT);
  for await (const entry of extract) {
    const header = rewriteEntry(entry.header, links);
    if (header === null) entry.resume();
    else await copy(entry as unknown as AsyncIterable<Buffer>, pack, header);
  }
}

/** The entry as it goes into the slug; null for one that is left out. Throws `invalid_params`. */
export function rewriteEntry(header: Wanted, links: Set<string>): Wanted | null {
  const name = plainName(header.name);
  const type = header.type ?? 'file';
  if (name === 'app' || !name.startsWith('app/')) return null;
  const refuse = (why: string) => new PlatformError('invalid_params', `The slug can't be used: ${JSON.stringify(header.name)} ${why}.`);
  if (!KINDS.has(type)) throw refuse(`is a ${type}`);
  if (name.split('/').includes('..')) throw refuse('leads out of app/');
  if (name.split('/').some((_part, depth, parts) => depth > 0 && links.has(parts.slice(0, depth).join('/')))) throw refuse('lies behind a symbolic link');
  const target = type === 'link' ? plainName(header.linkname ?? '') : header.linkname;
  if (type === 'link' && (!target?.startsWith('app/') || target.split('/').includes('..'))) throw refuse('is a link out of app/');
  if (type === 'symlink') links.add(name);
  else links.delete(name);
  const mode = (header.mode ?? 0o644) & 0o777;
  return { name: type === 'directory' ? `${name}/` : name, type, mode, mtime: header.mtime ?? new Date(0), ...(header.size !== undefined && { size: header.size }), ...(target && { linkname: target }), ...OWNER };
}

function plainName(name: string): string {
  return name.split('/').filter((part) => part !== '' && part !== '.').join('/');
}

/** Not by pipe: what breaks the one stream would break the other with it, before the reason can be told. */
async function copy(from: AsyncIterable<Buffer>, pack: Pack, header: Wanted): Promise<void> {
  let to: Writable | undefined;
  const written = new Promise<void>((resolve, reject) => {
    to = pack.entry(header, (error) => (error ? reject(error) : resolve())) as unknown as Writable;
    to.on('error', reject);
  });
  written.catch(() => undefined);
  for await (const chunk of from) if (to?.write(chunk) === false) await Promise.race([once(to, 'drain'), written]);
  to?.end();
  await written;
}

function asRefusal(error: Error): Error {
  if (error instanceof PlatformError) return error;
  return new PlatformError('invalid_params', `The slug can't be used: its archive must be a gzip'd tar of ./app (${error.message}).`, { cause: error });
}
