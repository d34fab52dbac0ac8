// Lets a reader sleep until something may have been written, or `ms` have passed.

export interface Wake {
  /** Something may have been written; remembered when nobody waits. */
  ring(): void;
  /** Waits for the next ring, at most `ms`. */
  wait(ms: number): Promise<void>;
}

export function makeWake(): Wake {
  let rung = false;
  let wakeUp: (() => void) | null = null;
  return {
    ring() {
      rung = true;
      wakeUp?.();
    },
    async wait(ms) {
      if (!rung) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, ms);
          wakeUp = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
      wakeUp = null;
      rung = false;
    },
  };
}
