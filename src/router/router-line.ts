// The router's line about a request. Field order is Heroku's and fixed; empty values keep the key
// (devcenter.heroku.com/articles/http-routing#heroku-router-log-format).
import { hRow, type HCode } from '../model/error-codes.js';

export interface Told {
  code?: HCode | undefined;
  /** Replaces the code's own description (`HTTP restriction: oversized cookie`). */
  desc?: string | undefined;
  /** Why a request was refused (H26). */
  cause?: string | undefined;
  method: string;
  path: string;
  host: string;
  requestId: string;
  forwardedFor: string;
  dyno?: string | undefined;
  connectMs?: number | undefined;
  serviceMs?: number | undefined;
  status: number | '';
  /** From dyno to client, headers included. */
  bytes?: number | undefined;
  /** `http`, `https`, or `http2.0` with what Heroku says of its TLS. */
  protocol: string;
}

/** The text of the line. */
export function routerLine(t: Told): string {
  const row = t.code ? hRow(t.code) : null;
  const sock = row?.sock ? `sock=${row.sock} ` : '';
  const code = row ? ` code=${t.code} desc="${t.desc ?? row.desc}"` : '';
  const cause = t.cause ? ` cause="${t.cause}"` : '';
  return (
    `${sock}at=${row?.at ?? 'info'}${code}${cause} method=${t.method} path="${quotable(t.path)}" host=${t.host} request_id=${t.requestId}` +
    ` fwd="${quotable(t.forwardedFor.replaceAll(' ', ''))}" dyno=${t.dyno ?? ''} connect=${ms(t.connectMs)} service=${ms(t.serviceMs)}` +
    ` status=${t.status} bytes=${t.bytes ?? ''} protocol=${t.protocol}`
  );
}

function ms(value: number | undefined): string {
  return value === undefined ? '' : `${Math.round(value)}ms`;
}

// Nothing a client sends may end the quotes or the line.
function quotable(text: string): string {
  if (!/[^\x20-\x7e]|["\\]/.test(text)) return text;
  return text.replace(/[^\x20-\x7e]|["\\]/g, (char) => `%${char.charCodeAt(0).toString(16).padStart(2, '0').toUpperCase()}`);
}
