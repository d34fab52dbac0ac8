// Hears an app's lines from a place on, each once and in order: what the history still has first, then what comes. What is missing
// between two lines is seen by their numbers.
import { readBatches, type LogBatch } from '../../bus/log-lines.js';
import type { Bus } from '../../bus/open-bus.js';
import { compareSequences, missingBetween } from '../../model/logs/log-sequence.js';
import type { Hub } from '../hub.js';
import { numberedLines, type NumberedLine } from './numbered-lines.js';

interface From {
  bus: Bus;
  hub: Hub;
  appId: string;
  /** The number of the last line that isn't needed; empty for all. */
  place: string;
}

interface Hearer {
  hear(lines: NumberedLine[]): void;
  lose(count: number): void;
}

/** Until the returned function is called. */
export async function followFrom({ bus, hub, appId, place }: From, to: Hearer): Promise<() => void> {
  let last = place;
  let waiting: LogBatch[] | null = [];

  function tell(batch: LogBatch): void {
    if (last !== '' && compareSequences(batch.seq, last) <= 0) return;
    // Without a place it is to have all since the log began.
    const missing = missingBetween(last || batch.seq.replace(/\d+$/, '0'), batch);
    if (missing > 0) to.lose(missing);
    const [began, n] = last.split('-');
    last = batch.seq;
    to.hear(numberedLines(batch).filter((line) => line.began !== began || line.n > Number(n)));
  }

  const leave = await hub.follow(appId, {
    hear: (batch) => (waiting ? void waiting.push(batch) : tell(batch)),
    lose: () => undefined,
  });
  try {
    (await readBatches(bus, appId, place || undefined)).forEach(tell);
  } catch (error) {
    leave();
    throw error;
  }
  const since = waiting;
  waiting = null;
  since.forEach(tell);
  return leave;
}
