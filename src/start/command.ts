// What each command of bin/slipway is given.
import type { Config } from '../config.js';

export interface CommandInput {
  config: Config;
  /** What follows the command's name. */
  args: string[];
  /** Slipway's own directory. */
  root: string;
}

/** Runs to the command's end and answers the exit status; throws what the person must read. */
export type StartCommand = (input: CommandInput) => Promise<number>;
