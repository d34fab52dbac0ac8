// From a row of the store to a running container: image, network, create, start.
import { createDynoContainer, removeContainer, startDynoContainer, type Running } from '../docker/dyno-container.js';
import type { DynoSpec } from '../docker/dyno-spec.js';
import { seccompProfile } from '../docker/seccomp.js';
import { log } from '../lib/log.js';
import type { Dyno } from '../model/dyno.js';
import { DEFAULT_SIZE, findSize } from '../model/dyno-size.js';
import { updateDyno } from '../store/dynos.js';
import { releaseConfigVars } from '../store/releases.js';
import type { AppWants } from '../store/wanted.js';
import type { Deps } from './deps.js';
import { dynoImage } from './dyno-image.js';
import { isAway } from './is-away.js';
import { say } from './say.js';

const seccomp = seccompProfile();

/** A started container. */
export interface Launched extends Running {
  containerId: string;
}

/** Makes, creates and starts a dyno's container, and records where it is. Throws `AbortError` if it isn't wanted any more, StackMissing. */
export async function launch(deps: Deps, dyno: Dyno, wants: AppWants, signal: AbortSignal): Promise<Launched> {
  const [configVars, network, { image, own, archive }] = await Promise.all([releaseConfigVars(deps.store, dyno.releaseId), deps.networks.network(), dynoImage(deps, dyno, wants.slug)]);
  signal.throwIfAborted();
  say(deps, dyno, `Starting process with command \`${dyno.command}\``);
  const spec = {
    homeId: deps.homeId,
    app: { ...wants.app, domain: deps.domain },
    dyno: { ...dyno, port: dyno.port ?? 0 },
    release: wants.release,
    slug: wants.slug,
    size: findSize(dyno.size) ?? findSize(DEFAULT_SIZE)!,
    configVars,
    image,
    own,
    unpacksFiles: archive !== null,
    seccomp,
    caBundle: deps.caBundle,
  };
  const launched = await startSomewhere(deps, { ...spec, network: network.id }, archive);
  await updateDyno(deps.store, dyno.id, { containerId: launched.containerId, host: launched.host });
  return launched;
}

/** In a spare network if there is one, which is sooner; in one of its own if not, or if that one has just gone. */
async function startSomewhere(deps: Deps, spec: DynoSpec, archive: Buffer | null): Promise<Launched> {
  const spare = deps.networks.spares.take();
  if (!spare) return start(deps, spec, archive);
  return start(deps, { ...spec, network: spare }, archive).catch(async (error: Error) => {
    if (isAway(error)) throw error;
    log('spare-network-lost', { dyno: spec.dyno.name, error: error.message });
    return start(deps, spec, archive);
  });
}

async function start(deps: Deps, spec: DynoSpec, archive: Buffer | null): Promise<Launched> {
  const containerId = await createDynoContainer(deps.engine, spec);
  try {
    const running = await startDynoContainer(deps.engine, containerId, archive);
    if (running.isRunning && running.host === '') throw new Error('it has no address on its network');
    return { ...running, containerId };
  } catch (error) {
    if (!isAway(error)) await removeContainer(deps.engine, containerId);
    throw error;
  }
}
