// Bytes that the parser refused never become a request; where they name an app, its log still hears of it.
import { randomUUID } from 'node:crypto';
import type { LineWriter } from '../../bus/line-writer.js';
import { platformLine } from '../../model/logs/log-line.js';
import type { BadHead } from './bad-head.js';
import { routerLine } from '../router-line.js';
import { hostname, type Route } from '../table/route-table.js';

interface TellParts {
  source: { find(host: string): Route | undefined };
  lines: LineWriter;
}

/** Whose bytes they are. */
interface Teller {
  ip: string;
  protocol: 'http' | 'https';
}

const REQUEST_LINE = /^([A-Z-]{1,127}) (\S{1,1000})/;
const HOST_LINE = /\r?\nhost:[ \t]*([\w.:-]{1,255})/i;

/** Writes the H26 line of refused bytes, as far as they can be read. Gives the request's id, or null where there is no line. */
export function tellRefusal(parts: TellParts, client: Teller, text: string, { status, cause }: BadHead): string | null {
  const { source, lines } = parts;
  const host = HOST_LINE.exec(text)?.[1] ?? '';
  const route = source.find(host);
  if (!route) return null;
  const requestId = randomUUID();
  const [, method = '', path = ''] = REQUEST_LINE.exec(text) ?? [];
  const line = routerLine({
    code: 'H26',
    cause,
    method,
    path,
    host: hostname(host),
    requestId,
    forwardedFor: client.ip,
    status,
    protocol: client.protocol,
  });
  lines.write(route.appId, platformLine(Date.now(), 'router', line));
  return requestId;
}
