// What a build's container says, however its bytes are cut.
import { once } from 'node:events';
import { PassThrough, Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { readResult } from '../../../../src/builder/result/result-reader.js';

const WHOLE = Buffer.from('detected 7\nNode.js\nreport 0\n\nblob slug\n5\nhello3\n\n0\n0\nblob deps\n0\nprocfile 9\nweb: é\n\n\ndone\n');

async function* cut(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function read(bytes: Buffer, size = bytes.length) {
  const said: string[] = [];
  const isDone = await readResult(Readable.from(cut(bytes, size)), {
    field: (key, value) => said.push(`${key}=${value}`),
    blob(name) {
      let text = '';
      return { write: async (part) => void (text += String(part)), end: async () => void said.push(`${name}: ${text}`) };
    },
  });
  return { isDone, said };
}

describe('the result of a build', () => {
  it.each([1, 2, 3, 7, 64, 1000])('is read in pieces of %d bytes', async (size) => {
    expect(await read(WHOLE, size)).toEqual({
      isDone: true,
      said: ['detected=Node.js', 'report=', 'slug: hello\n0\n', 'deps: ', 'procfile=web: é\n\n'],
    });
  });

  it('has nothing after its end', async () => {
    expect(await read(Buffer.from('done\nlate 1\nx\n'))).toEqual({ isDone: true, said: [] });
  });

  it('is not done when it breaks off', async () => {
    expect((await read(Buffer.from('detected 1\nx\n'))).isDone).toBe(false);
    expect((await read(Buffer.from('blob slug\n5\nhel'))).isDone).toBe(false);
    expect((await read(Buffer.from('blob slug\n5\nhello'))).isDone).toBe(false);
  });

  it.each([
    ['a length that is none', 'blob slug\nxyz\n', /part of length "xyz"/],
    ['a negative length', 'blob slug\n-1\n', /part of length "-1"/],
    ['a huge length', 'blob slug\nffffff\n', /part of length "ffffff"/],
    ['a field of no length', 'key value\n', /part of length "value"/],
    ['a huge field', 'key 999999\n', /part of length "999999"/],
    ['an endless line', 'x'.repeat(300_000), /line that is too long/],
    ['a long line that came at once', `blob ${'x'.repeat(5_000)}\n`, /line that is too long/],
  ])('is refused for %s', async (_, text, message) => {
    await expect(read(Buffer.from(text))).rejects.toThrow(message);
  });

  it('that is refused is read on to its end: whoever writes it must not wait for ever', async () => {
    const stream = new PassThrough({ highWaterMark: 16 });
    const read = readResult(stream, { field: () => undefined, blob: () => ({ write: async () => undefined, end: async () => undefined }) });
    stream.write('key value\n');
    await expect(read).rejects.toThrow(/part of length/);
    stream.write('x'.repeat(100_000));
    stream.end();
    await once(stream, 'end');
  });
});
