// Everything on the port, in the order it is asked: health, git, logs, the page for browsers, the API.
import Koa, { type Middleware } from 'koa';
import type { RequestListener } from 'node:http';
import type { ApiDeps } from '../api/deps.js';
import { nameRequests } from '../api/middleware/request-id.js';
import { createApi } from '../api/router.js';
import { serveFrontPage } from '../dashboard/front-page.js';
import { log } from '../lib/log.js';
import type { OpenStore } from '../store/open-store.js';
import { serveHealth } from './health.js';
import { proxyLogs } from './proxy-logs.js';
import { pathOfTarget } from './request-target.js';

const UNREADABLE = JSON.stringify({ id: 'bad_request', message: "The request's target is no path." });

interface SiteParts {
  api: ApiDeps;
  store: OpenStore;
  /** The git door; absent on the private socket, where no git comes. */
  git?: Middleware;
}

/** The answer to every request on the public port or the private socket. */
export function createSite({ api, store, git }: SiteParts): RequestListener {
  const koa = new Koa();
  koa.on('error', logLate);
  koa.use(nameRequests());
  koa.use(serveHealth({ store, bus: api.bus }));
  if (git) koa.use(git);
  koa.use(proxyLogs({ bus: api.bus, key: store.key, streams: api.streams }));
  koa.use(serveFrontPage());
  for (const middleware of createApi(api)) koa.use(middleware);
  const answer = koa.callback();
  return (req, res) => {
    const path = pathOfTarget(req.url ?? '');
    if (path === null) return void res.writeHead(400, { connection: 'close', 'content-type': 'application/json' }).end(UNREADABLE);
    req.url = path;
    void answer(req, res);
  };
}

/** Faults after the answer's head was sent: there is nobody left to tell. A client that left is none. */
function logLate(error: NodeJS.ErrnoException): void {
  if (['EPIPE', 'ECONNRESET', 'ERR_STREAM_PREMATURE_CLOSE', 'ECANCELED'].includes(error.code ?? '')) return;
  log('web-fault', { error: error.stack ?? error.message });
}
