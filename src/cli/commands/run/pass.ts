// Bytes between this terminal, or pipe, and a dyno, both ways, no faster than either takes them.
import type { Writable } from 'node:stream';
import type { TLSSocket } from 'node:tls';
import { roomIn } from '../../../lib/async/room-in.js';
import { frame, frameHead, openFrameReader, readExitStatus, windowFrame } from '../../../model/run/attach-frames.js';
import { CliError } from '../../api/errors.js';
import type { Cli } from '../../command.js';
import { holdTerminal } from './hold-terminal.js';

/** Resolves with the command's status when all it said is out. Throws CliError when the connection breaks before. */
export async function pass(cli: Cli, o: { socket: TLSSocket; isTerminal: boolean; dyno: string }): Promise<number> {
  const { socket } = o;
  const { stdin, stdout } = cli;
  const letGo = o.isTerminal ? holdTerminal({ stdin, leave: () => socket.destroy() }) : () => undefined;
  const tellWindow = () => socket.write(windowFrame({ rows: stdout.rows || 24, columns: stdout.columns || 80 }));
  socket.on('error', () => socket.destroy());
  try {
    if (o.isTerminal) {
      tellWindow();
      stdout.on('resize', tellWindow);
    }
    void send(stdin, socket);
    const status = await hear(socket, { output: stdout, errors: cli.stderr });
    if (status !== null) return status;
  } finally {
    stdout.off('resize', tellWindow);
    letGo();
    stdin.destroy();
    socket.destroy();
  }
  throw new CliError(
    `The connection to ${o.dyno} was lost before the command had ended: how it ended isn't known.\n` +
      `See paas ps, and paas logs --dyno-name ${o.dyno}`,
  );
}

/** A terminal, or a pipe that is never closed, is read until the end of the command. */
async function send(stdin: NodeJS.ReadStream, socket: TLSSocket): Promise<void> {
  try {
    for await (const chunk of stdin as AsyncIterable<Buffer>) {
      socket.cork();
      socket.write(frameHead('input', chunk.length));
      const hasRoom = socket.write(chunk);
      socket.uncork();
      if (!hasRoom) await roomIn(socket);
    }
    socket.write(frame('inputEnd'));
  } catch {
    // It was destroyed: the command has ended.
  }
}

/** The status; null when the connection closed without one. */
async function hear(socket: TLSSocket, to: { output: Writable; errors: Writable }): Promise<number | null> {
  const read = openFrameReader();
  let status: number | null = null;
  try {
    for await (const chunk of socket as AsyncIterable<Buffer>) {
      for (const { kind, payload } of read(chunk)) {
        if (kind === 'exit') status = readExitStatus(payload) ?? 1;
        if ((kind === 'output' || kind === 'errors') && payload.length > 0 && !(kind === 'output' ? to.output : to.errors).write(payload)) {
          await roomIn(kind === 'output' ? to.output : to.errors);
        }
      }
    }
  } catch {
    // It broke; what was heard before counts.
  }
  return status;
}
