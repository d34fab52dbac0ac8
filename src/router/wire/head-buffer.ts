// Gathers a head until it is whole, however its bytes come, and says at once what no head may hold. No I/O.
import { isForeign } from './header-lines.js';

export type HeadState = 'partial' | 'whole' | 'foreign' | 'oversized';

const END = Buffer.from('\r\n\r\n', 'latin1');
const [CR, LF] = [13, 10];

export class HeadBuffer {
  state: HeadState = 'partial';
  /** The whole head, without its last empty line. */
  text = '';
  /** Bytes of a head that isn't whole. */
  size = 0;
  private readonly most: number;
  private parts: string[] = [];
  /** What may belong to the end that comes next. */
  private tail = '';
  /** An empty line ahead of the head was cut between its CR and its LF. */
  private hasLoneCr = false;

  constructor(most: number) {
    this.most = most;
  }

  /** Takes from `from` on; gives where the head's bytes end. `state` says how far it is. */
  take(chunk: Buffer, from: number): number {
    if (this.state !== 'partial') this.clear();
    let start = from;
    if (this.size === 0) {
      if (this.hasLoneCr && chunk[from] !== LF) this.state = 'foreign';
      if (this.state === 'foreign') return from;
      start = skipEmptyLines(chunk, this.hasLoneCr ? from + 1 : from);
      this.hasLoneCr = start === chunk.length - 1 && chunk[start] === CR;
      if (this.hasLoneCr || start === chunk.length) return chunk.length;
      const end = chunk.indexOf(END, start);
      if (end >= 0) {
        this.text = chunk.toString('latin1', start, end);
        this.state = end - start > this.most ? 'oversized' : 'whole';
        return end + END.length;
      }
    }
    return this.append(chunk, start);
  }

  /** Forgets what has come. */
  clear(): void {
    this.state = 'partial';
    this.text = '';
    this.size = 0;
    this.parts = [];
    this.tail = '';
    this.hasLoneCr = false;
  }

  /** What has come of a head that isn't whole. */
  soFar(): string {
    return this.parts.join('');
  }

  private append(chunk: Buffer, start: number): number {
    const added = chunk.toString('latin1', start);
    const seam = this.tail + added;
    const at = seam.indexOf('\r\n\r\n');
    if (at >= 0) return this.complete(start, added, at - this.tail.length);
    this.parts.push(added);
    this.size += added.length;
    const isOdd = isForeign(seamToJudge(this.tail, added));
    this.tail = seam.slice(-3);
    if (isOdd) this.state = 'foreign';
    else if (this.size > this.most) this.state = 'oversized';
    // Many small packets are one string from time to time.
    if (this.parts.length > 1_000) this.parts = [this.parts.join('')];
    return chunk.length;
  }

  /** `end`: where the end begins, counted in what was added; below nothing where it began earlier. */
  private complete(start: number, added: string, end: number): number {
    const whole = this.parts.join('') + added.slice(0, Math.max(0, end));
    this.text = end < 0 ? whole.slice(0, end) : whole;
    this.state = this.text.length > this.most ? 'oversized' : 'whole';
    // The next head begins anew.
    this.size = 0;
    this.parts = [];
    this.tail = '';
    return start + end + END.length;
  }
}

// A client may send empty lines ahead of a request (RFC 9112 §2.2).
function skipEmptyLines(chunk: Buffer, from: number): number {
  let at = from;
  while (chunk[at] === CR && chunk[at + 1] === LF) at += 2;
  return at;
}

// Two bytes back tell whether a line is folded. What stands before them was judged; a CR at the end is judged with what follows.
function seamToJudge(tail: string, added: string): string {
  const before = tail.slice(-2);
  const text = (before.startsWith('\n') ? before.slice(1) : before) + added;
  return text.endsWith('\r') ? text.slice(0, -1) : text;
}
