// What `start` and `demo` share: the platform comes up, something is done with it, and however that ends all is undone.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { bringUp, type Platform } from './bring-up.js';
import { openCleanup, type Cleanup } from './cleanup.js';
import type { CommandInput } from './command.js';
import { procfileLines } from './foreman.js';
import { holdLines, type HeldLines } from './screen/held-lines.js';
import { linePrinter } from './screen/line-printer.js';
import { openProgress, type Progress } from './screen/progress.js';
import { untilStopped } from './screen/until-stopped.js';
import { isWorthSaying } from './screen/worth-saying.js';

export interface Session {
  platform: Platform;
  progress: Progress;
  cleanup: Cleanup;
  lines: HeldLines;
  /** Whether to show a line of our processes: all of them with --verbose. */
  isWanted(line: string): boolean;
  /** Waits for Ctrl-C: from here on that is the good end, no interruption. */
  untilStopped(): Promise<void>;
}

const INTERRUPTED = 130;

/** Brings the platform up and runs `work`; answers its status, or 130 when interrupted before its end. */
export async function runSession(
  input: CommandInput,
  o: { readyWithinMs?: number },
  work: (session: Session) => Promise<number>,
): Promise<number> {
  process.stdout.on('error', () => undefined); // Whoever read our lines may leave before us.
  const stopped = untilStopped();
  let isDone = false;
  const progress = openProgress();
  const cleanup = openCleanup((error) => progress.say(`Stopping: ${error.message}`));
  const lines = holdLines(printer(input.root));
  const whole = async () => {
    const platform = await bringUp({ ...input, ...o, progress, cleanup, write: lines.write, onSlow: lines.release });
    const waitForStop = async () => {
      isDone = true;
      await stopped;
      progress.say('\n-----> Stopping. Apps go on running; their URLs refuse until the next start');
    };
    const isWanted = input.args.includes('--verbose') ? () => true : isWorthSaying;
    return work({ platform, progress, cleanup, lines, isWanted, untilStopped: waitForStop });
  };
  const session = whole();
  try {
    const interrupted = stopped.then(() => (isDone ? session : INTERRUPTED));
    const status = await Promise.race([session, interrupted]);
    if (status === INTERRUPTED) progress.say('\n-----> Interrupted; stopping');
    return status;
  } catch (error) {
    lines.release(); // The reason is most likely among them.
    throw error;
  } finally {
    session.catch(() => undefined);
    await cleanup.run();
  }
}

function printer(root: string): (name: string, line: string) => void {
  const names = procfileLines(readFileSync(join(root, 'Procfile'), 'utf8')).map((each) => each.name);
  return linePrinter(names, { screen: process.stdout, noColour: Boolean(process.env['NO_COLOR']) });
}
