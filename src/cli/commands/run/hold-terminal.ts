// The terminal while its keys are the dyno's: raw, and given back whatever happens.
import { spawnSync } from 'node:child_process';

const CTRL_C = 0x03;
/** So many Ctrl-C within a second leave a program that is deaf to them. */
const LEAVE_AFTER = 4;
const LEAVE_WITHIN_MS = 1_000;
const ENDINGS = { SIGTERM: 143, SIGHUP: 129 } as const;

/** Takes it; the returned function gives it back. */
export function holdTerminal({ stdin, leave }: { stdin: NodeJS.ReadStream; leave: () => void }): () => void {
  let pressed: number[] = [];
  const restore = () => void stdin.setRawMode(false);
  const ends = Object.entries(ENDINGS).map(([signal, status]) => {
    const end = () => {
      restore();
      process.exit(status);
    };
    process.once(signal, end);
    return () => process.off(signal, end);
  });
  const count = (chunk: Buffer) => {
    const now = Date.now();
    const presses = chunk.filter((byte) => byte === CTRL_C).length;
    pressed = [...pressed.filter((at) => now - at < LEAVE_WITHIN_MS), ...Array<number>(presses).fill(now)];
    if (pressed.length >= LEAVE_AFTER) leave();
  };
  stdin.setRawMode(true);
  // Node leaves it to put a CR before each LF, which the dyno's terminal has done already where the program wants it.
  spawnSync('stty', ['-opost'], { stdio: ['inherit', 'ignore', 'ignore'] });
  stdin.on('data', count);
  process.once('exit', restore);
  return () => {
    restore();
    stdin.off('data', count);
    process.off('exit', restore);
    for (const forget of ends) forget();
  };
}
