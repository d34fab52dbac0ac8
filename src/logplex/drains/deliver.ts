// Gives one drain its lines, in order, each at least once: what isn't taken is tried again, what can't be kept meanwhile is counted. Waits
// for nobody but its own receiver.
import { pause, systemClock } from '../../lib/async/clock.js';
import { makeWake } from '../../lib/async/wake.js';
import { within } from '../../lib/async/within.js';
import type { Outcome } from '../../outbound/drains/outcome.js';
import { newFrameId, type Batch, type Channel } from './channel.js';
import type { LineBuffer, Lost } from './line-buffer.js';
import type { NumberedLine } from './numbered-lines.js';
import { awayPause, failedPause, MOST_TRIES } from './patience.js';

export interface Delivery {
  /** There may be something to send. */
  ring(): void;
  /** The last line that need not be sent again, since this was last asked. */
  takeArrived(): NumberedLine | null;
  /** Ends the connection, after what is on its way. */
  stop(): Promise<void>;
}

interface Delivered {
  buffer: LineBuffer;
  /** `onBreak` is to be called when what was taken last may be lost. */
  open(onBreak: () => void): Channel;
  random: () => number;
  /** Called with each attempt that brought nothing. */
  onTrouble(outcome: Outcome): void;
}

/** A receiver that has been away for so long is kept the last lines only. */
const LONG_MS = 300_000;
const FEW_LINES = 10;
const STOP_MS = 1_500;
const IDLE_MS = 60_000;

export function startDelivery({ buffer, open, random, onTrouble }: Delivered, mostLines: number): Delivery {
  const wake = makeWake();
  const stop = new AbortController();
  let current: Batch | null = null;
  let tries = 0;
  let timesAway = 0;
  let troubleSince: number | null = null;
  let sentAt = -Infinity;
  let notBefore = -Infinity;
  let arrived: NumberedLine | null = null;
  /** Taken, but nothing says that they have arrived. */
  let doubtful: (Batch & { until: number })[] = [];
  const channel = open(() => {
    takeBack();
    timesAway += 1;
    notBefore = performance.now() + awayPause(timesAway, random);
    wake.ring();
  });

  /** What has been taken for long enough has arrived. */
  function settle(now: number): void {
    while (doubtful[0] && doubtful[0].until <= now) {
      arrived = doubtful.shift()!.lines.at(-1) ?? arrived;
      timesAway = 0;
    }
  }

  /** The connection broke: what it was given last is sent again, before what was to follow. */
  function takeBack(): void {
    settle(performance.now());
    if (doubtful.length === 0) return;
    const back = [...doubtful, ...(current ? [current] : [])];
    buffer.putBack(
      back.flatMap(({ lines }) => lines),
      allLost(back.flatMap(({ lost }) => lost ?? [])),
    );
    doubtful = [];
    current = null;
  }

  async function next(): Promise<Batch | null> {
    const waitMs = sentAt + channel.gatherMs - performance.now();
    if (waitMs > 0 && buffer.chars < channel.batchChars) await pause(systemClock, waitMs, stop.signal);
    // What was lost is said before the next line: alone, one that takes nothing would be told of it again and again.
    const lines = buffer.take(channel.batchChars);
    if (lines.length > 0) return { lines, lost: buffer.takeLost(), frameId: newFrameId() };
    await wake.wait(IDLE_MS);
    return null;
  }

  function noteTaken(batch: Batch): void {
    if (troubleSince !== null) buffer.keep(mostLines);
    troubleSince = null;
    // The connection broke while it was sent: it went back.
    if (current !== batch) return;
    current = null;
    tries = 0;
    if (channel.doubtMs > 0) doubtful.push({ ...batch, until: sentAt + channel.doubtMs });
    else [arrived, timesAway] = [batch.lines.at(-1) ?? arrived, 0];
  }

  function noteTrouble(batch: Batch, outcome: Outcome): void {
    const now = performance.now();
    onTrouble(outcome);
    troubleSince ??= now;
    if (now - troubleSince > LONG_MS) buffer.keep(FEW_LINES);
    tries += outcome.kind === 'failed' ? 1 : 0;
    if (outcome.kind === 'unwanted' || tries >= MOST_TRIES) return drop(batch);
    if (outcome.kind !== 'failed') timesAway += 1;
    notBefore = now + (outcome.kind === 'failed' ? failedPause(tries, random) : awayPause(timesAway, random));
    takeBack();
  }

  function drop(batch: Batch): void {
    buffer.lose(batch.lines.length);
    buffer.putBack([], batch.lost);
    arrived = batch.lines.at(-1) ?? arrived;
    current = null;
    tries = 0;
  }

  async function run(): Promise<void> {
    while (!stop.signal.aborted) {
      const wait = notBefore - performance.now();
      if (wait > 0) await pause(systemClock, wait, stop.signal);
      current ??= await next();
      const batch = current;
      if (!batch || stop.signal.aborted) continue;
      const outcome = await channel.send(batch);
      sentAt = performance.now();
      if (outcome.kind === 'taken') noteTaken(batch);
      else if (!stop.signal.aborted) noteTrouble(batch, outcome);
    }
  }

  const running = run();
  return {
    ring: wake.ring,
    takeArrived() {
      settle(performance.now());
      const line = arrived;
      arrived = null;
      return line;
    },
    async stop() {
      stop.abort();
      wake.ring();
      await within(STOP_MS, running);
      if (await within(STOP_MS, channel.close())) settle(Infinity);
      buffer.close();
    },
  };
}

/** What is to be said of several losses, the oldest first, as one. */
function allLost([first, ...more]: Lost[]): Lost | null {
  return first ? more.reduce((sum, { count }) => ({ ...sum, count: sum.count + count }), first) : null;
}
