// An attached container's two outputs, out of the one stream they come in (Docker's API: "Stream format" of attach).
import type { Duplex, Writable } from 'node:stream';
import { roomIn } from '../lib/async/room-in.js';

const HEADER_BYTES = 8;
const STDERR = 2;

/**
 * Passes on what comes until it ends, then ends both. Unlike dockerode's own it reads no further while one of them is
 * full: a slug of 500 MB would otherwise wait in memory.
 */
export async function demux(stream: Duplex, stdout: Writable, stderr: Writable): Promise<void> {
  let header = Buffer.alloc(0);
  let left = 0;
  let target = stdout;
  try {
    for await (const chunk of stream.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      let rest = chunk;
      while (rest.length > 0) {
        if (left === 0) {
          const missing = HEADER_BYTES - header.length;
          header = Buffer.concat([header, rest.subarray(0, missing)]);
          rest = rest.subarray(missing);
          if (header.length < HEADER_BYTES) break;
          target = header[0] === STDERR ? stderr : stdout;
          left = header.readUInt32BE(4);
          header = Buffer.alloc(0);
          continue;
        }
        const part = rest.subarray(0, left);
        rest = rest.subarray(part.length);
        left -= part.length;
        if (!target.destroyed && !target.write(part)) await roomIn(target);
      }
    }
  } catch {
    // The connection broke off: whoever reads sees that something is missing.
  } finally {
    stdout.end();
    stderr.end();
  }
}
