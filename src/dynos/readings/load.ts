// Load as Heroku counts it: a damped average of the threads that run or would run, over 1, 5 and 15 minutes.

export interface Load {
  load1: number;
  load5: number;
  load15: number;
}

export const NO_LOAD: Load = { load1: 0, load5: 0, load15: 0 };

const MINUTE_MS = 60_000;

/** The load after `ms` more, in which so many threads ran or would have. */
export function nextLoad(before: Load, runnable: number, ms: number): Load {
  const damp = (old: number, minutes: number) => {
    const keeps = Math.exp(-ms / (minutes * MINUTE_MS));
    return (1 - keeps) * runnable + keeps * old;
  };
  return { load1: damp(before.load1, 1), load5: damp(before.load5, 5), load15: damp(before.load15, 15) };
}
