// Chunks (RFC 9112 §7.1): sizes in hexadecimal, extensions that are passed over, trailers. No I/O.
import type { BodyReader, TakeData } from './body.js';
import { HeadBuffer } from './head-buffer.js';
import { isForeign, readHeaderLines } from './header-lines.js';

const MOST_DIGITS = 16;
const MAX_EXTENSION = 16_384;
/** Of all chunks of a body: who sends little else wants our time. */
const MAX_EXTENSIONS = 1_048_576;
const MAX_TRAILERS = 65_536;
const [CR, LF, SEMICOLON, TAB, BLANK, DEL] = [13, 10, 59, 9, 32, 127];

type State = 'size' | 'extension' | 'size LF' | 'data' | 'data CR' | 'data LF' | 'trailers' | 'last LF';

export class ChunkReader implements BodyReader {
  isDone = false;
  isBroken = false;
  trailers: string[] = [];
  private state: State = 'size';
  private digits = 0;
  private size = 0;
  private extension = 0;
  private extensions = 0;
  private tail: HeadBuffer | null = null;

  read(chunk: Buffer, from: number, take: TakeData): number {
    let at = from;
    while (at < chunk.length && !this.isDone && !this.isBroken) {
      if (this.state === 'data') {
        const end = Math.min(chunk.length, at + this.size);
        this.size -= end - at;
        take(chunk, at, end);
        at = end;
        if (this.size === 0) this.state = 'data CR';
      } else if (this.state === 'trailers') at = this.readTrailers(chunk, at);
      else {
        if (!this.step(chunk[at]!)) this.isBroken = true;
        at += 1;
      }
    }
    return at;
  }

  /** Takes one byte of the framing; false where it can't stand there. */
  private step(byte: number): boolean {
    switch (this.state) {
      case 'size':
        return this.takeDigit(byte);
      case 'extension':
        if (byte === CR) this.state = 'size LF';
        else if ((byte < BLANK && byte !== TAB) || byte === DEL) return false;
        this.extension += 1;
        this.extensions += 1;
        return this.extension <= MAX_EXTENSION && this.extensions <= MAX_EXTENSIONS;
      case 'size LF':
        if (byte !== LF) return false;
        this.state = this.size === 0 ? 'trailers' : 'data';
        return true;
      case 'data CR':
        this.state = 'data LF';
        return byte === CR;
      case 'data LF':
        Object.assign(this, { state: 'size', digits: 0, size: 0, extension: 0 });
        return byte === LF;
      case 'last LF':
        this.isDone = byte === LF;
        return this.isDone;
      default:
        return false;
    }
  }

  private takeDigit(byte: number): boolean {
    const digit = hexValue(byte);
    if (digit >= 0) {
      this.digits += 1;
      this.size = this.size * 16 + digit;
      return this.digits <= MOST_DIGITS && this.size <= Number.MAX_SAFE_INTEGER;
    }
    if (this.digits === 0 || (byte !== CR && byte !== SEMICOLON)) return false;
    this.state = byte === CR ? 'size LF' : 'extension';
    return true;
  }

  private readTrailers(chunk: Buffer, at: number): number {
    // Most bodies have none: an empty line ends them.
    if (!this.tail && chunk[at] === CR) {
      this.state = 'last LF';
      return at + 1;
    }
    this.tail ??= new HeadBuffer(MAX_TRAILERS);
    const end = this.tail.take(chunk, at);
    if (this.tail.state === 'partial') return end;
    const trailers = this.tail.state === 'whole' && !isForeign(this.tail.text) ? readHeaderLines(this.tail.text, 0) : null;
    if (trailers) [this.trailers, this.isDone] = [trailers, true];
    else this.isBroken = true;
    return end;
  }
}

function hexValue(byte: number): number {
  if (byte >= 48 && byte <= 57) return byte - 48;
  const letter = byte | 32;
  return letter >= 97 && letter <= 102 ? letter - 87 : -1;
}
