// A dyno of the usual size on the stack's image, as options for its container.
import { randomUUID } from 'node:crypto';
import type { DynoSpec, OnNetwork } from '../../../src/docker/dyno/dyno-spec.js';
import { seccompProfile } from '../../../src/docker/seccomp.js';
import { SIZES } from '../../../src/model/dyno-size.js';
import { runImage } from './images.js';

export type Where = Pick<DynoSpec, 'homeId'> & OnNetwork;

export function aDyno(where: Where, command: string, o: Partial<DynoSpec> = {}): DynoSpec & OnNetwork {
  return {
    ...where,
    app: { id: 'app', name: 'demo', domain: 'localhost' },
    dyno: { id: randomUUID(), name: 'web.1', command, port: 12_345 },
    release: { version: 1, createdAt: new Date() },
    slug: { commit: null },
    size: SIZES.default,
    configVars: {},
    image: runImage,
    own: null,
    seccomp: seccompProfile(),
    caBundle: null,
    ...o,
  };
}
