// Numbers of log lines: `<ms when the log began>-<n>`, n counted from 1 since then.

export type LogSequence = string;

/** Whether text is such a number. */
export function isSequence(text: string): boolean {
  return /^\d{1,16}-\d{1,16}$/.test(text);
}

/** Orders two numbers; negative when `a` comes first. */
export function compareSequences(a: LogSequence, b: LogSequence): number {
  const [began, n] = parts(a);
  const [otherBegan, otherN] = parts(b);
  return began - otherBegan || n - otherN;
}

/** How many lines are missing between `last` and a batch of `count` lines that ends with `seq`; 0 when a log began anew. */
export function missingBetween(last: LogSequence, batch: { seq: LogSequence; count: number }): number {
  const [began, n] = parts(last);
  const [itsBegan, itsLast] = parts(batch.seq);
  return began === itsBegan ? Math.max(0, itsLast - batch.count - n) : 0;
}

function parts(seq: LogSequence): [number, number] {
  const [began, n] = seq.split('-').map(Number);
  return [began ?? 0, n ?? 0];
}
