// Heroku's client says that its input has ended by one byte, EOT. Where no terminal is there to understand it, the last byte of
// all is meant, and no other: it is held back until it is clear which it was.

const EOT = 0x04;
/** The client sends it right behind the last of its input, or alone. */
const QUIET_MS = 250;

export interface EndOfInput {
  /** What may be passed on of what was held back and this. */
  pass(chunk: Buffer): Buffer;
  /** All that had come is passed on; what was held back ends the input unless more comes soon. */
  quiet(): void;
  close(): void;
}

export function openEndOfInput(ended: () => void, quietMs: number = QUIET_MS): EndOfInput {
  let isHeld = false;
  let timer: NodeJS.Timeout | undefined;
  return {
    pass(chunk) {
      clearTimeout(timer);
      const all = isHeld ? Buffer.concat([Buffer.from([EOT]), chunk]) : chunk;
      isHeld = all.at(-1) === EOT;
      return isHeld ? all.subarray(0, -1) : all;
    },
    quiet() {
      clearTimeout(timer);
      if (isHeld) timer = setTimeout(ended, quietMs);
    },
    close: () => clearTimeout(timer),
  };
}
