// A one-off dyno that this process sees through, and who may come to it.
import type { Dyno } from '../../model/dyno.js';
import type { Line } from './rendezvous/line.js';

export interface Run {
  dyno: Dyno;
  /** Its client, when that has come. */
  line: Promise<Line>;
  /** Aborted when somebody asks for its end. */
  stopping: AbortSignal;
  /** Aborted when this process ends: the dyno goes on. */
  closing: AbortSignal;
}

export interface Limits {
  /** For the client to come. */
  comeWithinMs: number;
  /** Without a byte either way. */
  idleMs: number;
  hangUpEveryMs: number;
}

export const LIMITS: Limits = { comeWithinMs: 30_000, idleMs: 3_600_000, hangUpEveryMs: 5_000 };
