// `Creating demo... done`: what is being done, on stderr, and how it went.
import type { Terminal } from './terminal.js';

const FRAMES = ['⣾', '⣽', '⣻', '⢿', '⡿', '⣟', '⣯', '⣷'];
const FRAME_MS = 100;

/** Says `what...` while `work` runs, then `done` (or what `status` makes of the result), or `!` when it throws. */
export async function during<T>(terminal: Terminal, what: string, work: () => Promise<T>, status: (result: T) => string = () => 'done'): Promise<T> {
  const end = begin(terminal, `${what}... `);
  try {
    const result = await work();
    end(status(result));
    return result;
  } catch (error) {
    end('!');
    throw error;
  }
}

function begin(terminal: Terminal, text: string): (status: string) => void {
  terminal.tell(text);
  if (!terminal.animates) return (status) => terminal.tell(`${status}\n`);
  let frame = 0;
  const timer = setInterval(() => {
    frame += 1;
    terminal.tell(`\r\u001B[K${text}${FRAMES[frame % FRAMES.length]}`);
  }, FRAME_MS);
  return (status) => {
    clearInterval(timer);
    terminal.tell(`\r\u001B[K${text}${status}\n`);
  };
}
