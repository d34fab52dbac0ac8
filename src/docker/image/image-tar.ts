// The tar that `POST /images/load` takes for an image of which only the last layer is new.
import { createHash } from 'node:crypto';
import { ChecksumError } from '../../model/build/checksum-error.js';

export interface SlugArchive {
  /** sha256 of the archive, hex. */
  digest: string;
  /** sha256 of the uncompressed tar, hex. */
  diffId: string;
  /** Bytes of the archive. */
  size: number;
}

interface ImageTar {
  name: string;
  /** How many layers lie below: named, but not sent, since the engine has them. */
  layersBelow: number;
  config: object;
  slug: SlugArchive;
  archive: AsyncIterable<Buffer>;
}

/**
 * Streams the image; the archive is passed on as it is. The manifest comes last, when the digest has been found right:
 * without it the engine loads nothing. Throws ChecksumError.
 */
export async function* imageTar(o: ImageTar): AsyncGenerator<Buffer> {
  yield header('layer.tar', o.slug.size);
  yield* checked(o.archive, o.slug);
  yield padding(o.slug.size);
  const below = Array.from({ length: o.layersBelow }, (_, index) => `absent${index}`);
  yield file('config.json', o.config);
  yield file('manifest.json', [{ Config: 'config.json', RepoTags: [o.name], Layers: [...below, 'layer.tar'] }]);
  yield Buffer.alloc(1024);
}

/** The same for an image of which all layers are sent, with its config byte for byte: its id is the config's digest. */
export async function* wholeImageTar(o: {
  name: string;
  config: string;
  layers: (SlugArchive & { open(): Promise<AsyncIterable<Buffer>> })[];
}): AsyncGenerator<Buffer> {
  for (const [index, layer] of o.layers.entries()) {
    yield header(`${index}.tar`, layer.size);
    yield* checked(await layer.open(), layer);
    yield padding(layer.size);
  }
  yield file('config.json', o.config);
  yield file('manifest.json', [{ Config: 'config.json', RepoTags: [o.name], Layers: o.layers.map((_, index) => `${index}.tar`) }]);
  yield Buffer.alloc(1024);
}

/** Passes an archive on; throws ChecksumError at its end when it isn't the slug's. */
export async function* checked(archive: AsyncIterable<Buffer>, slug: SlugArchive): AsyncGenerator<Buffer> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of archive) {
    hash.update(chunk);
    bytes += chunk.length;
    if (bytes > slug.size) break;
    yield chunk;
  }
  const actual = hash.digest('hex');
  if (bytes !== slug.size || actual !== slug.digest) throw new ChecksumError(slug.digest, actual);
}

/** Text goes as it is, anything else as JSON. */
function file(name: string, content: unknown): Buffer {
  const body = Buffer.from(typeof content === 'string' ? content : JSON.stringify(content));
  return Buffer.concat([header(name, body.length), body, padding(body.length)]);
}

function padding(size: number): Buffer {
  return Buffer.alloc((512 - (size % 512)) % 512);
}

/** A ustar header of a plain file. */
function header(name: string, size: number): Buffer {
  const block = Buffer.alloc(512);
  const octal = (value: number, digits: number) => `${value.toString(8).padStart(digits, '0')}\0`;
  block.write(name, 0);
  block.write(octal(0o644, 7), 100);
  block.write(octal(0, 7), 108);
  block.write(octal(0, 7), 116);
  block.write(octal(size, 11), 124);
  block.write(octal(0, 11), 136);
  block.write('        0', 148);
  block.write('ustar\x0000', 257);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}
