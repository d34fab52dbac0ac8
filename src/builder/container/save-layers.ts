// What `docker save` sends, taken apart: each layer becomes an archive under its digest, each config is kept as it is.
import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { countLayers, type LayerLimits } from './layer-limits.js';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import tar from 'tar-stream';
import type { ContainerImage } from '../../model/build/container.js';
import { readImageConfig } from '../../model/build/container.js';
import type { SlugLayer } from '../../model/build/slug.js';
import type { ReceivedLayer } from '../result/layer-sink.js';

export interface SavedImages {
  images: ContainerImage[];
  /** Each layer once; those that `known` had not have a file. */
  layers: (SlugLayer | ReceivedLayer)[];
  discard(): Promise<void>;
}

interface Expected {
  ids: string[];
  tempDir: string;
  /** Names the files of this build. */
  name: string;
  /** Layers that are stored already. */
  known: SlugLayer[];
  limits: LayerLimits;
}

/** Texts are small; whatever is larger is a layer. */
const MAX_TEXT_BYTES = 1024 * 1024;

/** Reads a saved tar to its end. Throws when it isn't whole. */
export async function saveLayers(stream: Readable, o: Expected): Promise<SavedImages> {
  const texts = new Map<string, string>();
  const found = new Map<string, SlugLayer | ReceivedLayer>();
  const counted = countLayers(o.limits);
  const byName = new Map(
    o.known.flatMap((layer) => [layer.key ?? '', `blobs/sha256/${layer.diffId}`].map((name) => [name, layer] as const)),
  );
  const discard = async () => {
    for (const layer of found.values()) if ('file' in layer) await rm(layer.file, { force: true });
  };
  try {
    await eachEntry(stream, async ({ name, size }, entry) => {
      // A layer's name in the archive tells what is in it: an engine makes it of the digests of the layer and those below.
      const stored = byName.get(name);
      if (stored) return void found.set(stored.diffId, stored);
      const isText = size < MAX_TEXT_BYTES && !name.endsWith('/layer.tar');
      const bytes = isText ? await collect(entry) : null;
      // A small layer of the newer format has no name that tells.
      if (bytes && (bytes.length === 0 || /^[[{]/.test(bytes.toString('latin1', 0, 1))))
        return void texts.set(name, bytes.toString('utf8'));
      const file = join(o.tempDir, `${o.name}.image.${found.size}.tgz`);
      const layer = await keepLayer(bytes ? Readable.from([bytes]) : entry, file, counted);
      const known = o.known.find(({ diffId }) => diffId === layer.diffId) ?? found.get(layer.diffId);
      if (known) await rm(file, { force: true });
      found.set(layer.diffId, known ?? { ...layer, key: name });
    });
    const images = o.ids.map((id) => ({ id, config: configOf(id, texts) }));
    const wanted = [...new Set(images.flatMap((image) => readImageConfig(image).diffIds))];
    const layers = wanted.map((diffId) => found.get(diffId) ?? fail(`layer ${diffId} of the image is missing`));
    counted.all(layers);
    return { images, layers, discard };
  } catch (error) {
    await discard();
    throw error;
  }
}

function configOf(id: string, texts: Map<string, string>): string {
  const text = texts.get(`${id}.json`) ?? texts.get(`blobs/sha256/${id}`) ?? fail(`image ${id} was saved without its config`);
  if (createHash('sha256').update(text).digest('hex') !== id) fail(`the config of image ${id} is not what it was when it was built`);
  return text;
}

function fail(why: string): never {
  throw new Error(`The engine did not save what it built: ${why}`);
}

/** Compresses a layer into a file on its way, unless it is compressed already. */
async function keepLayer(from: Readable, file: string, counted: ReturnType<typeof countLayers>): Promise<ReceivedLayer> {
  const countEntries = counted.openTar();
  const plain = meter((chunk) => {
    counted.unpacked(chunk.length);
    countEntries(chunk);
  });
  const packed = meter((chunk) => counted.packed(chunk.length));
  const first = await peek(from);
  const isPacked = first[0] === 0x1f && first[1] === 0x8b;
  const output = createWriteStream(file, { mode: 0o600 });
  if (isPacked) {
    const unpacked = createGunzip();
    const looked = pipeline(unpacked, plain.stream.resume());
    looked.catch((error: Error) => packed.stream.destroy(error));
    packed.stream.on('data', (chunk: Buffer) => unpacked.write(chunk)).on('end', () => unpacked.end());
    await pipeline(from, packed.stream, output);
    await looked;
  } else {
    await pipeline(from, plain.stream, createGzip({ level: 1 }), packed.stream, output);
  }
  return { file, size: packed.bytes(), digest: packed.digest(), diffId: plain.digest() };
}

/** What `check` throws breaks the stream. */
function meter(check: (chunk: Buffer) => void) {
  const hash = createHash('sha256');
  let bytes = 0;
  const stream = new Transform({
    transform(chunk: Buffer, _, done) {
      hash.update(chunk);
      bytes += chunk.length;
      try {
        check(chunk);
        done(null, chunk);
      } catch (error) {
        done(error as Error);
      }
    },
  });
  return { stream, bytes: () => bytes, digest: () => hash.digest('hex') };
}

/** Looks at the first bytes without taking them. */
async function peek(from: Readable): Promise<Buffer> {
  for await (const first of from.iterator({ destroyOnReturn: false })) {
    from.unshift(first);
    return first as Buffer;
  }
  return Buffer.alloc(0);
}

async function collect(from: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of from) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

async function eachEntry(
  stream: Readable,
  take: (header: { name: string; size: number }, entry: Readable) => Promise<void>,
): Promise<void> {
  const extract = tar.extract();
  const reading = (async () => {
    for await (const entry of extract) {
      if (entry.header.type === 'file') await take(entry.header, Readable.from(entry as AsyncIterable<Buffer>));
      entry.resume();
    }
  })();
  reading.catch(() => extract.destroy());
  let wake: () => void = () => undefined;
  extract.on('drain', () => wake()).on('close', () => wake());
  for await (const chunk of stream) {
    if (extract.destroyed) break;
    if (!extract.write(chunk as Buffer)) await new Promise<void>((resolve) => (wake = resolve));
  }
  extract.end(null);
  await reading;
}
