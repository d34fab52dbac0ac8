// Where a body ends, checked as it streams: by length, by chunks (RFC 9112 §7.1), or with its connection. No I/O.
import type { BodyReader, TakeData } from './body.js';
import { ChunkReader } from './chunk-reader.js';

/** `length` in bytes, or how else the end is found. */
export function readBody(length: number | 'chunked' | 'until close'): BodyReader {
  if (length === 'chunked') return new ChunkReader();
  return new LengthReader(length === 'until close' ? Infinity : length);
}

class LengthReader implements BodyReader {
  isDone: boolean;
  isBroken = false;
  trailers: string[] = [];
  private left: number;

  constructor(length: number) {
    this.left = length;
    this.isDone = length === 0;
  }

  read(chunk: Buffer, from: number, take: TakeData): number {
    const end = Math.min(chunk.length, from + this.left);
    this.left -= end - from;
    if (this.left === 0) this.isDone = true;
    if (end > from) take(chunk, from, end);
    return end;
  }
}
