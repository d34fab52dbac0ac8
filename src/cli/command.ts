// What every command has in common: where it runs, and the options --json, --app and --remote.
import type { Command } from 'commander';
import type { Terminal } from './terminal/terminal.js';

/** All that a command may touch of the world, besides the API. */
export interface Cli {
  terminal: Terminal;
  env: NodeJS.ProcessEnv;
  cwd: string;
  stdin: NodeJS.ReadStream;
  /** For the bytes of a dyno, which nobody cleans: what the dyno prints is for the terminal to obey. All else goes through `terminal`. */
  stdout: NodeJS.WriteStream;
  stderr: NodeJS.WriteStream;
  now(): Date;
  /** What Ctrl-C has to do before it ends the command; the next one ends it at once. Returns the function that takes it back. */
  onInterrupt(work: () => Promise<unknown>): () => void;
}

export interface JsonOption {
  json?: boolean;
}

export interface AppOptions extends JsonOption {
  app?: string;
  remote?: string;
}

/** Adds a command that isn't about one app. `spec` is its name and arguments: `users:add <email>`. */
export function addCommand(program: Command, spec: string, summary: string): Command {
  return program.command(spec).description(summary).option('-j, --json', 'print the answer as JSON');
}

/** Adds a command about one app: named by --app, by --remote, by PAAS_APP, or by the git remote of this directory. */
export function addAppCommand(program: Command, spec: string, summary: string): Command {
  return addCommand(program, spec, summary)
    .option('-a, --app <name>', 'the app to work on')
    .option('-r, --remote <name>', 'the git remote that names the app');
}
