// Labels that every object of ours carries: on restart the truth about what runs is read from them.

export const HOME_LABEL = 'slipway.home';
export const APP_LABEL = 'slipway.app';
export const DYNO_LABEL = 'slipway.dyno';
export const DYNO_ID_LABEL = 'slipway.dyno-id';
export const RELEASE_LABEL = 'slipway.release';
export const BUILD_LABEL = 'slipway.build';
/** On networks: `dynos` or `builds`. */
export const NETWORK_LABEL = 'slipway.network';
/** On images: the digest of the slug inside. */
export const SLUG_LABEL = 'slipway.slug';

/** The engine's filter for containers, networks, volumes and images of this home. */
export function ofHome(homeId: string, ...more: string[]): { label: string[] } {
  return { label: [`${HOME_LABEL}=${homeId}`, ...more] };
}
