// What a dyno's container is before anything runs in it.
import type { DynoPlace } from '../../docker/dyno/dyno-spec.js';
import { seccompProfile } from '../../docker/seccomp.js';
import type { AppWants } from '../../store/app/wanted.js';
import type { EngineParts } from './parts.js';

const seccomp = seccompProfile();

interface Known extends Pick<AppWants, 'app'> {
  id: string;
  name: string;
  size: string;
  image: string;
  release: { version: number };
}

export function placeOf(parts: Pick<EngineParts, 'homeId' | 'caBundle' | 'sizes'>, o: Known): DynoPlace {
  const { homeId, caBundle, sizes } = parts;
  const { id, name, image, app, release } = o;
  return { homeId, app, dyno: { id, name }, release, size: sizes.of(o), image, seccomp, caBundle };
}
