// What a build or a release command says, on its way to whoever watches: gathered for a few milliseconds, whole lines first,
// and not without end.
import { StringDecoder } from 'node:string_decoder';
import { isRedisFull } from './redis-memory.js';
import { appendOutput } from './output.js';
import type { Bus } from './open-bus.js';

export interface GatheredOutput {
  /** Appends text; never waits. */
  say(text: string): void;
  /** Appends bytes of a stream, whose characters may be cut in two. */
  pass(bytes: Buffer): void;
  /** Sends all of it, half lines too. Rejects when it can't be sent. */
  flush(): Promise<void>;
  /** Whether there was too much: no more is taken. */
  isFull(): boolean;
  /** Drops what comes from now on: someone else has had the last word. */
  mute(): void;
}

export interface OutputTiming {
  gatherMs: number;
  /** How long a line may stay unfinished before it is sent as it is: progress bars move. */
  partialMs: number;
  maxBytes: number;
  /** Whose it is, as the line says that ends too much of it. */
  of: string;
}

const LOST = '\n !     A part of the output could not be kept.\n';
const TIMING = { gatherMs: 25, partialMs: 200 };

/** Opens the output of a build, or of a release command, on the bus. */
export function openOutput(bus: Bus, o: { id: string; of: string; maxBytes: number }): GatheredOutput {
  return gatherOutput((text) => appendOutput(bus, o.id, text), { ...TIMING, of: o.of, maxBytes: o.maxBytes });
}

/** Gathers text and gives it to `send`, one call after the other. */
export function gatherOutput(send: (text: string) => Promise<void>, timing: OutputTiming): GatheredOutput {
  const decoder = new StringDecoder('utf8');
  let waiting = '';
  let bytes = 0;
  let full = false;
  let muted = false;
  let timer: NodeJS.Timeout | null = null;
  let sending: Promise<void> = Promise.resolve();
  let isLost = false;

  function sendUpTo(end: number): void {
    const text = waiting.slice(0, end);
    waiting = waiting.slice(end);
    if (text !== '') sending = sending.then(() => sendOrLose(text));
    sending.catch(() => undefined);
  }

  /** Where Redis is full the work goes on, and its output says that a part is missing. */
  async function sendOrLose(text: string): Promise<void> {
    if (muted) return;
    try {
      await send(isLost ? `${LOST}${text}` : text);
      isLost = false;
    } catch (error) {
      if (!isRedisFull(error)) throw error;
      isLost = true;
    }
  }

  function wake(): void {
    timer = null;
    const whole = waiting.lastIndexOf('\n') + 1;
    if (whole > 0) sendUpTo(whole);
    else sendUpTo(waiting.length);
    if (waiting !== '') timer = setTimeout(wake, timing.partialMs);
  }

  function say(text: string): void {
    if (muted || full || text === '') return;
    bytes += Buffer.byteLength(text);
    full = bytes > timing.maxBytes;
    const mayWait = !waiting.includes('\n');
    waiting += full ? `${text}\n !     The output of this ${timing.of} is too long; the rest isn't shown.\n` : text;
    if (timer && mayWait && waiting.includes('\n')) {
      clearTimeout(timer);
      timer = null;
    }
    timer ??= setTimeout(wake, waiting.includes('\n') ? timing.gatherMs : timing.partialMs);
  }

  return {
    say,
    pass: (chunk) => say(decoder.write(chunk)),
    async flush() {
      if (timer) clearTimeout(timer);
      timer = null;
      sendUpTo(waiting.length);
      await sending;
    },
    isFull: () => full,
    mute() {
      muted = true;
      waiting = '';
    },
  };
}
