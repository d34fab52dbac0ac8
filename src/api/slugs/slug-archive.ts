// A slug's archive as people make it (`tar czf slug.tgz ./app`) → as our dynos take it: files under `app/`, `app/` itself
// first, all owned by the dyno's user, nothing that could reach outside. One that was downloaded from here also has the
// runtime it needs: that becomes a layer below, owned by root.
import { createHash } from 'node:crypto';
import { Transform, pipeline, type Readable } from 'node:stream';
import { createGunzip, createGzip } from 'node:zlib';
import { DYNO_UID } from '../../model/dyno.js';
import tar, { type Header, type Pack } from 'tar-stream';
import { hasStrayContent } from '../../model/build/archive-entry.js';
import { PlatformError } from '../../model/errors.js';
import { copyEntry } from './copy-entry.js';

const DYNO = { uid: DYNO_UID, gid: DYNO_UID, uname: 'dyno', gname: 'dyno' };
const ROOT = { uid: 0, gid: 0, uname: 'root', gname: 'root' };
const MOST_ENTRIES = 200_000;
const KINDS = new Set(['file', 'contiguous-file', 'directory', 'symlink', 'link']);
const TOP: Wanted = { name: 'app/', type: 'directory', mode: 0o755, mtime: new Date(0), ...DYNO };
/** Where our runtimes have their files. What lies elsewhere outside /app is left out, as on Heroku. */
const SYSTEM = /^(?:opt|usr|etc\/(?:alternatives|java[^/]*|php|ssl))(\/|$)/;

type Wanted = Pick<Header, 'name'> & Partial<Header>;

export interface RewrittenLayer {
  archive: Readable;
  /** sha256 of the uncompressed tar; to be asked when the archive has been read to its end. */
  diffId: () => string;
}

export interface RewrittenSlug {
  app: RewrittenLayer;
  /** Files outside /app; null when there are none. Both layers are to be read at the same time. */
  system: Promise<RewrittenLayer | null>;
}

/**
 * Rewrites an archive while it is read. The streams fail with `invalid_params` when it isn't one, or holds what may not be, or
 * more than `maxBytes` when it is unpacked.
 */
export function rewriteSlug(source: Readable, maxBytes: number): RewrittenSlug {
  const app = openLayer();
  let system: Layer | null = null;
  let isThere: (layer: RewrittenLayer | null) => void = () => undefined;
  const found = new Promise<RewrittenLayer | null>((resolve) => (isThere = resolve));
  const openSystem = () => {
    system ??= openLayer();
    isThere(system.layer);
    return system.pack;
  };
  const each = (act: (pack: Pack) => void) => [app, system].forEach((layer) => layer && act(layer.pack));
  fill({ app: app.pack, system: openSystem }, source, maxBytes)
    .then(
      () => each((pack) => pack.finalize()),
      (error: Error) => each((pack) => pack.destroy(asRefusal(error))),
    )
    .finally(() => isThere(null));
  return { app: app.layer, system: found };
}

interface Layer {
  pack: Pack;
  layer: RewrittenLayer;
}

function openLayer(): Layer {
  const pack = tar.pack();
  const digest = createHash('sha256');
  const listen = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      digest.update(chunk);
      done(null, chunk);
    },
  });
  const gzip = createGzip({ level: 1 });
  pipeline(pack as unknown as Readable, listen, gzip, () => undefined);
  gzip.on('error', () => undefined);
  return { pack, layer: { archive: gzip, diffId: () => digest.digest('hex') } };
}

async function fill(into: { app: Pack; system: () => Pack }, source: Readable, maxBytes: number): Promise<void> {
  const extract = tar.extract();
  pipeline(source, createGunzip(), extract as unknown as NodeJS.WritableStream, () => undefined);
  const links = new Set<string>();
  into.app.entry(TOP);
  let [entries, bytes] = [0, 0];
  for await (const entry of extract) {
    entries += 1;
    bytes += entry.header.size ?? 0;
    if (entries > MOST_ENTRIES) throw unusable(`it has more than ${MOST_ENTRIES.toLocaleString('en')} files`);
    if (bytes > maxBytes) throw unusable(`unpacked it has more than ${Math.floor(maxBytes / 1024 / 1024)} MB`);
    if (hasStrayContent(entry.header)) throw unusable(`${JSON.stringify(entry.header.name)} is a ${entry.header.type} with content`);
    const header = rewriteEntry(entry.header, links);
    if (header === null) entry.resume();
    else await copyEntry(entry as unknown as AsyncIterable<Buffer>, header.name.startsWith('app/') ? into.app : into.system(), header);
  }
}

/** The entry as it goes into the slug; null for one that is left out. Throws `invalid_params`. */
export function rewriteEntry(header: Wanted, links: Set<string>): Wanted | null {
  const name = plainName(header.name);
  const type = header.type ?? 'file';
  const root = rootOf(name);
  if (root === null) return null;
  const refuse = (why: string) => new PlatformError('invalid_params', `The slug can't be used: ${JSON.stringify(header.name)} ${why}.`);
  if (!KINDS.has(type) || (SYSTEM.exec(name)?.[1] === '' && type !== 'directory')) throw refuse(`is a ${type}`);
  if (name.split('/').includes('..')) throw refuse(`leads out of ${root}`);
  if (name.split('/').some((_part, depth, parts) => depth > 0 && links.has(parts.slice(0, depth).join('/'))))
    throw refuse('lies behind a symbolic link');
  const target = type === 'link' ? plainName(header.linkname ?? '') : header.linkname;
  if (type === 'link' && (rootOf(target ?? '') !== root || target?.split('/').includes('..'))) throw refuse(`is a link out of ${root}`);
  if (type === 'symlink') links.add(name);
  else links.delete(name);
  const mode = (header.mode ?? 0o644) & 0o777;
  return {
    name: type === 'directory' ? `${name}/` : name,
    type,
    mode,
    mtime: header.mtime ?? new Date(0),
    ...(header.size !== undefined && { size: header.size }),
    ...(target && { linkname: target }),
    ...(root === 'app/' ? DYNO : ROOT),
  };
}

/** `app/`, or `/` for a runtime's file; null for what is no part of a slug. */
function rootOf(name: string): 'app/' | '/' | null {
  if (name.startsWith('app/')) return 'app/';
  return SYSTEM.test(name) ? '/' : null;
}

function plainName(name: string): string {
  return name
    .split('/')
    .filter((part) => part !== '' && part !== '.')
    .join('/');
}

function unusable(why: string): PlatformError {
  return new PlatformError('invalid_params', `The slug can't be used: ${why}.`);
}

function asRefusal(error: Error): Error {
  if (error instanceof PlatformError) return error;
  return new PlatformError('invalid_params', `The slug can't be used: its archive must be a gzip'd tar of ./app (${error.message}).`, {
    cause: error,
  });
}
