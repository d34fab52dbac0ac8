// The form of tar that the build's own tar writes (--format=gnu), and no other. Programs differ in what they make of extended headers,
// sparse files, sizes of links and prefixes: an archive that has none of these is read by all of them in the same way.
//
//   archive = { header | content } zeros        header = 512 bytes: ustar's first 257, "ustar  \0", owners and devices
//   content = bytes of a file, or the long name ("L", "K") of the next header, filled up to 512

const BLOCK_BYTES = 512;
const MAGIC = Buffer.from('ustar  \0', 'latin1');
const MAX_NAME_BYTES = 4097;
/** Mode, uid and gid. */
const NUMBERS = [
  [100, 8],
  [108, 8],
  [116, 8],
] as const;

interface Header {
  /** One of `0` file, `1` link, `2` symlink, `5` directory; `L` and `K` are long names. */
  type: string;
  size: number;
}

export interface TarLimits {
  maxEntries: number;
  /** Of all that it holds, expanded. */
  maxBytes: number;
}

/** What is wrong with an archive: `form` is a forged one, `size` one that is too large. */
export class TarError extends Error {
  readonly kind: 'form' | 'size';

  constructor(kind: 'form' | 'size', message: string) {
    super(message);
    this.name = 'TarError';
    this.kind = kind;
  }
}

export interface PlainTar {
  /** Takes the next bytes. Throws TarError. */
  write(bytes: Buffer): void;
  /** Throws TarError where more should have come. */
  end(): void;
}

/** Opens a check of a tar that arrives in parts. */
export function openPlainTar(limits: TarLimits): PlainTar {
  let head: Buffer = Buffer.alloc(0);
  let contentLeft = 0;
  let hasEnded = false;
  let hasLongName = false;
  let entries = 0;
  let bytesSeen = 0;

  function takeHeader(block: Buffer): void {
    if (block.every((byte) => byte === 0)) return void (hasEnded = true);
    if (hasEnded) throw new TarError('form', 'it goes on after its end');
    const { type, size } = readHeader(block);
    const isName = type === 'L' || type === 'K';
    if (isName && (size === 0 || size > MAX_NAME_BYTES)) throw new TarError('form', `it has a name of ${size} bytes`);
    entries += isName ? 0 : 1;
    if (entries > limits.maxEntries) throw new TarError('size', `it has more than ${limits.maxEntries} files`);
    hasLongName = isName;
    contentLeft = Math.ceil(size / BLOCK_BYTES) * BLOCK_BYTES;
  }

  return {
    write(bytes) {
      bytesSeen += bytes.length;
      if (bytesSeen > limits.maxBytes) throw new TarError('size', `it holds more than ${Math.round(limits.maxBytes / 1024 / 1024)} MB`);
      for (let at = 0; at < bytes.length;) {
        if (contentLeft > 0) {
          const skipped = Math.min(contentLeft, bytes.length - at);
          contentLeft -= skipped;
          at += skipped;
          continue;
        }
        const part = bytes.subarray(at, at + BLOCK_BYTES - head.length);
        at += part.length;
        head = head.length === 0 ? part : Buffer.concat([head, part]);
        if (head.length < BLOCK_BYTES) return;
        takeHeader(head);
        head = Buffer.alloc(0);
      }
    },
    end() {
      if (!hasEnded || hasLongName || contentLeft > 0 || head.length > 0) throw new TarError('form', 'it breaks off');
    },
  };
}

function readHeader(block: Buffer): Header {
  if (octal(block, 148, 8) !== sumOf(block)) throw new TarError('form', 'the sum of a header is wrong');
  if (!block.subarray(257, 265).equals(MAGIC)) throw new TarError('form', 'a header is not in the form that builds write');
  if (block.subarray(345).some((byte) => byte !== 0)) throw new TarError('form', 'a header has more fields than builds write');
  const type = String.fromCharCode(block[156]!);
  if (!'0125LK'.includes(type)) throw new TarError('form', `an entry is of the type ${JSON.stringify(type)}`);
  for (const [offset, length] of NUMBERS) octal(block, offset, length);
  // A time before 1970 is written in binary.
  if (block[136] !== 0x80 && block[136] !== 0xff) octal(block, 136, 12);
  const size = octal(block, 124, 12);
  if ('125'.includes(type) && size !== 0) throw new TarError('form', 'an entry that has no content has a size');
  return { type, size };
}

/** As tar sums it: the field of the sum itself counts as blanks. */
function sumOf(block: Buffer): number {
  let sum = 0;
  for (let index = 0; index < BLOCK_BYTES; index += 1) sum += index >= 148 && index < 156 ? 32 : block[index]!;
  return sum;
}

function octal(block: Buffer, offset: number, length: number): number {
  const match = /^ *([0-7]+)[ \0]*$/.exec(block.toString('latin1', offset, offset + length));
  if (!match) throw new TarError('form', 'a number of a header is not in the form that builds write');
  return Number.parseInt(match[1]!, 8);
}
