// The way in for log lines: gathers them for a few milliseconds per app, then appends one batch.
// The buffer is capped; what it loses is counted and said (L13), never silent.
import { platformLine, type LogLine } from '../model/log-line.js';
import { appendLines } from './log-lines.js';
import type { Bus } from './open-bus.js';

export interface LineWriter {
  /** Queues a line. Never blocks, never throws. */
  write(appId: string, line: LogLine): void;
  /** Sends what is queued and waits for it, at most 2 s. */
  flush(): Promise<void>;
}

const GATHER_MS = 10;
const MAX_BATCH = 500;
const MAX_QUEUED = 5_000;

interface Pending {
  lines: LogLine[];
  lost: number;
  sending: boolean;
}

/** Opens a writer; one per process is enough. */
export function openLineWriter(bus: Bus): LineWriter {
  const apps = new Map<string, Pending>();
  let timer: NodeJS.Timeout | null = null;

  async function send(appId: string, pending: Pending): Promise<void> {
    if (pending.sending) return;
    pending.sending = true;
    while (pending.lines.length > 0) {
      const batch = pending.lines.splice(0, MAX_BATCH);
      if (pending.lost > 0) batch.push(lossLine(pending));
      await appendLines(bus, appId, batch).catch(() => undefined);
    }
    apps.delete(appId);
  }

  const sendAll = () => {
    timer = null;
    return Promise.all([...apps].map(([appId, pending]) => send(appId, pending)));
  };

  return {
    write(appId, line) {
      const pending = apps.get(appId) ?? { lines: [], lost: 0, sending: false };
      apps.set(appId, pending);
      if (pending.lines.length >= MAX_QUEUED) pending.lost += 1;
      else pending.lines.push(line);
      timer ??= setTimeout(sendAll, GATHER_MS);
    },
    async flush() {
      const late = new Promise<void>((resolve) => setTimeout(resolve, 2_000).unref());
      await Promise.race([sendAll(), late]);
    },
  };
}

function lossLine(pending: Pending): LogLine {
  const now = Date.now();
  const text = `Error L13: ${pending.lost} messages lost since ${new Date(now).toISOString()}.`;
  pending.lost = 0;
  return platformLine(now, 'logplex', text);
}
