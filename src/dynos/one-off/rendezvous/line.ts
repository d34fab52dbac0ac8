// A client's end of a dyno's input and output, once it has come with its secret.
import { PassThrough, Writable, type Readable } from 'node:stream';
import type { Socket } from 'node:net';
import { aborted } from '../../../lib/async/aborted.js';
import { roomIn } from '../../../lib/async/room-in.js';
import { exitFrame, frame, frameHead, openFrameReader, readWindow, type FrameKind } from '../../../model/run/attach-frames.js';
import type { Window } from '../../../docker/dyno/attach.js';
import { openEndOfInput } from './end-of-input.js';

export interface Line {
  /** What the client sends; its end is that of the client's input. */
  input: Readable;
  output: Writable;
  errors: Writable;
  /** Says that the dyno is there, once: what comes before isn't read by Heroku's client. */
  ready(): Promise<void>;
  /** Says something of ours to a person; what programs read in a pipe is the dyno's alone, where we can't be told from it. */
  tell(text: string): Promise<void>;
  /** Calls `hear` with the size of the client's window, and whenever it changes. */
  onWindow(hear: (window: Window) => void): void;
  /** Aborted when the client has gone. */
  gone: AbortSignal;
  /** When the last byte went either way; ms since the epoch. */
  lastByteAt(): number;
  /** Tells how it ended, if the client can hear that, and closes. */
  end(status: number | null): Promise<void>;
  /** Closes at once. */
  cut(): void;
}

const READY = 'rendezvous\r\n';
/** A client that has gone is noticed by writing to it, also while it isn't read from. */
const ALIVE_EVERY_MS = 10_000;

/** Takes a socket over. `isFramed`: it speaks our frames; else bytes, as Heroku's client does. */
export function openLine(socket: Socket, o: { isFramed: boolean; hasTty: boolean }): Line {
  const gone = new AbortController();
  const input = new PassThrough();
  let lastByteAt = Date.now();
  let window: Window | null = null;
  let hearWindow = (_window: Window) => undefined as void;
  const endOfInput = o.isFramed || o.hasTty ? null : openEndOfInput(() => input.end());
  const readFrames = openFrameReader();
  const alive = o.isFramed ? setInterval(() => socket.write(frame('alive')), ALIVE_EVERY_MS) : undefined;

  socket.once('close', () => {
    clearInterval(alive);
    endOfInput?.close();
    gone.abort();
  });
  socket.on('error', () => socket.destroy());

  async function take(part: Buffer): Promise<void> {
    if (part.length > 0 && !input.writableEnded && !input.write(part)) await roomIn(input);
  }

  async function takeFrames(chunk: Buffer): Promise<void> {
    for (const { kind, payload } of readFrames(chunk)) {
      if (kind === 'input') await take(payload);
      if (kind === 'inputEnd') input.end();
      const size = kind === 'window' ? readWindow(payload) : null;
      if (size) hearWindow((window = size));
    }
  }

  async function read(): Promise<void> {
    try {
      for await (const chunk of socket as AsyncIterable<Buffer>) {
        lastByteAt = Date.now();
        if (o.isFramed) await takeFrames(chunk);
        else await take(endOfInput ? endOfInput.pass(chunk) : chunk);
        endOfInput?.quiet();
      }
    } catch {
      // What it sent is no frame, or the connection broke.
    }
    socket.destroy();
  }

  let greeted: Promise<void> | null = null;
  const ready = () => (greeted ??= send(READY));
  const send = (bytes: Buffer | string) => new Promise<void>((resolve) => socket.write(bytes, () => resolve()));
  const writer = (kind: FrameKind) =>
    new Writable({
      write(chunk: Buffer, _encoding, done) {
        lastByteAt = Date.now();
        if (socket.destroyed) return done();
        socket.cork();
        if (o.isFramed) socket.write(frameHead(kind, chunk.length));
        // Whoever waits for it has gone when this fails.
        socket.write(chunk, () => done());
        socket.uncork();
      },
    });

  void read();
  const errors = writer('errors');
  return {
    input,
    output: writer('output'),
    errors,
    ready,
    async tell(text) {
      if (!o.isFramed && !o.hasTty) return;
      await ready();
      await new Promise<void>((resolve) => errors.write(` !    ${text}${o.hasTty ? '\r\n' : '\n'}`, () => resolve()));
    },
    onWindow(hear) {
      hearWindow = hear;
      if (window) hear(window);
    },
    gone: gone.signal,
    lastByteAt: () => lastByteAt,
    async end(status) {
      if (o.isFramed) await send(exitFrame(status));
      socket.end();
      await aborted(gone.signal);
    },
    cut: () => void socket.destroy(),
  };
}
