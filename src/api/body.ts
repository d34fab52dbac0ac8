// Reads a JSON body: small, whole, and nothing but JSON.
import type { IncomingMessage } from 'node:http';
import { PlatformError } from '../model/errors.js';

const MAX_BYTES = 1024 * 1024;

/** The parsed body; `{}` when there is none. Throws `bad_request`, `too_large`. */
export async function readJson(req: IncomingMessage): Promise<unknown> {
  const text = await readText(req);
  if (text.trim() === '') return {};
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new PlatformError('bad_request', `The request's body is not valid JSON: ${(error as Error).message}`);
  }
}

async function readText(req: IncomingMessage): Promise<string> {
  const tooLarge = () => new PlatformError('too_large', `A request's body may have ${MAX_BYTES} bytes.`);
  if (Number(req.headers['content-length'] ?? 0) > MAX_BYTES) throw tooLarge();
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of req as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BYTES) throw tooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
