// The way in for the platform's own log lines: gathers them for a few milliseconds per app, then appends one batch.
// The buffer is capped; what it loses is counted and said (L13), never silent.
import { within } from '../lib/async/within.js';
import { formatLine, formatTime, platformLine, type LogLine } from '../model/logs/log-line.js';
import { cutText } from '../model/logs/log-text.js';
import { appendBatch } from './log-lines.js';
import type { Bus } from './open-bus.js';

export interface LineWriter {
  /** Queues a line; a text of several lines becomes as many. Never blocks, never throws. */
  write(appId: string, line: LogLine): void;
  /** Sends what is queued and waits for it, at most 2 s. */
  flush(): Promise<void>;
}

const GATHER_MS = 10;
const MAX_BATCH = 500;
const MAX_QUEUED = 5_000;
const FLUSH_MS = 2_000;
const RETRY_MS = 1_000;

interface Outbox {
  lines: string[];
  lost: number;
  lostSince: number;
  sending: Promise<void> | null;
}

/** Opens a writer; one per process is enough. */
export function openLineWriter(bus: Bus): LineWriter {
  const apps = new Map<string, Outbox>();
  let timer: NodeJS.Timeout | null = null;

  async function sendOutbox(appId: string, outbox: Outbox): Promise<void> {
    while (outbox.lines.length > 0 || outbox.lost > 0) {
      const batch = outbox.lines.splice(0, MAX_BATCH);
      const told = outbox.lost;
      const lines = told > 0 ? [...batch, lossLine(outbox)] : batch;
      try {
        await appendBatch(bus, appId, { text: `${lines.join('\n')}\n`, count: lines.length });
        outbox.lost -= told;
      } catch {
        lose(outbox, batch.length);
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS).unref());
      }
    }
    apps.delete(appId);
  }

  const sendAll = async () => {
    timer = null;
    await Promise.all([...apps].map(([appId, outbox]) => (outbox.sending ??= sendOutbox(appId, outbox))));
  };

  return {
    write(appId, line) {
      const outbox = apps.get(appId) ?? { lines: [], lost: 0, lostSince: 0, sending: null };
      apps.set(appId, outbox);
      for (const text of line.text
        .trimEnd()
        .split('\n')
        .flatMap((each) => cutText(each))) {
        if (outbox.lines.length >= MAX_QUEUED) lose(outbox, 1);
        else outbox.lines.push(formatLine({ ...line, text }));
      }
      timer ??= setTimeout(sendAll, GATHER_MS);
    },
    async flush() {
      await within(FLUSH_MS, sendAll());
    },
  };
}

function lose(outbox: Outbox, count: number): void {
  if (outbox.lost === 0) outbox.lostSince = Date.now();
  outbox.lost += count;
}

function lossLine(outbox: Outbox): string {
  const text = `Error L13: ${outbox.lost} messages lost since ${formatTime(outbox.lostSince)}.`;
  return formatLine(platformLine(Date.now(), 'logplex', text));
}
