// An output stream: from the beginning whenever one joins, live, until it ends. Read from Redis while it is written,
// from the store afterwards. Whoever reads slowly is served slowly: nothing is buffered for them.
import { onOutput, readOutput } from '../../bus/output.js';
import type { Bus } from '../../bus/open-bus.js';
import { makeWake } from '../../lib/async/wake.js';
import { within } from '../../lib/async/within.js';

export interface OutputSource {
  id: string;
  /** Whether the build or release has ended, and its output as the store keeps it (null until it does). */
  readEnd(): Promise<{ hasEnded: boolean; saved: string | null }>;
  /** Asked each second while nothing comes: news for the one who waits, '' when there is none. */
  whileQuiet(): Promise<string>;
}

/** A piece of output; news has no offset, since it isn't part of what is kept. */
export interface OutputPiece {
  text: string;
  /** Bytes of the output up to and with this piece; null for news. */
  offset: number | null;
}

const QUIET_MS = 1_000;
const READ_LIMIT_MS = 2_000;
const CHUNKS_AT_ONCE = 200;

/** Yields the output after its first `from` bytes. Ends with it, or when the signal aborts. */
export async function* followOutput(bus: Bus, source: OutputSource, o: { from: number; signal: AbortSignal }): AsyncGenerator<OutputPiece> {
  const bell = makeWake();
  o.signal.addEventListener('abort', bell.ring, { once: true });
  const stop = await onOutput(bus, source.id, bell.ring);
  const reader = openReader(bus, source.id, o.from);
  let wasRung = false;
  try {
    while (!o.signal.aborted) {
      const live = await reader.next();
      yield* live.pieces;
      if (live.hasEnded) return;
      if (live.count === CHUNKS_AT_ONCE) continue;
      // Who has just heard something will hear of the end; who hasn't may have come too late for it.
      const end = wasRung ? null : await source.readEnd().catch(storeAway);
      if (end?.hasEnded) return yield* reader.rest(end.saved);
      wasRung = await bell.wait(QUIET_MS);
      if (wasRung) continue;
      const news = await source.whileQuiet().catch(storeAway);
      if (news) yield { text: news, offset: null };
    }
  } finally {
    stop();
  }
}

/** The store may be away for a moment: nothing is known of the end then, and whoever follows goes on doing so. */
function storeAway(): null {
  return null;
}

/** Reads on from where it is, counting bytes and leaving out the first `from`. */
function openReader(bus: Bus, id: string, from: number) {
  let seq = '';
  let offset = 0;

  function piece(text: string): OutputPiece[] {
    const bytes = Buffer.from(text);
    const skip = Math.max(0, from - offset);
    offset += bytes.length;
    return skip >= bytes.length ? [] : [{ text: bytes.subarray(skip).toString('utf8'), offset }];
  }

  async function next(): Promise<{ pieces: OutputPiece[]; hasEnded: boolean; count: number }> {
    const { chunks } = await withinLimit(readOutput(bus, id, seq, CHUNKS_AT_ONCE));
    const pieces: OutputPiece[] = [];
    for (const chunk of chunks) {
      seq = chunk.seq;
      if (chunk.end) return { pieces, hasEnded: true, count: chunks.length };
      pieces.push(...piece(chunk.text));
    }
    return { pieces, hasEnded: false, count: chunks.length };
  }

  /** What came since the last look, then what only the store has. */
  async function* rest(saved: string | null): AsyncGenerator<OutputPiece> {
    for (let live = await next(); live.count > 0; live = await next()) {
      yield* live.pieces;
      if (live.hasEnded) return;
    }
    yield* piece(
      Buffer.from(saved ?? '')
        .subarray(offset)
        .toString('utf8'),
    );
  }

  return { next, rest };
}

/** Redis may be away: then nothing came, and the store is asked. */
async function withinLimit(reading: ReturnType<typeof readOutput>): ReturnType<typeof readOutput> {
  const nothing = () => ({ chunks: [] });
  return within(READ_LIMIT_MS, reading.catch(nothing), nothing);
}
