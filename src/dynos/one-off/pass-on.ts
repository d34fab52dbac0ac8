// Bytes between a client and a process, both ways, no faster than either takes them.
import { finished, pipeline } from 'node:stream/promises';
import type { Attached } from '../../docker/dyno/attach.js';
import { aborted } from '../../lib/async/aborted.js';
import type { Line } from './rendezvous/line.js';

export interface Passing {
  /** Resolves when the client has gone, or said and heard nothing for too long. */
  gone: Promise<void>;
  /** The process has ended: what it printed goes to the client, then how it ended. */
  finish(status: number | null): Promise<void>;
}

/** A terminal's end of input is a key; `LOOKS` per idle time is often enough. */
const EOT = Buffer.from([0x04]);
const LOOKS = 10;

export function passOn(line: Line, attached: Attached, o: { hasTty: boolean; idleMs: number }): Passing {
  line.onWindow((window) => void attached.resize(window));
  const copied = attached.copyOutput(line.output, line.errors);
  const read = pipeline(line.input, attached.input, { end: !o.hasTty });
  read.then(() => o.hasTty && attached.input.write(EOT)).catch(() => undefined);
  const idle = setInterval(() => Date.now() - line.lastByteAt() > o.idleMs && line.cut(), o.idleMs / LOOKS);
  const gone = aborted(line.gone);
  gone.then(() => clearInterval(idle));
  return {
    gone,
    async finish(status) {
      await Promise.race([copied.then(() => Promise.all([finished(line.output), finished(line.errors)])), gone]);
      await line.end(status);
      attached.leave();
    },
  };
}
