// What became of an attempt to hand lines to a log drain.
import { FetchFault } from '../fetch-fault.js';

export interface Outcome {
  /**
   * `taken`; `unwanted`: it was refused for good; `failed`: the receiver had it, and did not take it now; `away`: it could not be
   * reached; `untrusted`: its certificate is no good; `forbidden`: it is where nothing may be sent.
   */
  kind: 'taken' | 'unwanted' | 'failed' | 'away' | 'untrusted' | 'forbidden';
  why: string;
}

/** What a connection that could not be made, or broke, means. */
export function outcomeOf(error: unknown): Outcome {
  const { code = '', message } = error as NodeJS.ErrnoException;
  if (error instanceof FetchFault) return { kind: error.kind === 'refused' ? 'forbidden' : 'away', why: message };
  if (isUntrusted(code)) return { kind: 'untrusted', why: message.split('\n')[0]!.split('. ')[0]! };
  const isAway = AWAY.has(code) || (error as { syscall?: string }).syscall === 'connect';
  return { kind: isAway ? 'away' : 'failed', why: code || message };
}

const AWAY = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'ETIMEDOUT', 'UND_ERR_CONNECT_TIMEOUT']);

/** By OpenSSL's names for what a certificate lacks. */
function isUntrusted(code: string): boolean {
  return /CERT|^UNABLE_TO_(GET|VERIFY|DECRYPT|DECODE)|^HOSTNAME_MISMATCH|^INVALID_(CA|PURPOSE)|^PATH_LENGTH_EXCEEDED/.test(code);
}
