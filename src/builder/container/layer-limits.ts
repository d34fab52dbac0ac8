// How large the layers of images may be that are taken in from the engine.
import { PlatformError } from '../../model/errors.js';

export interface LayerLimits {
  /** The slug limit, for what an app adds to the images that it starts from. */
  slugMb: number;
  /** What one build may have on disk; twice that in all is what an image can hold. */
  diskMb: number;
  /** Of those images: their layers, and their size in the engine. */
  base: { diffIds: Set<string>; bytes: number };
}

const MB = 1024 * 1024;
const BLOCK_BYTES = 512;
/** In one layer. */
const MOST_FILES = 500_000;

/** Counts what comes, packed and not, over all layers. Its calls throw `invalid_params` for too much. */
export function countLayers({ slugMb, diskMb, base }: LayerLimits) {
  let [packed, unpacked] = [0, 0];
  return {
    packed(bytes: number): void {
      packed += bytes;
      // Which of the layers are the base's is known when they are there: until then it may have come along, as large as it is.
      if (packed > slugMb * MB + base.bytes) throw tooLarge(slugMb);
    },
    unpacked(bytes: number): void {
      unpacked += bytes;
      if (unpacked <= 2 * diskMb * MB + base.bytes) return;
      throw new PlatformError('invalid_params', `The image is too large: unpacked, it holds more than ${2 * diskMb} MB beyond its base.`);
    },
    /** Looks at all layers of an image, once they are known. */
    all(layers: readonly { diffId: string; size: number }[]): void {
      const own = layers.filter(({ diffId }) => !base.diffIds.has(diffId)).reduce((sum, { size }) => sum + size, 0);
      if (own > slugMb * MB) throw tooLarge(slugMb);
    },
    /** Counts the entries of a tar that comes in parts. */
    openTar(most = MOST_FILES): (bytes: Buffer) => void {
      const count = entryCounter();
      return (bytes) => {
        if (count(bytes) > most) throw new PlatformError('invalid_params', `A layer of the image has more than ${most} files.`);
      };
    },
  };
}

function tooLarge(slugMb: number): PlatformError {
  return new PlatformError(
    'invalid_params',
    `The image is too large: what it adds to its base takes more than ${slugMb}M packed. ` +
      'Leave out what the app does not need at run time, or raise SLIPWAY_SLUG_LIMIT.',
  );
}

/** Headers seen so far, those of long names and extended ones too. */
function entryCounter(): (bytes: Buffer) => number {
  let head: Buffer = Buffer.alloc(0);
  let [contentLeft, entries] = [0, 0];
  return (bytes) => {
    for (let at = 0; at < bytes.length;) {
      const skipped = Math.min(contentLeft, bytes.length - at);
      contentLeft -= skipped;
      at += skipped;
      const part = bytes.subarray(at, at + BLOCK_BYTES - head.length);
      at += part.length;
      head = head.length === 0 ? part : Buffer.concat([head, part]);
      if (head.length < BLOCK_BYTES) continue;
      if (head.toString('latin1', 257, 262) === 'ustar') entries += 1;
      contentLeft = Math.ceil(sizeOf(head) / BLOCK_BYTES) * BLOCK_BYTES;
      head = Buffer.alloc(0);
    }
    return entries;
  };
}

/** Octal, or binary where it is larger than that can tell. */
function sizeOf(head: Buffer): number {
  if (head[124]! & 0x80) return head.readUIntBE(130, 6);
  return Number.parseInt(head.toString('latin1', 124, 136), 8) || 0;
}
