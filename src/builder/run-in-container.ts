// One build in one container: settings, buildpacks and source go in, output and layers come out.
import { finished } from 'node:stream/promises';
import type { Readable } from 'node:stream';
import type { RunningBuild } from '../docker/build-container.js';
import { headerLine } from './header.js';
import type { BuildOutput } from './output.js';
import { readResult, type ResultReceiver } from './result-reader.js';

export interface ContainerInput {
  settings: Buffer;
  buildpacks: Buffer;
  source: Readable;
}

/** Feeds the container and reads it to the end. True when it said that it was done. Rejects when the source breaks off. */
export async function runInContainer(run: RunningBuild, input: ContainerInput, output: BuildOutput, receiver: (said: Promise<void>) => ResultReceiver): Promise<boolean> {
  const said = passOutput(run, output);
  const fed = feed(run, input);
  const read = readResult(run.stdout, receiver(said));
  const [isDone] = await Promise.all([read, fed.catch(async (error: unknown) => {
    await run.kill();
    throw error;
  })]);
  await said;
  return isDone;
}

async function feed(run: RunningBuild, input: ContainerInput): Promise<void> {
  run.stdin.write(headerLine(input.settings, input.buildpacks));
  run.stdin.write(input.settings);
  if (input.buildpacks.length > 0) run.stdin.write(input.buildpacks);
  input.source.pipe(run.stdin);
  // The container may end before it has read all: a build that fails early does.
  await Promise.race([finished(input.source), run.ended]);
  input.source.destroy();
}

/** Passes on what people read. Resolves at the NUL that says that the buildpacks have said all, or at the end. */
function passOutput(run: RunningBuild, output: BuildOutput): Promise<void> {
  return new Promise((resolve) => {
    run.stderr.on('data', (bytes: Buffer) => {
      const hasMark = bytes.includes(0);
      output.pass(hasMark ? Buffer.from(bytes.filter((byte) => byte !== 0)) : bytes);
      if (hasMark) resolve();
    });
    run.stderr.once('end', resolve).once('close', resolve);
  });
}
