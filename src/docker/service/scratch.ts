// A server for a moment: as one of an add-on, with a volume of its own that goes with it, reached by nobody and reaching nobody.
import { dockerOf, type Engine } from '../engine.js';
import { HOME_LABEL, SCRATCH_LABEL, ofHome } from '../labels.js';
import { serviceContainer, type ServiceContainer, type ServiceSpec } from './service-spec.js';

/** @param id what it is for: nobody else's */
export function scratchContainer(id: string, spec: ServiceSpec): ServiceContainer {
  const { HostConfig, NetworkingConfig: _none, Labels: _others, ...options } = serviceContainer(spec);
  const { Binds: _volume, ...host } = HostConfig ?? {};
  return {
    ...options,
    name: scratchName(id),
    Volumes: { [spec.dataDir]: {} },
    HostConfig: { ...host, NetworkMode: 'none' },
    Labels: { [HOME_LABEL]: spec.homeId, [SCRATCH_LABEL]: id },
  };
}

export function scratchName(id: string): string {
  return `slipway-scratch-${id}`;
}

/** Its container's name. What an earlier one left goes first. */
export async function startScratch(engine: Engine, id: string, spec: ServiceSpec): Promise<string> {
  const options = scratchContainer(id, spec);
  await remove(engine, options.name);
  await (await dockerOf(engine).createContainer(options)).start();
  return options.name;
}

export function removeScratch(engine: Engine, id: string): Promise<void> {
  return remove(engine, scratchName(id));
}

/** All of the home, whoever left them. */
export async function removeScratches(engine: Engine, homeId: string): Promise<void> {
  const found = await dockerOf(engine).listContainers({ all: true, filters: ofHome(homeId, SCRATCH_LABEL) });
  for (const { Id } of found) await remove(engine, Id);
}

async function remove(engine: Engine, container: string): Promise<void> {
  await dockerOf(engine)
    .getContainer(container)
    .remove({ force: true, v: true })
    .catch((error: { statusCode?: number }) => {
      if (error.statusCode !== 404 && error.statusCode !== 409) throw error;
    });
}
