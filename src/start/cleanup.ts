// What must be undone before we end, in reverse order of having been done.

export interface Cleanup {
  /** Adds a step; when all was undone already, it is taken at once. */
  add(step: () => Promise<unknown> | void): void;
  /** Takes every step, the last added first; a step that fails doesn't keep the others from being taken. */
  run(): Promise<void>;
}

export function openCleanup(report: (error: Error) => void): Cleanup {
  const steps: (() => Promise<unknown> | void)[] = [];
  let done: Promise<void> | undefined;
  const take = async (step: () => Promise<unknown> | void) => {
    try {
      await step();
    } catch (error) {
      report(error as Error);
    }
  };
  const takeAll = async () => {
    for (let step = steps.pop(); step; step = steps.pop()) await take(step);
  };
  return {
    add(step) {
      if (done) void take(step);
      else steps.push(step);
    },
    run: () => (done ??= takeAll()),
  };
}
