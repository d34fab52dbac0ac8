// One-off dynos: a command that somebody runs once, with their terminal or pipes attached to it or without.
import type { ConfigVars } from '../config-vars.js';
import type { Caller } from '../user.js';

/** What a one-off dyno is beside its row. */
export interface OneOff {
  /** Whether a client holds its input and output: then it begins when that has come, and nothing of it is logged. */
  attach: boolean;
  hasTty: boolean;
  /** Comes over the app's config vars. */
  env: ConfigVars;
  /** When a detached one ends at the latest. */
  endsAt: Date | null;
}

/** A secret by which one client may come, once: to a one-off dyno, or to a command inside a dyno that runs. */
export interface AttachSession {
  /** sha256: the secret itself is nowhere but with the client. */
  secretHash: string;
  dynoId: string;
  /** What runs inside the dyno; null attaches to the dyno itself. */
  command: string | null;
  hasTty: boolean;
  env: ConfigVars;
  by: Caller;
  expiresAt: Date;
}

/** In which a client must come. */
export const COME_WITHIN_MS = 30_000;
/** The most that anyone may ask for a detached one, and where its own end is chosen from when they ask for nothing. */
export const LONGEST_LIFE_S = 86_400;
const CYCLE_SPREAD_S = 216 * 60;

/** How long a detached dyno may live: what was asked for, or a day and a bit, by chance from 0 to 1. */
export function lifeOfDetachedMs(timeToLiveS: number | undefined, chance: number): number {
  return (timeToLiveS ?? LONGEST_LIFE_S + Math.floor(chance * CYCLE_SPREAD_S)) * 1000;
}

/** What runs when somebody types a command: where its first word is a process type, that one's command, with the arguments behind it. */
export function resolveCommand(typed: string, processTypes: Record<string, string>): { type: string | null; command: string } {
  const [, first = '', rest = ''] = /^\s*(\S+)([^]*)$/.exec(typed) ?? [];
  const known = Object.hasOwn(processTypes, first) ? processTypes[first] : undefined;
  return known === undefined ? { type: null, command: typed } : { type: first, command: `${known}${rest}` };
}
