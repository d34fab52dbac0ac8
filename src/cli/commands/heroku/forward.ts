// A loopback port that leads to the API: Heroku's client sends a token to loopback only, or to Heroku's own hosts.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { rootCertificates } from 'node:tls';
import { pipeline } from 'node:stream';

export interface Forwarder {
  /** `http://localhost:<port>` */
  url: string;
  close(): void;
}

/** Opens it; what arrives goes to `target` (an origin), which sees its own name as the host. `ca` is trusted besides the well-known. */
export async function openForwarder(target: string, ca?: string): Promise<Forwarder> {
  const { request } = target.startsWith('https:') ? await import('node:https') : await import('node:http');
  const trust = ca ? { ca: [...rootCertificates, ca] } : {};
  const forward = (asked: IncomingMessage, answer: ServerResponse) => {
    const headers = { ...asked.headers, host: new URL(target).host };
    const onward = request(new URL(target).origin + (asked.url ?? '/'), { method: asked.method, headers, ...trust }, (got) => {
      answer.writeHead(got.statusCode ?? 502, got.headers);
      pipeline(got, answer, () => undefined);
    });
    onward.on('error', (error) => refuse(answer, `Can't reach ${target}: ${error.message}`));
    pipeline(asked, onward, () => undefined);
    answer.on('close', () => onward.destroy());
  };
  const server = createServer({ maxHeaderSize: 64 * 1024 }, forward);
  await new Promise<void>((ready, failed) => server.once('error', failed).listen(0, '127.0.0.1', ready));
  return {
    url: `http://localhost:${(server.address() as AddressInfo).port}`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** In the API's own words, so that the client shows the message. */
function refuse(answer: ServerResponse, message: string): void {
  if (answer.headersSent) return void answer.destroy();
  answer.writeHead(503, { 'content-type': 'application/json' }).end(JSON.stringify({ id: 'unavailable', message }));
}
