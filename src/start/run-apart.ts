// Runs another command of ours in a process of its own: what it loaded goes with it.
import { spawn, type ChildProcess } from 'node:child_process';
import type { Prepared } from './prepare.js';

/** Runs `prepare` with our screen and returns what it made ready. Throws its sentence when it couldn't. */
export function prepareApart(): Promise<Prepared> {
  const child = spawn(process.execPath, [mainFile(), 'prepare'], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  return new Promise((resolve, reject) => {
    child.on('message', (outcome: Prepared | { error: string }) => {
      if ('error' in outcome) reject(new Error(outcome.error));
      else resolve(outcome);
    });
    child.on('error', reject);
    child.on('exit', (code, signal) => reject(new Error(`Preparing ended with ${signal ?? `status ${code}`}.`)));
  });
}

/** Saves the stack's images into the home, in the background and with what the machine has to spare. */
export function saveStackApart(images: { runImage: string; buildImage: string }): ChildProcess {
  return spawn('nice', ['-n', '19', process.execPath, mainFile(), 'save-stack', images.runImage, images.buildImage], { stdio: 'ignore' });
}

function mainFile(): string {
  return process.argv[1] ?? '';
}
