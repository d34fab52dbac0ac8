// Reads a JSON body: small, whole, and nothing but JSON; and holds it to what a route takes.
import type { IncomingMessage } from 'node:http';
import type { Context } from 'koa';
import type { z } from 'zod';
import { PlatformError } from '../model/errors.js';
import { unknownFields } from './schema/unknown-fields.js';
import { warn } from './warn.js';

const MAX_BYTES = 1024 * 1024;

/**
 * The body, as the schema takes it. Throws `bad_request` when it isn't JSON, `too_large`, `invalid_params` naming the first field
 * that is wrong. A field that isn't known is ignored, as by Heroku, since clients send more than we have; a warning names it.
 */
export async function readWish<S extends z.ZodType>(http: Context, schema: S): Promise<z.output<S>> {
  const given = await readJson(http.req);
  const parsed = schema.safeParse(given);
  if (!parsed.success) throw new PlatformError('invalid_params', whyNot(parsed.error));
  const unknown = unknownFields(schema, given);
  if (unknown.length > 0) warn(http, `${unknown.slice(0, 5).join(', ')}: no such field here; ignored.`);
  return parsed.data;
}

function whyNot(error: z.ZodError): string {
  const issue = error.issues[0];
  const where = issue?.path.length ? `${issue.path.join('.')}: ` : '';
  const what = issue?.message ?? 'invalid';
  return where + what.replace(/^Invalid input: expected (.*), received undefined$/, 'is missing; it must be of type $1');
}

/** The parsed body; `{}` when there is none. */
export async function readJson(req: IncomingMessage): Promise<unknown> {
  const text = (await readBytes(req)).toString('utf8');
  if (text.trim() === '') return {};
  const type = req.headers['content-type'];
  if (type !== undefined && !isJsonType(type)) {
    throw new PlatformError('bad_request', 'The request has a body that is not JSON: send "Content-Type: application/json".');
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new PlatformError('bad_request', `The request's body is not valid JSON: ${(error as Error).message}`);
  }
}

/** Whether a Content-Type is `application/json`, or `application/*+json`, whatever its parameters. */
function isJsonType(type: string): boolean {
  return /^application\/([\w.-]+\+)?json$/i.test((type.split(';')[0] ?? '').trim());
}

/** A whole body. Throws `too_large`. */
export async function readBytes(req: IncomingMessage, maxBytes = MAX_BYTES): Promise<Buffer> {
  const tooLarge = () => new PlatformError('too_large', `A request's body may have ${maxBytes} bytes.`);
  if (Number(req.headers['content-length'] ?? 0) > maxBytes) throw tooLarge();
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of req as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBytes) throw tooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
