// Takes in a gzip'd tar as it arrives: checks each entry, digests it compressed and not, keeps it in a file.
import { createHash } from 'node:crypto';
import { open, rm } from 'node:fs/promises';
import { createGunzip } from 'node:zlib';
import tar from 'tar-stream';
import type { SlugLayer } from '../../model/build/slug.js';
import { isReadOnlyDirectory, layerCheck } from './layer-check.js';
import { openPlainTar, type TarLimits } from './plain-tar.js';
import type { BlobSink } from './result-reader.js';

export interface ReceivedLayer extends SlugLayer {
  file: string;
}

export interface LayerSink extends BlobSink {
  /** The layer, once `end` has been called. */
  layer(): ReceivedLayer;
  /** Removes the file. */
  discard(): Promise<void>;
}

interface Expected {
  /** The file the layer is kept in. */
  file: string;
  /** Entries must lie under it: `app/`. */
  root: string;
  /** Entries must belong to this user. */
  uid: number;
  limits: TarLimits;
  /** For a layer of the platform's own that was digested when it was made: it is not looked into again. */
  diffId?: () => string | undefined;
}

/**
 * Opens a sink. `write` and `end` throw TarError for an archive that is too large or in another form than builds write, `end`
 * also when an entry may not be in such a layer.
 */
export async function openLayerSink(o: Expected): Promise<LayerSink> {
  const handle = await open(o.file, 'w', 0o600);
  const digest = createHash('sha256');
  let look: ReturnType<typeof openLook> | null = null;
  let size = 0;
  let made: ReceivedLayer | null = null;

  return {
    async write(bytes) {
      size += bytes.length;
      digest.update(bytes);
      if (!o.diffId?.()) look ??= openLook(o);
      await Promise.all([handle.write(bytes), look?.write(bytes)]);
    },
    async end() {
      look ??= o.diffId?.() ? null : openLook(o);
      const found = look ? await look.end() : { diffId: o.diffId!()! };
      await handle.close();
      made = { file: o.file, size, digest: digest.digest('hex'), ...found };
    },
    layer() {
      if (!made) throw new Error('the layer has not arrived');
      return made;
    },
    async discard() {
      look?.close();
      await handle.close().catch(() => undefined);
      await rm(o.file, { force: true });
    },
  };
}

type Found = Pick<SlugLayer, 'diffId' | 'isWritable'>;

/** Looks into the archive on its way: digests the tar, checks each entry. */
function openLook(o: Expected) {
  const hash = createHash('sha256');
  const gunzip = createGunzip();
  const extract = tar.extract();
  const plain = openPlainTar(o.limits);
  const check = layerCheck(o.root, o.uid);
  let wrong: string | null = null;
  let isWritable = true;

  extract.on('entry', (header, stream, next) => {
    wrong ??= check(header);
    if (isReadOnlyDirectory(header)) isWritable = false;
    stream.on('end', next).resume();
  });
  let broken: Error | null = null;
  gunzip.on('data', (bytes: Buffer) => {
    hash.update(bytes);
    // What is not in the plain form could be read otherwise by those after us: it is looked at no further.
    broken ??= failureOf(() => plain.write(bytes));
    if (broken || extract.write(bytes)) return;
    gunzip.pause();
    extract.once('drain', () => gunzip.resume());
  });
  const read = new Promise<void>((resolve, reject) => {
    extract.on('finish', resolve);
    extract.on('error', reject);
    gunzip.on('end', () => {
      broken ??= failureOf(() => plain.end());
      if (broken) reject(broken);
      else extract.end(null);
    });
    gunzip.on('error', reject);
  });
  read.catch(() => undefined);

  return {
    async write(bytes: Buffer): Promise<void> {
      if (broken) throw broken;
      await new Promise<void>((resolve) => gunzip.write(bytes, () => resolve()));
    },
    async end(): Promise<Found> {
      gunzip.end();
      await read;
      if (wrong) throw new Error(`the layer was refused: ${wrong}`);
      return { diffId: hash.digest('hex'), ...(o.uid !== 0 && { isWritable }) };
    },
    close() {
      gunzip.destroy();
      extract.destroy();
    },
  };
}

function failureOf(act: () => void): Error | null {
  try {
    act();
    return null;
  } catch (error) {
    return error as Error;
  }
}
