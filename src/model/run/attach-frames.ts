// What paas speaks with a dyno where Heroku's client only sends bytes: frames of a kind (1 byte), a length (4), and that much.
// They carry what bytes can't: the end of input, the window's size, which output a byte came from, and how it ended.

/** Asked for behind the secret: `SECRET slipway/1`. */
export const FRAMED = 'slipway/1';

export const FRAME_KINDS = { input: 0, inputEnd: 1, window: 2, output: 3, errors: 4, exit: 5, alive: 6 } as const;
export type FrameKind = keyof typeof FRAME_KINDS;

export interface FramePart {
  kind: FrameKind;
  /** Of input and output whatever has arrived; of all else the whole. */
  payload: Buffer;
}

const HEAD_BYTES = 5;
/** Only what is passed on as it comes may be longer. */
const LONGEST_WHOLE = 64;
const KINDS = Object.keys(FRAME_KINDS) as FrameKind[];
const PASSED_ON: ReadonlySet<FrameKind> = new Set(['input', 'output', 'errors']);

export function frameHead(kind: FrameKind, length: number): Buffer {
  const head = Buffer.alloc(HEAD_BYTES);
  head.writeUInt8(FRAME_KINDS[kind]);
  head.writeUInt32BE(length, 1);
  return head;
}

export function frame(kind: FrameKind, payload: Buffer = Buffer.alloc(0)): Buffer {
  return Buffer.concat([frameHead(kind, payload.length), payload]);
}

export function windowFrame({ rows, columns }: { rows: number; columns: number }): Buffer {
  const payload = Buffer.alloc(4);
  payload.writeUInt16BE(Math.min(rows, 0xffff));
  payload.writeUInt16BE(Math.min(columns, 0xffff), 2);
  return frame('window', payload);
}

/** Null when it isn't one. */
export function readWindow(payload: Buffer): { rows: number; columns: number } | null {
  return payload.length === 4 ? { rows: payload.readUInt16BE(0), columns: payload.readUInt16BE(2) } : null;
}

/** @param status null when nobody knows */
export function exitFrame(status: number | null): Buffer {
  return frame('exit', status === null ? Buffer.alloc(0) : Buffer.from([status & 0xff]));
}

export function readExitStatus(payload: Buffer): number | null {
  return payload[0] ?? null;
}

/** Returns what takes a stream's chunks one after the other, and gives what they hold. Throws on what is no frame. */
export function openFrameReader(): (chunk: Buffer) => Generator<FramePart> {
  let head = Buffer.alloc(0);
  let kind: FrameKind | null = null;
  let left = 0;
  let whole: Buffer[] = [];

  return function* read(chunk) {
    let rest = chunk;
    while (rest.length > 0) {
      if (kind === null) {
        const missing = HEAD_BYTES - head.length;
        head = Buffer.concat([head, rest.subarray(0, missing)]);
        rest = rest.subarray(missing);
        if (head.length < HEAD_BYTES) return;
        const known = KINDS[head[0]!];
        left = head.readUInt32BE(1);
        head = Buffer.alloc(0);
        if (known === undefined || (!PASSED_ON.has(known) && left > LONGEST_WHOLE)) throw new Error('this is no frame');
        if (left === 0) yield { kind: known, payload: Buffer.alloc(0) };
        else kind = known;
        continue;
      }
      const part = rest.subarray(0, left);
      rest = rest.subarray(part.length);
      left -= part.length;
      if (PASSED_ON.has(kind)) yield { kind, payload: part };
      else whole.push(part);
      if (left > 0) continue;
      if (!PASSED_ON.has(kind)) yield { kind, payload: Buffer.concat(whole) };
      whole = [];
      kind = null;
    }
  };
}
