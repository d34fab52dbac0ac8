// What a container has printed and prints, from its first byte on, as text.
import { PassThrough, type Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import type { Engine } from './engine.js';

/** Yields the text of both streams in order, without the first `skipBytes`, until the container has ended. */
export async function* readOutputFrom(engine: Engine, containerId: string, skipBytes: number): AsyncGenerator<string> {
  const raw = (await engine.getContainer(containerId).logs({ follow: true, stdout: true, stderr: true })) as unknown as Readable;
  const plain = new PassThrough();
  engine.modem.demuxStream(raw, plain, plain);
  raw.once('end', () => plain.end()).once('error', (error) => plain.destroy(error));
  const decoder = new StringDecoder('utf8');
  let toSkip = skipBytes;
  try {
    for await (const chunk of plain as AsyncIterable<Buffer>) {
      const rest = chunk.subarray(Math.min(toSkip, chunk.length));
      toSkip -= chunk.length - rest.length;
      const text = decoder.write(rest);
      if (text !== '') yield text;
    }
  } finally {
    raw.destroy();
  }
}
