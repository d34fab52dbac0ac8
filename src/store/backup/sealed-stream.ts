// A stream sealed piece by piece (AES-256-GCM), so that it can be written and read without holding it: nobody who has the file alone
// can read it, change it, reorder it, cut it short or put another in its place unseen. The construction is STREAM, as age has it (C2SP
// age, "Payload").
//
// file  = "slipway-sealed/1\n"  length of the next (2 bytes)  its name and key, sealed with the home's  piece, one at least
// piece = up to 64 KiB, encrypted, and a tag of 16 bytes; nonce = its number from 0 on (11 bytes), 1 for the last one, else 0 (1 byte)
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { seal, unseal } from '../../lib/seal.js';

const MAGIC = Buffer.from('slipway-sealed/1\n');
const KEY_AT = MAGIC.length + 2;
const PIECE_BYTES = 64 * 1024;
const TAG_BYTES = 16;
const ALGORITHM = 'aes-256-gcm';

type Bytes = AsyncIterable<Uint8Array>;

/** Thrown where it isn't what was written. */
export class NotAsSealed extends Error {
  override name = 'NotAsSealed';
}

/** What opens it, and what it is. */
interface Seal {
  homeKey: Buffer;
  /** Without a space. */
  name: string;
}

/** Seals it with a key of its own, which the home's opens. */
export async function* sealed({ homeKey, name }: Seal, source: Bytes): AsyncGenerator<Buffer> {
  const key = randomBytes(32);
  const sealedKey = seal(homeKey, `${name} ${key.toString('hex')}`);
  const length = Buffer.alloc(2);
  length.writeUInt16BE(sealedKey.length);
  yield Buffer.concat([MAGIC, length, sealedKey]);
  for await (const { piece, nonce } of pieces(source, PIECE_BYTES)) {
    const cipher = createCipheriv(ALGORITHM, key, nonce);
    yield Buffer.concat([cipher.update(piece), cipher.final(), cipher.getAuthTag()]);
  }
}

/** Opens what `sealed` gave by that name. Throws NotAsSealed where a byte is another, or some are missing at its end. */
export async function* opened(by: Seal, source: Bytes): AsyncGenerator<Buffer> {
  const { key, body } = await readHead(by, source[Symbol.asyncIterator]());
  for await (const { piece, nonce } of pieces(body, PIECE_BYTES + TAG_BYTES)) yield decrypted(key, piece, nonce);
}

async function readHead(by: Seal, source: AsyncIterator<Uint8Array>): Promise<{ key: Buffer; body: Bytes }> {
  let head = Buffer.alloc(0);
  const bodyAt = () => (head.length < KEY_AT ? KEY_AT : KEY_AT + head.readUInt16BE(MAGIC.length));
  while (head.length < KEY_AT || head.length < bodyAt()) {
    const { value, done } = await source.next();
    if (done) throw new NotAsSealed('it has no beginning');
    head = Buffer.concat([head, value]);
    if (head.length >= MAGIC.length && !head.subarray(0, MAGIC.length).equals(MAGIC)) throw new NotAsSealed('it is none of ours');
  }
  async function* body() {
    yield head.subarray(bodyAt());
    yield* { [Symbol.asyncIterator]: () => source };
  }
  return { key: readSealedKey(by, head.subarray(KEY_AT, bodyAt())), body: body() };
}

function readSealedKey({ homeKey, name }: Seal, sealedKey: Buffer): Buffer {
  try {
    const [own, key = ''] = unseal(homeKey, sealedKey).split(' ');
    if (own === name) return Buffer.from(key, 'hex');
  } catch (error) {
    throw new NotAsSealed("it was sealed with another home's key, or was changed", { cause: error });
  }
  throw new NotAsSealed('it is another, put in its place');
}

function decrypted(key: Buffer, piece: Buffer, nonce: Buffer): Buffer {
  const decipher = createDecipheriv(ALGORITHM, key, nonce);
  try {
    decipher.setAuthTag(piece.subarray(-TAG_BYTES));
    return Buffer.concat([decipher.update(piece.subarray(0, -TAG_BYTES)), decipher.final()]);
  } catch (error) {
    throw new NotAsSealed('it was changed, or cut short', { cause: error });
  }
}

/** Pieces of this size, the last of which may be shorter, each with its nonce. */
async function* pieces(source: Bytes, size: number): AsyncGenerator<{ piece: Buffer; nonce: Buffer }> {
  let number = 0;
  const nonceOf = (isLast: boolean) => {
    const nonce = Buffer.alloc(12);
    nonce.writeUIntBE(number++, 5, 6);
    nonce[11] = Number(isLast);
    return nonce;
  };
  let waiting: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of source) {
    waiting.push(chunk);
    length += chunk.length;
    if (length <= size) continue;
    let rest = Buffer.concat(waiting);
    // What is as long as a piece may be the last one.
    for (; rest.length > size; rest = rest.subarray(size)) yield { piece: rest.subarray(0, size), nonce: nonceOf(false) };
    waiting = [rest];
    length = rest.length;
  }
  yield { piece: Buffer.concat(waiting), nonce: nonceOf(true) };
}
