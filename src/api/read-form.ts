// The body of a form, or of a grant's exchange: as browsers and OAuth send it, or JSON.
import type { IncomingMessage } from 'node:http';
import { PlatformError } from '../model/errors.js';
import { readJson } from './body.js';

const MAX_BYTES = 16 * 1024;

export async function readForm(req: IncomingMessage): Promise<Record<string, unknown>> {
  if (!req.headers['content-type']?.startsWith('application/x-www-form-urlencoded')) return textsOf(await readJson(req));
  const chunks: Buffer[] = [];
  for await (const chunk of req as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    if (Buffer.concat(chunks).length > MAX_BYTES) throw new PlatformError('too_large', `A form may have ${MAX_BYTES} bytes.`);
  }
  return Object.fromEntries(new URLSearchParams(Buffer.concat(chunks).toString('utf8')));
}

/** What a form could hold, too: no lists and no objects. */
function textsOf(body: unknown): Record<string, unknown> {
  if (typeof body !== 'object' || body === null) return {};
  const isText = (value: unknown) => ['string', 'number', 'boolean'].includes(typeof value);
  return Object.fromEntries(Object.entries(body).filter(([, value]) => isText(value)));
}
