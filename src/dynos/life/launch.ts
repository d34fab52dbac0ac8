// From a row of the store to a running container: what it is made of, create, start.
import { createDynoContainer, startDynoContainer, type Running } from '../../docker/dyno/dyno-container.js';
import type { DynoSpec } from '../../docker/dyno/dyno-spec.js';
import { seccompProfile } from '../../docker/seccomp.js';
import { createWaitingDyno } from '../../docker/dyno/waiting-dyno.js';
import type { Dyno } from '../../model/dyno.js';
import { DEFAULT_SIZE, findSize } from '../../model/dyno-size.js';
import { updateDyno } from '../../store/app/dynos.js';
import { releaseConfigVars } from '../../store/app/releases.js';
import type { AppWants } from '../../store/app/wanted.js';
import type { Deps } from '../deps.js';
import { dynoImage } from './dyno-image.js';
import { say } from '../say.js';
import { startContainer } from '../ahead/start-container.js';

const seccomp = seccompProfile();

/** A started container. */
export interface Launched extends Running {
  containerId: string;
}

/**
 * Makes, creates and starts a dyno's container, and records where it is; `again` when it was started before, but could not
 * take its files. Throws `AbortError` if it isn't wanted any more, StackMissing.
 */
export async function launch(deps: Deps, dyno: Dyno, wants: AppWants, o: { signal: AbortSignal; again?: boolean }): Promise<Launched> {
  const unpacks = deps.notTaken.has(dyno.releaseId) ? null : { waitsOn: deps.spareDynos.waitsOn(dyno) };
  const reads = [releaseConfigVars(deps.store, dyno.releaseId), dynoImage(deps, dyno, wants.slug, unpacks)] as const;
  const [configVars, { image, own, archives }] = await Promise.all(reads);
  o.signal.throwIfAborted();
  if (!o.again) say(deps, dyno, `Starting process with command \`${dyno.command}\``);
  const spec = {
    ...placeOf(deps, { ...dyno, ...wants, image }),
    app: { ...wants.app, domain: deps.domain },
    dyno: { ...dyno, port: dyno.port ?? 0 },
    release: wants.release,
    slug: wants.slug,
    configVars,
    own,
  };
  const launched =
    (await startInSpare(deps, spec, archives)) ??
    (archives.length > 0 ? await startWithFiles(deps, spec, archives) : await startAsItIs(deps, spec));
  await updateDyno(deps.store, dyno.id, { containerId: launched.containerId, host: launched.host });
  return launched;
}

/** What a dyno's container is before anything runs in it. */
export function placeOf(
  deps: Pick<Deps, 'homeId' | 'caBundle'>,
  o: { id: string; name: string; size: string; image: string } & Pick<AppWants, 'app'> & { release: { version: number } },
) {
  const { id, name, image, app, release } = o;
  return {
    homeId: deps.homeId,
    app,
    dyno: { id, name },
    release,
    size: findSize(o.size) ?? findSize(DEFAULT_SIZE)!,
    image,
    seccomp,
    caBundle: deps.caBundle,
  };
}

/** In the container that waits for it; null when none does. One that doesn't fit is gone then: it had the dyno's name. */
async function startInSpare(deps: Deps, spec: DynoSpec, files: Buffer[]): Promise<Launched | null> {
  const spare = await deps.spareDynos.take(spec);
  if (!spare) return null;
  spare.container.tell(spec, files);
  return { ...spare.running, startedAt: Date.now(), containerId: spare.container.containerId };
}

async function startAsItIs(deps: Deps, spec: DynoSpec): Promise<Launched> {
  const { container, running } = await startContainer(deps, spec.dyno, async (network) => {
    const containerId = await createDynoContainer(deps.engine, { ...spec, network });
    return { containerId, start: () => startDynoContainer(deps.engine, containerId) };
  });
  return { ...running, containerId: container.containerId };
}

async function startWithFiles(deps: Deps, spec: DynoSpec, files: Buffer[]): Promise<Launched> {
  const { container, running } = await startContainer(deps, spec.dyno, async (network) => {
    const waiting = await createWaitingDyno(deps.engine, { ...spec, network });
    // On their way before it starts: an engine that goes away then has either all or nothing.
    waiting.tell(spec, files);
    return waiting;
  });
  return { ...running, containerId: container.containerId };
}
