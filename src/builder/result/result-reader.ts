// Reads what build.sh writes to its stdout (buildpacks/lib/build.sh names the grammar):
//
//   field = key " " length "\n" bytes "\n"
//   blob  = "blob " name "\n" { hex-length "\n" bytes } "0\n"
//   end   = "done\n"
//
// All of it may have been forged by the code that was built: lengths are limited, nothing is trusted.

import type { Readable } from 'node:stream';

export interface BlobSink {
  write(bytes: Buffer): Promise<void>;
  end(): Promise<void>;
}

export interface ResultReceiver {
  field(key: string, value: string): void;
  blob(name: string): BlobSink;
}

const MAX_LINE_BYTES = 4096;
const MAX_FIELD_BYTES = 256 * 1024;
const MAX_CHUNK_BYTES = 1024 * 1024;

/** Reads until the container says that it is done: true; false when it fell silent before. What follows is read to nowhere. */
export async function readResult(stream: Readable, receiver: ResultReceiver): Promise<boolean> {
  let rest: Buffer = Buffer.alloc(0);
  let chunkLeft = 0;
  let sink: BlobSink | null = null;
  let field: { key: string; length: number } | null = null;
  let isDone = false;

  async function takeLine(line: string): Promise<void> {
    if (sink) {
      chunkLeft = lengthOf(line, 16, MAX_CHUNK_BYTES);
      if (chunkLeft > 0) return;
      await sink.end();
      sink = null;
    } else if (line === 'done') isDone = true;
    else if (line.startsWith('blob ')) sink = receiver.blob(line.slice(5));
    else {
      const [key = '', length = ''] = line.split(' ');
      field = { key, length: lengthOf(length, 10, MAX_FIELD_BYTES) };
    }
  }

  /** Takes what comes next off `rest`; false when more has to arrive first. */
  async function step(): Promise<boolean> {
    if (sink && chunkLeft > 0) {
      const part = rest.subarray(0, chunkLeft);
      chunkLeft -= part.length;
      rest = rest.subarray(part.length);
      await sink.write(part);
      return true;
    }
    if (field) {
      if (rest.length <= field.length) return false;
      receiver.field(field.key, rest.subarray(0, field.length).toString('utf8'));
      rest = rest.subarray(field.length + 1);
      field = null;
      return true;
    }
    const end = rest.indexOf(10);
    if ((end < 0 ? rest.length : end) > MAX_LINE_BYTES) throw new Error('the result of the build has a line that is too long');
    if (end < 0) return false;
    const line = rest.subarray(0, end).toString('latin1');
    rest = rest.subarray(end + 1);
    await takeLine(line);
    return true;
  }

  try {
    for await (const bytes of stream.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      rest = rest.length === 0 ? bytes : Buffer.concat([rest, bytes]);
      while (rest.length > 0 && !isDone && (await step()));
      if (isDone) break;
    }
  } finally {
    // The engine can't end a container whose output nobody takes.
    stream.resume();
  }
  return isDone;
}

function lengthOf(text: string, base: 10 | 16, max: number): number {
  const length = /^[0-9a-f]{1,7}$/.test(text) ? Number.parseInt(text, base) : Number.NaN;
  if (!(length <= max)) throw new Error(`the result of the build has a part of length ${JSON.stringify(text.slice(0, 20))}`);
  return length;
}
