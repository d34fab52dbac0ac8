// From the engine's records to lines: parts of a long line are joined, lines that are too long are cut.
import { cleanText, cutText, MAX_LINE_BYTES } from '../../model/logs/log-text.js';
import type { OutputStream, RecordKind } from './engine-records.js';

export interface EngineRecord {
  stream: OutputStream;
  /** As the engine prints it. */
  time: string;
  /** Without its line feed. */
  text: string;
  kind: RecordKind;
}

/** The beginning of a line whose end hasn't come; always shorter than a line may be. */
export interface Partial {
  time: string;
  text: string;
}

export type Pending = { [stream in OutputStream]?: Partial | undefined };
export type HearLine = (time: string, text: string) => void;

/** Takes a record; calls `hear` for each line (or full piece of one) that it completes. Changes `pending`. */
export function joinRecord(pending: Pending, record: EngineRecord, hear: HearLine): void {
  const { stream, text, kind } = record;
  const before = pending[stream];
  if (kind !== 'part' && !before && text.length * 3 <= MAX_LINE_BYTES) return hear(record.time, kind === 'plain' ? text : cleanText(text));
  const time = before?.time ?? record.time;
  const pieces = cutText((before?.text ?? '') + text);
  const rest = kind === 'part' ? pieces.pop() : undefined;
  pending[stream] = rest === undefined ? undefined : { time, text: rest };
  for (const piece of pieces) hear(time, cleanText(piece));
}

/** Says what is pending, as lines: nothing more will come. Changes `pending`. */
export function endPending(pending: Pending, hear: HearLine): void {
  for (const stream of ['stdout', 'stderr'] as const) {
    const partial = pending[stream];
    if (partial?.text) hear(partial.time, cleanText(partial.text));
    pending[stream] = undefined;
  }
}

/** `2026-03-13T15:08:07.1234Z`, as engines print it, as our lines have it: microseconds and `+00:00`. */
export function printEngineTime(time: string): string {
  if (time.length >= 27) return `${time.slice(0, 26)}+00:00`;
  const digits = time.slice(20, -1);
  return `${time.slice(0, 19)}.${digits.padEnd(6, '0')}+00:00`;
}
