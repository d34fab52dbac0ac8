// The door of our providers: Heroku's partner contract (devcenter.heroku.com/articles/add-on-partner-api-reference), and what the data
// host asks, at a socket that only this account can open, for whoever has a service's password.
import { timingSafeEqual } from 'node:crypto';
import { chmod, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { log } from '../lib/log.js';
import { isUuid } from '../lib/is-uuid.js';
import type { Answer, Offer } from './offer.js';
import type { Registered } from './register.js';

/** A provider's side of the contract; each may be asked for any number of times. A database also answers the data host. */
export type Contract = Pick<Offer, 'make' | 'change' | 'remove'> & Partial<Pick<Offer, 'ask'>> & { kind: Pick<Registered, 'service'> };

/** An offer, and who may call it. */
export interface Offered {
  offer: Contract;
  password: string;
}

const PATH = /^\/([a-z0-9-]+)\/heroku\/resources(?:\/([^/?]+))?$/;
const DATA = /^\/([a-z0-9-]+)\/data\/([^/?]+)\/([a-z0-9-]+)$/;
const MOST_BYTES = 64 * 1024;

/** Returns how it is closed. */
export async function listen(socketPath: string, offered: readonly Offered[]): Promise<() => void> {
  const server = createServer((req, res) => {
    void answerCall(req, offered)
      .catch((error: Error) => {
        log('provider-fault', { error: error.message });
        return { status: 500 };
      })
      .then((answer) => send(res, answer));
  });
  await rm(socketPath, { force: true });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(socketPath, resolve));
  await chmod(socketPath, 0o600);
  return () => {
    server.close();
    server.closeAllConnections();
  };
}

async function answerCall(req: IncomingMessage, offered: readonly Offered[]): Promise<Answer> {
  const [, service, id, what] = PATH.exec(req.url ?? '') ?? DATA.exec(req.url ?? '') ?? [];
  const found = offered.find(({ offer }) => offer.kind.service === service);
  if (!found) return { status: 404 };
  if (!isRight(req.headers.authorization ?? '', `${service}:${found.password}`)) return { status: 401 };
  if (what !== undefined) {
    if (!found.offer.ask) return { status: 404 };
    const asked = req.method === 'POST' && isUuid(id ?? '') ? await readAsked(req) : null;
    return asked ? found.offer.ask(id ?? '', what, asked) : { status: 400 };
  }
  if (req.method === 'DELETE') return id !== undefined && isUuid(id) ? found.offer.remove(id) : { status: 410 };
  const asked = await readAsked(req);
  const addonId = req.method === 'POST' && id === undefined ? asked?.['uuid'] : req.method === 'PUT' ? id : undefined;
  const plan = asked?.['plan'];
  if (typeof addonId !== 'string' || !isUuid(addonId) || typeof plan !== 'string') return { status: 400 };
  return req.method === 'POST' ? found.offer.make({ addonId, plan }) : found.offer.change({ addonId, plan });
}

function isRight(header: string, userAndPassword: string): boolean {
  const right = Buffer.from(`Basic ${Buffer.from(userAndPassword).toString('base64')}`);
  const given = Buffer.from(header);
  return given.length === right.length && timingSafeEqual(given, right);
}

async function readAsked(req: IncomingMessage): Promise<Record<string, unknown> | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of req as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MOST_BYTES) return null;
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8')) as Record<string, unknown> | null;
  } catch {
    return null;
  }
}

function send(res: ServerResponse, { status, body }: Answer): void {
  res.writeHead(status, body && { 'content-type': 'application/json' });
  res.end(body && JSON.stringify(body));
}
