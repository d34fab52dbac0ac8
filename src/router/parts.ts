// What the router's data plane is made of, and what it is asked.
import type { LineWriter } from '../bus/line-writer.js';
import type { HCode } from '../model/error-codes.js';
import type { Limits } from './limits.js';
import type { RequestCounts } from './request-counts.js';
import type { Proxies } from './peer/peer.js';
import type { Connections } from './out/connections.js';
import type { Activity } from './table/activity.js';
import type { Gate } from './table/gate.js';
import type { RouteSource } from './table/route-source.js';

export interface ProxyParts {
  source: RouteSource;
  gate: Gate;
  activity: Activity;
  connections: Connections;
  lines: LineWriter;
  counts: RequestCounts;
  limits: Limits;
  domain: string;
  proxies: Proxies;
  /** Null while there is no TLS. */
  tlsPort?: () => number | null;
}

/** Why a request is refused though its head can be read. */
export interface Refusal {
  /** H26 where absent. */
  code?: HCode;
  status: number;
  cause: string;
  message: string;
}
