// A signal that also ends after a time. AbortSignal.any with AbortSignal.timeout may be collected before it fires (Node 20).

export interface TimeLimit {
  signal: AbortSignal;
  /** Forgets the time. */
  clear(): void;
}

/** A signal that is aborted with `outer`, or after `ms`. */
export function timeLimit(outer: AbortSignal, ms: number): TimeLimit {
  const limit = new AbortController();
  const stop = () => limit.abort(outer.reason);
  const timer = setTimeout(() => limit.abort(), ms);
  outer.addEventListener('abort', stop, { once: true });
  if (outer.aborted) stop();
  return {
    signal: limit.signal,
    clear() {
      clearTimeout(timer);
      outer.removeEventListener('abort', stop);
    },
  };
}
