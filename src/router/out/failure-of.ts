// Which H code an error of undici is. Pure.
import { errors } from 'undici';
import type { Stage } from './attempt.js';
import type { Failure } from '../in/exchange.js';

const INVALID_LENGTH: Failure = { code: 'H25', desc: 'HTTP restriction: invalid content length' };

/** The failure, given how far the response had come and whether the client was still sending. */
export function failureOf(error: Error, { stage, isUploading }: { stage: Stage; isUploading: boolean }): Failure {
  if (error instanceof errors.InvalidArgumentError)
    return { code: 'H26', cause: 'bad header', message: 'The request holds a header that cannot be passed on.' };
  if (stage === 'answering') return { code: 'H18' };
  if (error instanceof errors.HeadersOverflowError) return { code: 'H25', desc: 'HTTP restriction: oversized header' };
  // Before any body, undici says "mismatch" of a head that it can't read and that holds a length: two of them, as a rule.
  if (error instanceof errors.ResponseContentLengthMismatchError) return INVALID_LENGTH;
  if (error instanceof errors.HTTPParserError) return error.message.includes('Content-Length') ? INVALID_LENGTH : { code: 'H17' };
  if (/^bad (response|upgrade)$/.test(error.message)) return { code: 'H17' };
  return { code: stage === 'begun' || isUploading ? 'H18' : 'H13' };
}
