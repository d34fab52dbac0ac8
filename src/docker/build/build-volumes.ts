// The volumes of building: one cache for each app, and the language runtimes that all on a stack share read-only.
import { dockerOf, type Engine } from '../engine.js';
import { APP_LABEL, HOME_LABEL, ofHome } from '../labels.js';

export function cacheVolumeName(homeId: string, appId: string): string {
  return `slipway-cache-${homeId}-${appId}`;
}

/** Each stack has runtimes of its own: those of one needn't run on another. */
export function runtimesVolumeName(homeId: string, stack: string): string {
  return `slipway-runtimes-${homeId}-${stack}`;
}

/** Makes the volume of a stack's runtimes; does nothing when it is there. Returns its name. */
export async function ensureRuntimesVolume(engine: Engine, homeId: string, stack: string): Promise<string> {
  const name = runtimesVolumeName(homeId, stack);
  await dockerOf(engine).createVolume({ Name: name, Driver: 'local', Labels: { [HOME_LABEL]: homeId } });
  return name;
}

/** Apps of this home that have a cache volume. */
export async function listCaches(engine: Engine, homeId: string): Promise<string[]> {
  const { Volumes } = await dockerOf(engine).listVolumes({ filters: ofHome(homeId, APP_LABEL) });
  return Volumes.map((volume) => volume.Labels?.[APP_LABEL] ?? '').filter((appId) => appId !== '');
}

/** Forgets an app's cache. False while a build uses it; true when there is none any more. */
export async function removeCache(engine: Engine, homeId: string, appId: string): Promise<boolean> {
  try {
    await dockerOf(engine).getVolume(cacheVolumeName(homeId, appId)).remove();
    return true;
  } catch (error) {
    const status = (error as { statusCode?: number }).statusCode;
    if (status === 404) return true;
    if (status === 409) return false;
    throw error;
  }
}
