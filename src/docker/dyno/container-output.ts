// What a container has printed and prints, from its first byte on, as text.
import { PassThrough, type Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { dockerOf, type Engine } from '../engine.js';

/** Yields the text of both streams in order, without the first `skipBytes`, until the container has ended or `signal` aborts. */
export async function* readOutputFrom(
  engine: Engine,
  containerId: string,
  o: { skipBytes: number; signal: AbortSignal },
): AsyncGenerator<string> {
  const raw = (await dockerOf(engine).getContainer(containerId).logs({ follow: true, stdout: true, stderr: true })) as unknown as Readable;
  const plain = new PassThrough();
  const stop = () => raw.destroy() && plain.end();
  o.signal.addEventListener('abort', stop, { once: true });
  dockerOf(engine).modem.demuxStream(raw, plain, plain);
  raw.once('end', () => plain.end()).once('error', (error) => plain.destroy(error));
  const decoder = new StringDecoder('utf8');
  let toSkip = o.skipBytes;
  try {
    for await (const chunk of plain as AsyncIterable<Buffer>) {
      const rest = chunk.subarray(Math.min(toSkip, chunk.length));
      toSkip -= chunk.length - rest.length;
      const text = decoder.write(rest);
      if (text !== '') yield text;
    }
  } finally {
    o.signal.removeEventListener('abort', stop);
    raw.destroy();
  }
}

/** The engine's own stream of what a container has printed from a moment on (seconds since 1970) and prints, each record with its time. */
export async function openTimedOutput(engine: Engine, containerId: string, o: { since: string; signal: AbortSignal }): Promise<Readable> {
  const options = { follow: true, stdout: true, stderr: true, timestamps: true, since: o.since, abortSignal: o.signal } as const;
  return (await dockerOf(engine).getContainer(containerId).logs(options)) as unknown as Readable;
}
