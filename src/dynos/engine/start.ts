// From a dyno's row to a container that runs: its image, then in one that waits for it, or in one of its own.
import { createDynoContainer, startDynoContainer, type Running } from '../../docker/dyno/dyno-container.js';
import type { DynoSpec } from '../../docker/dyno/dyno-spec.js';
import { createWaitingDyno } from '../../docker/dyno/waiting-dyno.js';
import type { ConfigVars } from '../../model/config-vars.js';
import type { Dyno } from '../../model/dyno.js';
import type { AppWants } from '../../store/app/wanted.js';
import { startContainer } from './ahead/start-container.js';
import { dynoImage } from './dyno-image.js';
import type { EngineParts } from './parts.js';
import { placeOf } from './place.js';

/** A started container. */
export interface Launched extends Running {
  containerId: string;
}

/** Brings its image to the engine; what is returned starts it. Throws ChecksumError, StackMissing. */
export async function prepareDyno(parts: EngineParts, dyno: Dyno, wants: AppWants): Promise<(vars: ConfigVars) => Promise<Launched>> {
  const unpacks = parts.notTaken.has(dyno.releaseId) ? null : { waitsOn: parts.spareDynos.waitsOn(dyno) };
  const { image, own, archives } = await dynoImage(parts, dyno, wants.slug, unpacks);
  return async (configVars) => {
    const spec = {
      ...placeOf(parts, { ...dyno, ...wants, image }),
      app: { ...wants.app, domain: parts.domain },
      dyno: { ...dyno, port: dyno.port ?? 0 },
      release: wants.release,
      slug: wants.slug,
      configVars,
      own,
    };
    const inSpare = await startInSpare(parts, spec, archives);
    return inSpare ?? (archives.length > 0 ? startWithFiles(parts, spec, archives) : startAsItIs(parts, spec));
  };
}

/** In the container that waits for it; null when none does. One that doesn't fit is gone then: it had the dyno's name. */
async function startInSpare(parts: EngineParts, spec: DynoSpec, files: Buffer[]): Promise<Launched | null> {
  const spare = await parts.spareDynos.take(spec);
  if (!spare) return null;
  // What is attached may have changed since it was started.
  await parts.doors.admit(spec.app.id, spare.running.host);
  spare.container.tell(spec, files);
  return { ...spare.running, startedAt: Date.now(), containerId: spare.container.containerId };
}

async function startAsItIs(parts: EngineParts, spec: DynoSpec): Promise<Launched> {
  const { container, running } = await startContainer(parts, spec, async (network) => {
    const containerId = await createDynoContainer(parts.engine, { ...spec, network });
    return { containerId, start: () => startDynoContainer(parts.engine, containerId) };
  });
  return { ...running, containerId: container.containerId };
}

async function startWithFiles(parts: EngineParts, spec: DynoSpec, files: Buffer[]): Promise<Launched> {
  const { container, running } = await startContainer(parts, spec, async (network) => {
    const waiting = await createWaitingDyno(parts.engine, { ...spec, network });
    // On their way before it starts: an engine that goes away then has either all or nothing.
    waiting.tell(spec, files);
    return waiting;
  });
  return { ...running, containerId: container.containerId };
}
