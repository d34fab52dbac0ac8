// A command line without a world: what it prints is kept, nobody is logged in, and no directory is a checkout.
import { PassThrough } from 'node:stream';
import type { Cli } from '../../../src/cli/command.js';
import { openTerminal } from '../../../src/cli/terminal/terminal.js';

export interface MemoryCli {
  cli: Cli;
  out(): string;
  err(): string;
}

export function memoryCli(o: { env?: NodeJS.ProcessEnv; isTTY?: boolean; columns?: number; stdin?: string; cwd?: string } = {}): MemoryCli {
  let out = '';
  let err = '';
  const env = { HOME: '/nonexistent', ...o.env };
  const stdout = { write: (text: string) => ((out += text), true), isTTY: o.isTTY, columns: o.columns };
  const stderr = { write: (text: string) => ((err += text), true), isTTY: o.isTTY, columns: o.columns };
  const stdin = new PassThrough().end(o.stdin ?? '') as unknown as NodeJS.ReadStream;
  const cli = {
    terminal: openTerminal({ stdout, stderr, env }),
    env,
    cwd: o.cwd ?? '/',
    stdin,
    stdout: stdout as unknown as NodeJS.WriteStream,
    stderr: stderr as unknown as NodeJS.WriteStream,
    now: () => new Date('2026-03-13T15:38:08Z'),
    onInterrupt: () => () => undefined,
  };
  return { cli, out: () => out, err: () => err };
}
