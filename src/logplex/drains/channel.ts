// How lines get to one drain: as POSTs, or over a socket.
import { randomBytes } from 'node:crypto';
import { readDrainUrl, type LogDrain } from '../../model/logs/drain.js';
import { formatLine, platformLine } from '../../model/logs/log-line.js';
import { lossText } from '../../model/logs/loss.js';
import { httpFrame, syslogFrame } from '../../model/logs/syslog-frame.js';
import type { FetchGuard } from '../../outbound/fetch-guard.js';
import type { Outcome } from '../../outbound/drains/outcome.js';
import { openFramePoster } from '../../outbound/drains/post-frames.js';
import { openFrameWriter } from '../../outbound/drains/write-frames.js';
import type { Lost } from './line-buffer.js';
import type { NumberedLine } from './numbered-lines.js';

export interface Batch {
  lines: NumberedLine[];
  /** What is missing before them. */
  lost: Lost | null;
  /** The same for each attempt, so that a receiver can tell. */
  frameId: string;
}

export interface Channel {
  /** As many characters as one batch is to have. */
  batchChars: number;
  /** Lines that follow one batch within this time wait for each other. */
  gatherMs: number;
  /** For how long what was taken may still be lost, where nothing says that it has arrived. */
  doubtMs: number;
  /** Never throws. */
  send(batch: Batch): Promise<Outcome>;
  /** Whether the other side has seen its end, and so what came before. */
  close(): Promise<boolean>;
}

interface Needs {
  guard: FetchGuard;
  now: () => number;
  ca?: string | undefined;
}

/** @param onBreak called when what was taken last may be lost */
export function openChannel({ guard, now, ca }: Needs, { url, token }: Pick<LogDrain, 'url' | 'token'>, onBreak: () => void): Channel {
  const target = readDrainUrl(url);
  const framesOf = ({ lines, lost }: Batch, frame: (printed: string) => string | undefined) => {
    const notice = lost ? [formatLine(platformLine(now(), 'logplex', lossText(lost)))] : [];
    return [...notice, ...lines.map(({ text }) => text)].flatMap((printed) => frame(printed) ?? []);
  };
  if (target.kind === 'http') {
    const poster = openFramePoster(guard, { url, token, ca });
    return {
      batchChars: 102_400,
      gatherMs: 250,
      doubtMs: 0,
      send(batch) {
        const frames = framesOf(batch, httpFrame);
        return poster.post({ frames: frames.join(''), count: frames.length, frameId: batch.frameId });
      },
      close: async () => (await poster.close(), true),
    };
  }
  const writer = openFrameWriter(guard, { ...target, ca }, onBreak);
  return {
    batchChars: 4_096,
    gatherMs: 0,
    doubtMs: 1_000,
    send: (batch) => writer.write(framesOf(batch, (printed) => syslogFrame(printed, token)).join('')),
    close: writer.close,
  };
}

export function newFrameId(): string {
  return randomBytes(16).toString('hex').toUpperCase();
}
