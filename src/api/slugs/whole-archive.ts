// A slug as it is downloaded: all its layers as one archive, `app/` and, beside it, the runtime's files that the stack doesn't
// have. Made when it is first asked for and kept while it is used: nearly nobody asks. The same layers give the same bytes.
import { pipeline, type Readable } from 'node:stream';
import { createGunzip, createGzip } from 'node:zlib';
import tar, { type Pack } from 'tar-stream';
import { within } from '../../lib/async/within.js';
import { PlatformError } from '../../model/errors.js';
import type { Slug } from '../../model/build/slug.js';
import { openBlob, putArchive } from '../../store/build/blobs.js';
import { saveArchive } from '../../store/build/slugs.js';
import { copyEntry } from './copy-entry.js';
import type { ApiDeps } from '../deps.js';

/** A download: its blob, and what that is. */
export interface SlugArchive {
  blob: string;
  digest: string;
  size: number;
}

/** What is known of it by now: nothing is made for whoever doesn't want to download. */
export interface KnownArchive {
  blob: string;
  digest: string | null;
  size: number | null;
}

type Parts = Pick<ApiDeps, 'store' | 'blobs'>;
type OpenLayer = () => Promise<Readable>;

const WAIT_MS = 15_000;
const underWay = new Map<string, Promise<SlugArchive>>();

/** The download of a complete slug. Throws `unavailable` when it takes long to make; it is there a little later. */
export async function wholeArchive(parts: Parts, slug: Slug): Promise<SlugArchive> {
  const known = knownArchive(slug);
  return (await stored(parts, known)) ?? within(WAIT_MS, underWay.get(slug.id) ?? makeOnce(parts, known.blob, slug), comeBack);
}

/** The same without making it. */
export function knownArchive(slug: Slug): KnownArchive {
  // One layer is the archive already. Of images there is none that could be unpacked: their uppermost layer is shown.
  if (slug.base.length === 0 || slug.container) return { blob: `slugs/${slug.digest}`, digest: slug.digest, size: slug.size };
  return { blob: `archives/${slug.id}`, digest: slug.archiveDigest, size: slug.archiveSize };
}

async function stored({ blobs }: Parts, { blob, digest, size }: KnownArchive): Promise<SlugArchive | null> {
  if (digest === null || size === null) return null;
  if (blob.startsWith('slugs/')) return { blob, digest, size };
  const found = await openBlob(blobs, blob);
  found?.stream.destroy();
  return found?.size === size ? { blob, digest, size } : null;
}

function makeOnce(parts: Parts, blob: string, slug: Slug): Promise<SlugArchive> {
  const making = make(parts, blob, slug).finally(() => underWay.delete(slug.id));
  underWay.set(slug.id, making);
  return making;
}

async function make({ store, blobs }: Parts, blob: string, slug: Slug): Promise<SlugArchive> {
  const layers = [slug, ...slug.base.toReversed()].map(
    ({ digest }) =>
      () =>
        openLayer(blobs, digest),
  );
  const archive = await putArchive(blobs, blob, mergeLayers(layers));
  await saveArchive(store, slug.id, archive);
  return { blob, ...archive };
}

async function openLayer(blobs: Parts['blobs'], digest: string): Promise<Readable> {
  const layer = await openBlob(blobs, `slugs/${digest}`);
  if (!layer) throw new PlatformError('not_found', 'A layer of this slug is no longer stored.');
  return layer.stream;
}

/** Gzip'd tars, uppermost first, as one: of what several have, the uppermost counts. Holds the names of its entries, not their content. */
export function mergeLayers(layers: readonly OpenLayer[]): Readable {
  const pack = tar.pack();
  const gzip = createGzip({ level: 1 });
  pipeline(pack as unknown as Readable, gzip, () => undefined);
  fill(pack, layers).then(
    () => pack.finalize(),
    (error: Error) => pack.destroy(error),
  );
  return gzip;
}

async function fill(pack: Pack, layers: readonly OpenLayer[]): Promise<void> {
  const isDirectory = new Map<string, boolean>();
  for (const open of layers) {
    const names: [string, boolean][] = [];
    const extract = tar.extract();
    pipeline(await open(), createGunzip(), extract as unknown as NodeJS.WritableStream, () => undefined);
    for await (const entry of extract) {
      const name = entry.header.name.replace(/\/$/, '');
      if (isHidden(name, isDirectory)) entry.resume();
      else {
        await copyEntry(entry as unknown as AsyncIterable<Buffer>, pack, { ...entry.header, pax: undefined });
        names.push([name, entry.header.type === 'directory']);
      }
    }
    for (const [name, is] of names) isDirectory.set(name, is);
  }
}

/** Whether a layer above has this name, or something that is no directory where this one's parents are. */
function isHidden(name: string, above: Map<string, boolean>): boolean {
  if (above.has(name)) return true;
  const parts = name.split('/');
  return parts.some((_part, depth) => above.get(parts.slice(0, depth).join('/')) === false);
}

function comeBack(): never {
  throw new PlatformError('unavailable', "The slug's archive is being put together. Ask again in a moment.");
}
