// What the person at the terminal reads when all is up.
import type { Ready } from '../ready.js';

export interface BannerInput {
  ready: Ready;
  domain: string;
  home: string;
  /** How the CLI is called here. */
  paas: string;
  /** `SLIPWAY_HOME=…` before a command in another terminal that needs to know; empty for the home it looks in anyway. */
  homeSetting: string;
}

/** Where everything is, and the commands that push a first app. */
export function banner(o: BannerInput): string {
  const { port } = new URL(o.ready.router_url);
  return [
    '',
    'Slipway is up. Ctrl-C stops it: apps go on running, but their URLs refuse until it is up again.',
    '',
    `  API          ${o.ready.api_url}`,
    `  Git          ${o.ready.git_url}/<app>.git`,
    `  Apps         http://<app>.${o.domain}:${port}`,
    `  Admin token  ${o.ready.token_file}`,
    `  Private CA   ${o.home}/ca.pem`,
    '',
    'Push a first app: in another terminal, in its git repository,',
    '',
    `  ${o.homeSetting}${o.paas} login --admin`,
    `  ${o.paas} create`,
    '  git push paas main',
    '',
    'Stop everything, and remove it from Docker, in this directory:',
    '',
    `  ${o.homeSetting}npm run down`,
    '',
    'Here only faults are shown; everything else too with: npm start -- --verbose',
    '',
    '',
  ].join('\n');
}
