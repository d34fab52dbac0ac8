// The other end of a dyno's input and output, for whoever holds them.
import type { Duplex, Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { demux } from '../demux.js';
import { dockerOf, type Engine } from '../engine.js';

export interface Attached {
  /** What the process reads; its end is the process's. */
  input: Writable;
  /** Passes on what it prints, as fast as that is taken; resolves when it has closed its output. A terminal has stdout only. */
  copyOutput(stdout: Writable, stderr: Writable): Promise<void>;
  /** Closes when nothing is printed any more. */
  output: Readable;
  resize(window: Window): Promise<void>;
  /** Lets go of it; the process goes on. */
  leave(): void;
}

export interface Window {
  rows: number;
  columns: number;
}

// The engine takes keys by which a client leaves; without any it takes Ctrl-P, which people need. These are typed by nobody.
export const DETACH_KEYS = ['ctrl-^', ...Array<string>(8).fill('ctrl-@')].join(',');

/**
 * Attaches to a container, best before it starts: then nothing is missed. Over two connections: what can't be written any
 * more, because the process has ended, must not keep what it printed from being read.
 */
export async function attachDyno(engine: Engine, containerId: string, o: { hasTty: boolean }): Promise<Attached> {
  const container = dockerOf(engine).getContainer(containerId);
  const open = async (which: { stdin: boolean; stdout: boolean; stderr: boolean }) =>
    (await container.attach({ stream: true, hijack: true, detachKeys: DETACH_KEYS, ...which })) as Duplex;
  const [input, output] = await Promise.all([
    open({ stdin: true, stdout: false, stderr: false }),
    open({ stdin: false, stdout: true, stderr: true }),
  ]);
  input.resume();
  return holdStreams({ input, output }, { ...o, resize: ({ rows, columns }) => container.resize({ h: rows, w: columns }) });
}

/** The same of any streams of the engine's. */
export function holdStreams(
  { input, output }: { input: Duplex; output: Duplex },
  o: { hasTty: boolean; resize: (window: Window) => Promise<unknown> },
): Attached {
  // Whether the process has ended is asked elsewhere.
  for (const stream of [input, output]) stream.on('error', () => undefined);
  return {
    input,
    output,
    async copyOutput(stdout, stderr) {
      if (!o.hasTty) return demux(output, stdout, stderr);
      await pipeline(output.iterator({ destroyOnReturn: false }), stdout).catch(() => output.resume());
      stderr.end();
    },
    // One that has just ended has no size.
    resize: (window) =>
      o.resize(window).then(
        () => undefined,
        () => undefined,
      ),
    leave() {
      input.destroy();
      output.destroy();
    },
  };
}
