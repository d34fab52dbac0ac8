// One build in one container: settings, buildpacks and source go in, output and layers come out.
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import type { GatheredOutput } from '../../bus/gather-output.js';
import type { RunningBuild } from '../../docker/build/build-container.js';
import { headerLine } from '../input/header.js';
import { readResult, type ResultReceiver } from '../result/result-reader.js';

export interface ContainerInput {
  settings: Buffer;
  buildpacks: Buffer;
  source: Readable;
}

/**
 * Feeds the container and reads what it makes; its stdin stays open. True when it said that it was done. Rejects when the
 * source breaks off.
 */
export async function runInContainer(
  run: RunningBuild,
  input: ContainerInput,
  said: Promise<void>,
  receiver: ResultReceiver,
): Promise<boolean> {
  const read = readResult(run.stdout, receiver);
  const fed = feed(run, input).catch(async (error: unknown) => {
    await run.kill();
    throw error;
  });
  const [isDone] = await Promise.all([read, fed]);
  await said;
  return isDone;
}

/** Sends all, the source in chunks with their length before them, so that its end is told while stdin stays open. */
async function feed(run: RunningBuild, input: ContainerInput): Promise<void> {
  const { stdin } = run;
  let isOver = false;
  void run.ended
    .catch(() => undefined)
    .then(() => {
      isOver = true;
      input.source.destroy();
    });
  stdin.write(headerLine(input.settings, input.buildpacks));
  stdin.write(input.settings);
  if (input.buildpacks.length > 0) stdin.write(input.buildpacks);
  try {
    for await (const bytes of input.source as AsyncIterable<Buffer>) {
      stdin.write(`${bytes.length.toString(16)}\n`);
      if (!stdin.write(bytes)) await Promise.race([once(stdin, 'drain'), run.ended]);
    }
  } catch (error) {
    // The container may end before it has read all: a build that fails early does.
    if (!isOver) throw error;
  }
  if (!isOver) stdin.write('0\n');
}

/** Answers a request of the build: `null` when it has been done, else why not. */
export function answerRequest(run: RunningBuild, failure: string | null): void {
  run.stdin.write(failure === null ? 'ok \n' : `failed ${Buffer.from(failure).toString('base64')}\n`);
}

/** Passes on what people read. Resolves at the NUL that says that the buildpacks have said all, or at the end. */
export function passOutput(run: RunningBuild, output: GatheredOutput): Promise<void> {
  return new Promise((resolve) => {
    run.stderr.on('data', (bytes: Buffer) => {
      const hasMark = bytes.includes(0);
      output.pass(hasMark ? Buffer.from(bytes.filter((byte) => byte !== 0)) : bytes);
      if (hasMark) resolve();
    });
    run.stderr.once('end', resolve).once('close', resolve);
  });
}
