// Lines as they travel between platforms: RFC 5424 messages, each behind the number of its bytes (RFC 6587). Over HTTP, Heroku's
// application/logplex-1: no structured data.
import { TIME_LENGTH } from './log-line.js';

const APP = 190;
const API = 133;
const ROUTER = 158;
const DYNO = 134;
const LOGPLEX = 172;

/** One printed line as a frame of a POST; undefined where it is none. */
export function httpFrame(printed: string): string | undefined {
  const parts = split(printed);
  return parts && counted(`<${priorityOf(parts)}>1 ${parts.time} host ${parts.source} ${parts.ps} - ${parts.text}\n`);
}

/** One printed line as a frame on a socket; the drain's token stands for the host. */
export function syslogFrame(printed: string, token: string): string | undefined {
  const parts = split(printed);
  return parts && counted(`<${priorityOf(parts)}>1 ${parts.time} ${token} ${parts.source} ${parts.ps} - - ${parts.text}\n`);
}

interface Parts {
  time: string;
  source: string;
  ps: string;
  text: string;
}

function split(printed: string): Parts | undefined {
  const open = printed.indexOf('[', TIME_LENGTH);
  const close = printed.indexOf(']: ', open);
  if (open < 0 || close < 0) return undefined;
  return {
    time: printed.slice(0, TIME_LENGTH),
    source: printed.slice(TIME_LENGTH + 1, open),
    ps: printed.slice(open + 1, close),
    text: printed.slice(close + 3),
  };
}

/** Facility and severity, as Heroku has them. */
function priorityOf({ source, ps }: Pick<Parts, 'source' | 'ps'>): number {
  if (source === 'app') return ps === 'api' ? API : APP;
  if (ps === 'router') return ROUTER;
  return ps === 'logplex' ? LOGPLEX : DYNO;
}

function counted(message: string): string {
  return `${Buffer.byteLength(message)} ${message}`;
}
