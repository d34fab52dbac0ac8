// The two outputs of an attached container, out of their one stream.
import { Duplex, PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { demux } from '../../../src/docker/demux.js';

const frame = (kind: number, text: string) => {
  const head = Buffer.alloc(8);
  head[0] = kind;
  head.writeUInt32BE(Buffer.byteLength(text), 4);
  return Buffer.concat([head, Buffer.from(text)]);
};

async function read(stream: PassThrough, seen: () => void = () => undefined): Promise<string> {
  let text = '';
  for await (const chunk of stream) {
    seen();
    text += String(chunk);
    await new Promise((resolve) => setImmediate(resolve));
  }
  return text;
}

test('each gets its own, also where frames are cut in two', async () => {
  const bytes = Buffer.concat([frame(1, 'one'), frame(2, 'two'), frame(1, 'three')]);
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const stream = Duplex.from([...bytes].map((byte) => Buffer.from([byte])));
  const [out, err] = await Promise.all([read(stdout), read(stderr), demux(stream, stdout, stderr)]);
  expect([out, err]).toEqual(['onethree', 'two']);
});

test('a reader that is slow is waited for a hundred times without a listener being left', async () => {
  const stdout = new PassThrough({ highWaterMark: 1 });
  let most = 0;
  const count = () => (most = Math.max(most, stdout.listenerCount('error'), stdout.listenerCount('close')));
  const stream = Duplex.from(Array.from({ length: 100 }, () => frame(1, 'x'.repeat(10))));
  const [out] = await Promise.all([read(stdout, count), demux(stream, stdout, new PassThrough())]);
  expect(out).toHaveLength(1_000);
  expect(most).toBeLessThan(8);
});

test('a reader that leaves is not waited for', async () => {
  const stdout = new PassThrough({ highWaterMark: 1 });
  const work = demux(Duplex.from([frame(1, 'x'), frame(1, 'y'), frame(1, 'z')]), stdout, new PassThrough());
  setImmediate(() => stdout.destroy());
  await work;
});
