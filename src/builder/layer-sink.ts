// Takes in a gzip'd tar as it arrives: checks each entry, digests it compressed and not, keeps it in a file.
import { createHash } from 'node:crypto';
import { open, rm } from 'node:fs/promises';
import { createGunzip } from 'node:zlib';
import tar from 'tar-stream';
import type { SlugLayer } from '../model/slug.js';
import { layerCheck } from './layer-check.js';
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

/** Opens `file` for a layer whose entries lie under `root` and belong to `uid`. `end` throws when one doesn't. */
export async function openLayerSink(o: { file: string; root: string; uid: number }): Promise<LayerSink> {
  const handle = await open(o.file, 'w', 0o600);
  const digest = createHash('sha256');
  const diffId = createHash('sha256');
  const gunzip = createGunzip();
  const extract = tar.extract();
  const check = layerCheck(o.root, o.uid);
  let wrong: string | null = null;
  let size = 0;
  let made: ReceivedLayer | null = null;

  extract.on('entry', (header, stream, next) => {
    wrong ??= check(header);
    stream.on('end', next).resume();
  });
  gunzip.on('data', (bytes: Buffer) => {
    diffId.update(bytes);
    if (!extract.write(bytes)) {
      gunzip.pause();
      extract.once('drain', () => gunzip.resume());
    }
  });
  const read = new Promise<void>((resolve, reject) => {
    extract.on('finish', resolve);
    extract.on('error', reject);
    gunzip.on('end', () => extract.end(null)).on('error', reject);
  });
  read.catch(() => undefined);

  return {
    async write(bytes) {
      size += bytes.length;
      digest.update(bytes);
      await Promise.all([handle.write(bytes), new Promise<void>((resolve) => gunzip.write(bytes, () => resolve()))]);
    },
    async end() {
      gunzip.end();
      await read;
      await handle.close();
      if (wrong) throw new Error(`the slug was refused: ${wrong}`);
      made = { file: o.file, size, digest: digest.digest('hex'), diffId: diffId.digest('hex') };
    },
    layer() {
      if (!made) throw new Error('the layer has not arrived');
      return made;
    },
    async discard() {
      gunzip.destroy();
      extract.destroy();
      await handle.close().catch(() => undefined);
      await rm(o.file, { force: true });
    },
  };
}
