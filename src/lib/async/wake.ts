// Lets somebody who looks again and again sleep until there may be something new, or some time has passed.

export interface Wake {
  /** There may be something new; remembered when nobody waits. */
  ring(): void;
  /** Waits for the next ring, at most `ms`; says whether there was one. */
  wait(ms: number): Promise<boolean>;
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
      const wasRung = rung;
      wakeUp = null;
      rung = false;
      return wasRung;
    },
  };
}
