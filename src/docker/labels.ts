// Labels that every object of ours carries: on restart the truth about what runs is read from them.

export const HOME_LABEL = 'slipway.home';
/** An app's id. */
export const APP_LABEL = 'slipway.app';
/** The app's name when the container was made, for whoever reads `docker ps`. */
export const APP_NAME_LABEL = 'slipway.app-name';
export const DYNO_LABEL = 'slipway.dyno';
export const DYNO_ID_LABEL = 'slipway.dyno-id';
export const RELEASE_LABEL = 'slipway.release';
export const BUILD_LABEL = 'slipway.build';
/** On networks: `dynos` or `builds`. */
export const NETWORK_LABEL = 'slipway.network';
/** On containers that only hold a network for a dyno. */
export const SPARE_LABEL = 'slipway.spare';
/** On a container or volume of one of our own add-ons: the add-on's id. */
export const ADDON_LABEL = 'slipway.addon';
/** On a server for a moment: what it is for. */
export const SCRATCH_LABEL = 'slipway.scratch';
/** The port that one serves dynos at. */
export const PORT_LABEL = 'slipway.port';
/** What its container was made of. */
export const SPEC_LABEL = 'slipway.spec';
/** On a volume of one: the stack whose software made what is in it. */
export const MADE_ON_LABEL = 'slipway.made-on';
/** On images: the digest of the slug inside, and the id of the image below it. */
export const SLUG_LABEL = 'slipway.slug';
export const BASE_LABEL = 'slipway.base';

/** On an engine: it was started by Slipway, now or by an earlier start. */
export const OUR_ENGINE = 'slipway.engine=started';

/** The engine's filter for containers, networks, volumes and images of this home. */
export function ofHome(homeId: string, ...more: string[]): { label: string[] } {
  return { label: [`${HOME_LABEL}=${homeId}`, ...more] };
}
