// Where a dyno's answer ends, and what becomes of its connection then. Pure.
import { isLength } from '../in/framing.js';
import type { RawAnswer } from '../wire/status-line.js';

export interface AnswerFraming {
  length: number | 'chunked' | 'until close';
  /** Whether the dyno may be asked again on its connection. */
  keepsAlive: boolean;
  /** How long the dyno says it keeps it, in ms. */
  keepsForMs: number;
}

/** `length`: two readers could disagree about the length. `coding`: nobody here can read it. */
export type FramingFault = 'length' | 'coding';

const UNTOLD_MS = Infinity;

export function framingOf({ status, httpVersion, headers }: RawAnswer, method: string): AnswerFraming | FramingFault {
  const lengths: string[] = [];
  const codings: string[] = [];
  let connection = '';
  let keepsForMs = UNTOLD_MS;
  for (let i = 0; i < headers.length; i += 2) {
    const [name, value] = [headers[i]!, headers[i + 1]!];
    // By its length first: most headers are none of these.
    if (name.length !== 14 && name.length !== 17 && name.length !== 10) continue;
    const lower = name.toLowerCase();
    if (lower === 'content-length') lengths.push(value);
    else if (lower === 'transfer-encoding') codings.push(value.toLowerCase());
    else if (lower === 'connection') connection += `,${value.toLowerCase()}`;
    else if (lower === 'keep-alive') keepsForMs = Number(/timeout=(\d{1,6})/.exec(value)?.[1] ?? Infinity) * 1_000;
  }
  const keepsAlive = httpVersion === '1.1' && !/(^|[\s,])close([\s,]|$)/.test(connection);
  if (lengths.length > 1 || (lengths.length === 1 && (!isLength(lengths[0]!) || codings.length > 0))) return 'length';
  // Their headers are of a body that isn't sent (RFC 9112 §6.3).
  if (method === 'HEAD' || status === 204 || status === 304) return { length: 0, keepsAlive, keepsForMs };
  if (codings.length > 0) {
    return codings.length === 1 && codings[0] === 'chunked' && httpVersion === '1.1'
      ? { length: 'chunked', keepsAlive, keepsForMs }
      : 'coding';
  }
  if (lengths.length === 1) return { length: Number(lengths[0]), keepsAlive, keepsForMs };
  return { length: 'until close', keepsAlive: false, keepsForMs };
}
