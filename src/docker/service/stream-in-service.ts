// Runs a command in a container of ours whose input or output may be of any size: it flows, and nothing of it is held.
import { PassThrough, type Duplex, type Readable } from 'node:stream';
import { roomIn } from '../../lib/async/room-in.js';
import { demux } from '../demux.js';
import { dockerOf, type Engine } from '../engine.js';

export interface StreamedCommand {
  command: string[];
  /** What isn't to be seen in arguments. */
  env: Record<string, string>;
  /** Whether it reads something. */
  hasInput: boolean;
  /** Ends the waiting, not the command: whoever gives up sees to that. */
  signal: AbortSignal;
}

export interface Streaming {
  /** Must be read; it ends also where the connection breaks off: `ended` tells. */
  stdout: Readable;
  /** Gives it all of this to read, as fast as it does. Throws what that fails with: the command sees no end of it then. */
  feed(input: AsyncIterable<Uint8Array>): Promise<void>;
  /** Its status, and the end of what it said. Throws why the signal was aborted, and where the connection broke off. */
  ended: Promise<{ status: number; stderr: string }>;
}

const MOST_SAID_CHARS = 64 * 1024;

export async function streamInService(engine: Engine, container: string, o: StreamedCommand): Promise<Streaming> {
  const exec = await dockerOf(engine)
    .getContainer(container)
    .exec({
      Cmd: o.command,
      Env: Object.entries(o.env).map(([name, value]) => `${name}=${value}`),
      AttachStdin: o.hasInput,
      AttachStdout: true,
      AttachStderr: true,
    });
  const stream: Duplex = await exec.start({ hijack: true, stdin: o.hasInput });
  const leave = () => void stream.destroy();
  stream.on('error', () => undefined);
  o.signal.addEventListener('abort', leave, { once: true });
  if (o.signal.aborted) leave();
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];

  async function end(): Promise<{ status: number; stderr: string }> {
    const [said] = await Promise.all([endOf(stderr), demux(stream, stdout, stderr)]);
    o.signal.removeEventListener('abort', leave);
    leave();
    o.signal.throwIfAborted();
    const { ExitCode } = await exec.inspect();
    if (ExitCode === null) throw new Error('the connection to it broke off');
    return { status: ExitCode, stderr: said };
  }
  const ended = end();
  ended.catch(() => undefined);

  return {
    stdout,
    ended,
    async feed(input) {
      try {
        for await (const chunk of input) {
          // It has ended, and reads no more.
          if (stream.destroyed) return;
          if (!stream.write(chunk)) await roomIn(stream);
        }
      } catch (error) {
        leave();
        throw error;
      }
      stream.end();
    },
  };
}

async function endOf(stderr: PassThrough): Promise<string> {
  let text = '';
  for await (const chunk of stderr) text = (text + String(chunk)).slice(-MOST_SAID_CHARS);
  return text;
}
