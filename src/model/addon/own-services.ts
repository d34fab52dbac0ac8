// The add-on services that come with the platform.

/** The host of their providers' URLs, which is no name in the DNS: `web` reaches it at a socket of the home. */
export const OWN_PROVIDERS = 'providers.slipway';

/** Where the page of an add-on of ours is: `web` shows it, whoever may open it. */
export function ownPageUrl(service: string): string {
  return `http://${OWN_PROVIDERS}/${service}/page`;
}

/** The socket, below the home's `run`. */
export const PROVIDERS_SOCKET = 'providers.sock';

/** Uid and gid of what runs in their containers: nobody else's. */
export const SERVICE_UID = 20_001;

/** Who speaks of them in an app's log. */
export function psOf(service: string): string {
  return service === 'heroku-postgresql' ? 'heroku-postgres' : service;
}
