// Which lines of our processes someone wants to see who only wants the platform to run.

/** Whatever isn't a log line of ours (a crash, a warning), and of those the ones that tell of a fault or its reason. */
export function isWorthSaying(line: string): boolean {
  return !/^at=\S/.test(line) || / (?:error|reason)=/.test(line);
}
