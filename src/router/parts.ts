// What the router's data plane is made of, and what it is asked.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { LineWriter } from '../bus/line-writer.js';
import type { Limits } from './limits.js';
import type { RequestCounts } from './request-counts.js';
import type { Connections } from './out/connections.js';
import type { Gate } from './table/gate.js';
import type { RouteSource } from './table/route-source.js';

export interface ProxyParts {
  source: RouteSource;
  gate: Gate;
  connections: Connections;
  lines: LineWriter;
  counts: RequestCounts;
  limits: Limits;
  domain: string;
}

export interface Asked {
  req: IncomingMessage;
  res: ServerResponse;
  /** The protocol to switch to, for an Upgrade. */
  upgrade?: string | undefined;
  /** Whether the client waits for `100 Continue`. */
  expectsContinue?: boolean;
  /** Bytes of its head, where that is large. */
  largeHead?: number;
  /** Refused before we saw it (an Expect that can't be met), or while its body comes. */
  refusal?: { status: number; cause: string; message: string };
}
