// A log session's URL is on this port; the lines come from logplex. Streams both ways, and an end on one side ends the other.
import { request, type IncomingMessage } from 'node:http';
import type { Context, Middleware } from 'koa';
import type { OpenStreams } from '../api/open-streams.js';
import { readPulses } from '../bus/pulse.js';
import type { Bus } from '../bus/open-bus.js';
import { decodeSession } from '../model/session-token.js';

const PREFIX = '/streams/logs/';
/** The one form that is passed on; a query means nothing to logplex, and stays here. */
const TARGET = /^\/streams\/logs\/([\w-]{1,2048}\.[\w-]{1,128})(\?|$)/;

/** Passes `/streams/logs/<token>` on to logplex, and nothing else, while the token's session may be read. */
export function proxyLogs(o: { bus: Bus; key: Buffer; streams: OpenStreams }): Middleware {
  return async (http, next) => {
    if (!http.path.startsWith(PREFIX) || (http.method !== 'GET' && http.method !== 'HEAD')) return next();
    const token = TARGET.exec(http.url)?.[1];
    const session = token ? decodeSession(o.key, token, Date.now()) : null;
    if (!token || !session) return refuse(http, 404, 'not_found', 'This log session has expired. Open a new one.');
    let end = () => void http.res.destroy();
    const stream = { appId: session.appId, caller: session.by, verb: 'read-logs' as const, end: () => end() };
    http.res.once('close', o.streams.add(stream));
    if (!(await o.streams.mayGoOn(stream))) return refuse(http, 404, 'not_found', 'This log is gone, or you may not read it any more.');
    const logplex = await findLogplex(o.bus).catch(() => undefined);
    const reply = logplex ? await passOn(http, `${PREFIX}${token}`, new URL(logplex)).catch(() => null) : null;
    if (!reply) return refuse(http, 503, 'unavailable', 'The log is not reachable right now. Try again in a moment.');
    end = () => {
      reply.unpipe(http.res).destroy();
      http.res.end();
    };
    http.respond = false;
    http.res.writeHead(reply.statusCode ?? 502, reply.headers);
    http.res.flushHeaders();
    reply.on('error', () => http.res.writableEnded || http.res.destroy());
    reply.on('aborted', () => http.res.writableEnded || http.res.destroy());
    reply.pipe(http.res);
    return undefined;
  };
}

/** Asks logplex; resolves with its reply's head. The client's leaving ends it, at any moment. */
function passOn(http: Context, path: string, { hostname, port }: URL): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const { accept, 'last-event-id': lastEventId, 'user-agent': agent } = http.headers;
    const headers = Object.fromEntries(
      Object.entries({ accept, 'last-event-id': lastEventId, 'user-agent': agent }).filter(([, value]) => value !== undefined),
    );
    const host = hostname.replace(/^\[(.*)\]$/, '$1');
    const ask = request({ host, port, path, method: http.method, headers, agent: false });
    http.res.once('close', () => ask.destroy());
    ask.once('response', resolve);
    ask.once('error', reject);
    ask.setTimeout(10_000, () => ask.destroy(new Error('logplex did not answer in time')));
    ask.once('response', () => ask.setTimeout(0));
    ask.end();
  });
}

async function findLogplex(bus: Bus): Promise<string | undefined> {
  if (bus.redis.status !== 'ready') return undefined;
  const pulses = await readPulses(bus, Date.now());
  return pulses.find((pulse) => pulse.process === 'logplex')?.url;
}

function refuse(http: Context, status: number, id: string, message: string): void {
  http.status = status;
  http.body = { id, message };
}
