import { randomBytes } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { NotAsSealed, opened, sealed } from '../../../../src/store/backup/sealed-stream.js';

const KEY = randomBytes(32);
const PIECE = 64 * 1024;
const NAME = '6f1f4f0e-7d0e-4a57-9c43-0c2f4f0f8b11';
const HEAD = 17 + 2 + 92 + NAME.length + 1;

async function* inChunks(bytes: Buffer, size: number) {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

const sealAll = (text: Buffer, chunk = 10_000) => buffer(sealed({ homeKey: KEY, name: NAME }, inChunks(text, chunk)));
const openAll = (file: Buffer, { homeKey = KEY, name = NAME, chunk = 10_000 } = {}) =>
  buffer(opened({ homeKey, name }, inChunks(file, chunk)));

describe('what is sealed', () => {
  it.each([0, 1, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE, 3 * PIECE + 7])('is opened again: %i bytes, however it comes', async (length) => {
    const text = randomBytes(length);
    for (const chunk of [1_000, PIECE, 200_000]) {
      const file = await sealAll(text, chunk);
      expect(file.length).toBe(HEAD + length + 16 * Math.max(1, Math.ceil(length / PIECE)));
      expect((await openAll(file, { chunk: chunk + 1 })).equals(text)).toBe(true);
    }
    expect(await openAll(await sealAll(text.subarray(0, 100)), { chunk: 1 })).toEqual(text.subarray(0, 100));
  });

  it('is another each time, and shows nothing', async () => {
    const text = Buffer.alloc(1_000, 'a');
    const [one, other] = [await sealAll(text), await sealAll(text)];
    expect(one.subarray(HEAD)).not.toEqual(other.subarray(HEAD));
    expect(one.includes('aaaaaaaa')).toBe(false);
  });
});

describe('is not opened', () => {
  const text = randomBytes(3 * PIECE);
  const whole = PIECE + 16;
  const changed: [string, (file: Buffer) => Buffer][] = [
    ['empty', () => Buffer.alloc(0)],
    ['cut in its head', (file) => file.subarray(0, 50)],
    ['without a piece', (file) => file.subarray(0, HEAD)],
    ['cut in a piece', (file) => file.subarray(0, HEAD + whole + 5)],
    ['cut between pieces', (file) => file.subarray(0, HEAD + 2 * whole)],
    ['with more behind it', (file) => Buffer.concat([file, Buffer.from('x')])],
    ['with two pieces swapped', (file) => swapped(file)],
    ['something else', () => randomBytes(500)],
    ...[0, 18, 30, 100, HEAD, HEAD + 3 * whole - 1].map((at): [string, (file: Buffer) => Buffer] => [
      `with byte ${at} another`,
      (file) => Buffer.concat([file.subarray(0, at), Buffer.from([file[at]! ^ 1]), file.subarray(at + 1)]),
    ]),
  ];
  function swapped(file: Buffer): Buffer {
    const at = (piece: number) => file.subarray(HEAD + piece * whole, HEAD + (piece + 1) * whole);
    return Buffer.concat([file.subarray(0, HEAD), at(1), at(0), at(2)]);
  }

  it.each(changed)('%s', async (_how, change) => {
    await expect(openAll(change(await sealAll(text)))).rejects.toThrow(NotAsSealed);
  });

  it("with another home's key", async () => {
    await expect(openAll(await sealAll(text), { homeKey: randomBytes(32) })).rejects.toThrow("another home's key");
  });
});

it('is not opened in the place of another', async () => {
  await expect(openAll(await sealAll(randomBytes(10)), { name: NAME.replace('6', '7') })).rejects.toThrow(
    'it is another, put in its place',
  );
});

it('what fails before it fails what is written', async () => {
  async function* broken() {
    yield Buffer.from('some');
    throw new Error('the server ended');
  }
  await expect(buffer(sealed({ homeKey: KEY, name: NAME }, broken()))).rejects.toThrow('the server ended');
});
