// A log session's URL is on this port; the lines come from logplex. Streams both ways, and an end on one side ends the other.
import { request, type IncomingMessage } from 'node:http';
import type { Context, Middleware } from 'koa';
import { readPulses } from '../bus/pulse.js';
import type { Bus } from '../bus/open-bus.js';

const PATH = '/streams/logs/';

/** Passes `/streams/logs/<token>` on to logplex as it came. */
export function proxyLogs(bus: Bus): Middleware {
  return async (http, next) => {
    if (!http.path.startsWith(PATH) || (http.method !== 'GET' && http.method !== 'HEAD')) return next();
    const logplex = await findLogplex(bus);
    if (!logplex) return refuse(http);
    const reply = await passOn(http, logplex).catch(() => null);
    if (!reply) return refuse(http);
    http.respond = false;
    http.res.writeHead(reply.statusCode ?? 502, reply.headers);
    http.res.flushHeaders();
    reply.on('error', () => http.res.destroy());
    reply.on('aborted', () => http.res.destroy());
    reply.pipe(http.res);
    return undefined;
  };
}

/** Asks logplex; resolves with its reply's head. The client's leaving ends it, at any moment. */
function passOn(http: Context, logplex: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const { accept, 'last-event-id': lastEventId, 'user-agent': agent } = http.headers;
    const headers = Object.fromEntries(Object.entries({ accept, 'last-event-id': lastEventId, 'user-agent': agent }).filter(([, value]) => value !== undefined));
    const ask = request(new URL(http.url, logplex), { method: http.method, headers, agent: false });
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

function refuse(http: Context): void {
  http.status = 503;
  http.body = { id: 'unavailable', message: 'The log is not reachable right now. Try again in a moment.' };
}
