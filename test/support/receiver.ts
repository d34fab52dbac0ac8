// A receiver of webhooks on HTTPS, as an outsider writes one from the public documentation: it knows nothing of Slipway.
import { createHmac } from 'node:crypto';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { aCertificate, type Made } from './certificates.js';

export interface Told {
  id: string;
  action: string;
  resource: string;
  actor: { email: string };
  data: Record<string, unknown>;
  previous_data: Record<string, unknown>;
  webhook_metadata: { attempt: { id: string }; delivery: { id: string }; event: { id: string; include: string }; webhook: { id: string } };
}

export interface Receiver {
  url: string;
  port: number;
  ca: string;
  told: { body: Told; headers: Record<string, string | string[] | undefined>; isSigned: boolean; path: string }[];
  /** The status of its next answers, the last for ever; null: none is given. */
  answers: (number | null)[];
  /** What signatures are held to. */
  secret: string;
  stop(): Promise<void>;
}

/** Listens on `host`; `by` is a certificate that it shares with another. */
export async function startReceiver({ host = '127.0.0.1', by }: { host?: string; by?: Made } = {}): Promise<Receiver> {
  const made = by ?? (await aCertificate(['localhost']));
  const server = createServer({ cert: made.chain, key: made.key }, (req, res) => {
    const chunks: Buffer[] = [];
    req.on('data', (chunk: Buffer) => chunks.push(chunk));
    req.on('end', () => {
      const raw = Buffer.concat(chunks);
      const isSigned = req.headers['heroku-webhook-hmac-sha256'] === createHmac('sha256', self.secret).update(raw).digest('base64');
      self.told.push({ body: JSON.parse(raw.toString()) as Told, headers: req.headers, isSigned, path: req.url ?? '' });
      const answer = self.answers.length > 1 ? self.answers.shift()! : self.answers[0]!;
      if (answer === null) return;
      res.writeHead(answer, { location: '/elsewhere' }).end('thanks');
    });
  });
  await new Promise<void>((listening) => server.listen(0, host, listening));
  const { port } = server.address() as AddressInfo;
  const self: Receiver = {
    url: `https://localhost:${port}`,
    port,
    ca: made.ca,
    told: [],
    answers: [204],
    secret: '',
    stop: () => new Promise((closed) => (server.closeAllConnections(), server.close(() => closed()))),
  };
  return self;
}
