// `Creating demo... done`: what is being done, on stderr, and how it went.
import { oneLine } from './clean.js';
import type { Terminal } from './terminal.js';

const FRAMES = ['⣾', '⣽', '⣻', '⢿', '⡿', '⣟', '⣯', '⣷'];
const FRAME_MS = 100;

/** Says `what...` while `work` runs, then `done` (or what `status` makes of the result), or `!` when it throws. */
export async function during<T>(
  terminal: Terminal,
  what: string,
  work: () => Promise<T>,
  status: (result: T) => string = () => 'done',
): Promise<T> {
  const end = begin(terminal, `${oneLine(what)}... `);
  try {
    const result = await work();
    end(oneLine(status(result)));
    return result;
  } catch (error) {
    end('!');
    throw error;
  }
}

function begin(terminal: Terminal, text: string): (status: string) => void {
  if (!terminal.animates) {
    terminal.tell(text);
    return (status) => terminal.tell(`${status}\n`);
  }
  terminal.redraw(text, false);
  let frame = 0;
  const timer = setInterval(() => {
    frame += 1;
    terminal.redraw(`${text}${FRAMES[frame % FRAMES.length]}`, false);
  }, FRAME_MS);
  return (status) => {
    clearInterval(timer);
    terminal.redraw(`${text}${status}\n`, true);
  };
}
