// Docker's builder with a build's limits: its API knows one for memory, those on disk and processes are ours to watch.
import { watchSteps } from '../../docker/build/watch-steps.js';
import { openDiskMeter } from '../../docker/build/disk-meter.js';
import { buildImage, type ImageBuild } from '../../docker/build/image-builder.js';
import { DEFAULT_STACK } from '../../model/build/stack.js';
import type { Builder } from '../deps.js';
import { watchDisk, type DiskWatch } from '../machine/watch-disk.js';
import { fullFailure, processesFailure, type BuildFailure } from '../texts.js';

/** The build was ended, since it met a limit. */
export class LimitMet extends Error {
  readonly failure: BuildFailure;

  constructor(failure: BuildFailure) {
    super(failure.failure);
    this.failure = failure;
    this.name = 'LimitMet';
  }
}

const MB = 1024 * 1024;
const MARKS = 4096;
let built = 0;

/** As buildImage; ends a build that meets a limit, and throws LimitMet. */
export async function buildWithinLimits(b: Builder, o: Omit<ImageBuild, 'fileBytes'>): Promise<string> {
  const { diskMb, pids } = b.limits;
  const ended = new AbortController();
  const end = (failure: BuildFailure | null) => failure && ended.abort(new LimitMet(failure));
  // A byte more or less tells the steps of one build from those of all others.
  const fileBytes = diskMb * MB + (built++ % MARKS);
  const disks: DiskWatch[] = [];
  const steps = watchSteps(b.engine, {
    pids,
    diskBytes: diskMb * MB,
    isStep: ({ NetworkMode, Ulimits }) => NetworkMode === o.network && (Ulimits ?? []).some((each) => each.Hard === fileBytes),
    onExceeded: (what) => end(what === 'disk' ? fullFailure('build', diskMb) : processesFailure(pids)),
    onStep(containerId) {
      for (const disk of disks.splice(0)) disk.stop();
      const openMeter = async () => openDiskMeter(b.engine, (await b.stacks.open(DEFAULT_STACK)).place, { containerId, limitMb: diskMb });
      // What the step has written the engine tells; here it is looked what is left to others.
      disks.push(watchDisk(openMeter, Infinity, () => end(fullFailure('disk', diskMb))));
    },
  });
  const hear = (text: string) => {
    steps.hear(text);
    o.hear(text);
  };
  try {
    return await buildImage(b.engine, { ...o, hear, fileBytes, signal: AbortSignal.any([o.signal, ended.signal]) });
  } catch (error) {
    throw ended.signal.aborted && !o.signal.aborted ? ended.signal.reason : error;
  } finally {
    steps.stop();
    for (const disk of disks) disk.stop();
  }
}
