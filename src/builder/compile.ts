// The part of a build that happens in its container: source in, layers out.
import type { RunningBuild } from '../docker/build/build-container.js';
import { openDiskMeter } from '../docker/build/disk-meter.js';
import type { BuildHost } from '../docker/build/build-spec.js';
import { isEngineUp } from '../docker/engine.js';
import type { Stack } from '../model/build/stack.js';
import { saveReports } from '../store/build/builds.js';
import type { BuildWork, Compiled } from './work.js';
import type { Builder } from './deps.js';
import { failureOf } from './failures.js';
import { gatherInput, type BuildInput } from './input/gather-input.js';
import { readyStack } from './machine/ready-stack.js';
import { openReceiver, type Received } from './result/receive.js';
import type { Runtimes } from './machine/runtimes.js';
import { answerRequest, passOutput, runInContainer } from './machine/run-in-container.js';
import { sendNamed } from './input/send-named.js';
import { fullFailure, processTypesText, step, type BuildFailure } from './texts.js';
import { watchDisk } from './machine/watch-disk.js';

const ENGINE_WAITS = 60;
/** An engine that answers, but can't: on its way down or up. */
const ENGINE_TRIES = 5;
/** In one layer of a slug. */
const MOST_FILES = 500_000;
const ENGINE_PAUSE_MS = 1_000;

/** Runs the buildpacks. Throws `invalid_params` when something can't be had, or what the container said makes no sense. */
export async function compile(b: Builder, work: BuildWork, stack: Stack): Promise<Compiled | BuildFailure> {
  await readyStack(b.stacks, work, stack);
  // The container takes longest to come: it starts while the rest is gathered.
  const starting = takeContainer(b, work, stack);
  starting.catch(() => undefined);
  let input: BuildInput;
  try {
    input = await gatherInput(b, work, stack);
    work.mark('source');
  } catch (error) {
    void starting.then((run) => run.remove()).catch(() => undefined);
    throw error;
  }
  try {
    const [run, { place, runtimes }] = await Promise.all([starting, starting.then(() => b.stacks.open(stack.name))]);
    work.mark('container');
    return await compileIn(b, work, { run, place, input, runtimes });
  } finally {
    await input.discard();
  }
}

/** A container for the build; while Docker is away, or coming or going, it is waited for, and the person watching is told. */
async function takeContainer(b: Builder, work: BuildWork, stack: Stack): Promise<RunningBuild> {
  for (let waits = 0; ; waits += 1) {
    try {
      await b.endings.settle(work.build.appId);
      return await b.spares.take(work.build.appId, stack.name, work.build.id);
    } catch (error) {
      const isRefused = ((error as { statusCode?: number }).statusCode ?? 500) < 500;
      const mayWait = waits < ((await isEngineUp(b.engine)) ? ENGINE_TRIES : ENGINE_WAITS);
      if (isRefused || !mayWait || work.signal.aborted) throw error;
      if (waits === 0) work.output.say(' !     Docker does not answer; the build waits for it.\n');
      await new Promise((resolve) => setTimeout(resolve, ENGINE_PAUSE_MS));
    }
  }
}

interface Running {
  run: RunningBuild;
  place: BuildHost;
  input: BuildInput;
  runtimes: Runtimes;
}

async function compileIn(b: Builder, work: BuildWork, o: Running): Promise<Compiled | BuildFailure> {
  const { signal } = work;
  const { run, input, runtimes } = o;
  let { wanted } = input;
  let problem: unknown = null;
  let isDone = false;
  // One that can't be killed now is removed once the engine answers.
  const stop = () =>
    void run
      .kill()
      .catch(() => run.remove())
      .catch(() => undefined);
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  const meter = { containerId: run.containerId, limitMb: b.limits.diskMb };
  const disk = watchDisk(() => openDiskMeter(b.engine, o.place, meter), b.limits.diskMb, stop);
  const said = passOutput(run, work.output);
  const sendWanted = async (named: { file: string; text: string }) => {
    wanted = await sendNamed(b, work, run, named);
  };
  const onWanted = (file: string, text: string) =>
    void sendWanted({ file, text }).catch((error: unknown) => {
      problem = error;
      stop();
    });
  const received = receiverOf(b, work, { ...o, said, onWanted });
  try {
    isDone = await runInContainer(run, input, said, received.receiver);
    work.mark('pack');
    if (received.reports().length > 0) await saveReports(b.ctx.store, work.build.id, received.reports());
    signal.throwIfAborted();
    if (problem !== null) throw problem;
    const end = isDone ? null : await run.ended;
    const failure = fullFailure(disk.fullness(), b.limits.diskMb) ?? failureOf(received, end, { limits: b.limits, buildpacks: wanted });
    if (failure) {
      await received.discard();
      return failure;
    }
    await runtimes.used(received.field('uses') ?? '');
    return {
      layers: await received.layers(),
      detected: received.field('detected') ?? null,
      processTypes: received.types().all,
      cron: received.cron(),
      discard: received.discard,
    };
  } catch (error) {
    stop();
    await received.discard();
    throw error;
  } finally {
    disk.stop();
    signal.removeEventListener('abort', stop);
    b.endings.end(work.build.appId, run, { now: !isDone });
  }
}

function receiverOf(
  b: Builder,
  work: BuildWork,
  { run, input, said, runtimes, onWanted }: Running & { said: Promise<void>; onWanted(file: string, text: string): void },
): Received {
  // One after the other: the code that is built can ask as well.
  let answered = Promise.resolve();
  return openReceiver({
    tempDir: b.tempDir,
    name: work.build.id,
    maxBytes: b.limits.slugMb * 1024 * 1024,
    // What no build can have had on its disk: a full disk is told as such.
    expanded: { maxEntries: MOST_FILES, maxBytes: 2 * b.limits.diskMb * 1024 * 1024 },
    known: input.known,
    onWanted,
    findRuntime: runtimes.find,
    onRequest(request) {
      answered = answered.then(async () => answerRequest(run, await runtimes.fulfil(request)));
    },
    async onCompiled(types) {
      await said;
      work.mark('compile');
      work.output.say(`${processTypesText(types)}\n${step('Compressing...')}`);
    },
  });
}
