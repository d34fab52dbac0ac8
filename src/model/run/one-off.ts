// One-off dynos: a command that somebody runs once, with their terminal or pipes attached to it or without.
import type { ConfigVars } from '../config-vars.js';
import type { Dyno } from '../dyno.js';
import type { Caller } from '../user.js';
import { cyclesAt } from './cycle.js';

/** What a one-off dyno is beside its row. */
export interface OneOff {
  /** Whether a client holds its input and output: then it begins when that has come, and nothing of it is logged. */
  attach: boolean;
  hasTty: boolean;
  /** Comes over the app's config vars. */
  env: ConfigVars;
  /** When it ends at the latest, if somebody has said so. */
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
/** The most that anyone may ask for a detached one. */
export const LONGEST_LIFE_S = 86_400;

/** When a detached one ends at the latest; null where it may run on. `cycleMs` is how long a dyno runs at least, 0 for ever. */
export function endOf(dyno: Pick<Dyno, 'id' | 'createdAt'>, { endsAt }: Pick<OneOff, 'endsAt'>, cycleMs: number): number | null {
  return endsAt?.getTime() ?? cyclesAt(dyno, { periodMs: cycleMs, since: 0 });
}

/** What runs when somebody types a command: where its first word is a process type, that one's command, with the arguments behind it. */
export function resolveCommand(typed: string, processTypes: Record<string, string>): { type: string | null; command: string } {
  const [, first = '', rest = ''] = /^\s*(\S+)([^]*)$/.exec(typed) ?? [];
  const known = Object.hasOwn(processTypes, first) ? processTypes[first] : undefined;
  return known === undefined ? { type: null, command: typed } : { type: first, command: `${known}${rest}` };
}
