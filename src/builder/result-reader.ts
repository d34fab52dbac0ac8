// Reads what build.sh writes to its stdout (buildpacks/lib/build.sh names the grammar):
//
//   field = key " " base64 "\n"
//   blob  = "blob " name "\n" { hex-length "\n" bytes } "0\n"
//   end   = "done\n"
//
// All of it may have been forged by the code that was built: lengths are limited, nothing is trusted.

export interface BlobSink {
  write(bytes: Buffer): Promise<void>;
  end(): Promise<void>;
}

export interface ResultReceiver {
  field(key: string, value: string): void;
  blob(name: string): BlobSink;
}

const MAX_LINE_BYTES = 256 * 1024;
const MAX_CHUNK_BYTES = 1024 * 1024;

/** Reads to the end of the stream. True when the container said that it was done, false when it fell silent before. */
export async function readResult(stream: AsyncIterable<Buffer>, receiver: ResultReceiver): Promise<boolean> {
  let rest: Buffer = Buffer.alloc(0);
  let chunkLeft = 0;
  let sink: BlobSink | null = null;
  let isDone = false;

  async function takeLine(line: string): Promise<void> {
    if (sink && chunkLeft === 0) {
      chunkLeft = parseLength(line);
      if (chunkLeft === 0) {
        await sink.end();
        sink = null;
      }
    } else if (line === 'done') isDone = true;
    else if (line.startsWith('blob ')) sink = receiver.blob(line.slice(5));
    else {
      const [key = '', value = ''] = line.split(' ');
      receiver.field(key, Buffer.from(value, 'base64').toString('utf8'));
    }
  }

  for await (const bytes of stream) {
    rest = rest.length === 0 ? bytes : Buffer.concat([rest, bytes]);
    while (rest.length > 0) {
      if (sink && chunkLeft > 0) {
        const part = rest.subarray(0, chunkLeft);
        chunkLeft -= part.length;
        rest = rest.subarray(part.length);
        await (sink as BlobSink).write(part);
        continue;
      }
      const end = rest.indexOf(10);
      if (end < 0 && rest.length > MAX_LINE_BYTES) throw new Error('the result of the build has a line that never ends');
      if (end < 0) break;
      const line = rest.subarray(0, end).toString('latin1');
      rest = rest.subarray(end + 1);
      await takeLine(line);
    }
  }
  return isDone && sink === null;
}

function parseLength(line: string): number {
  const length = /^[0-9a-f]{1,6}$/.test(line) ? Number.parseInt(line, 16) : Number.NaN;
  if (!(length <= MAX_CHUNK_BYTES)) throw new Error(`the result of the build has a chunk of length ${JSON.stringify(line.slice(0, 20))}`);
  return length;
}
