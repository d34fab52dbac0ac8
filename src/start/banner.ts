// What the person at the terminal reads when all is up.
import type { Ready } from './ready.js';

/** Where everything is, and the commands that push a first app. `paas` is how the CLI is called here. */
export function banner(o: { ready: Ready; domain: string; home: string; paas: string }): string {
  const { port } = new URL(o.ready.router_url);
  return [
    '',
    'Slipway is up. Ctrl-C stops it; apps go on running.',
    '',
    `  API          ${o.ready.api_url}`,
    `  Git          ${o.ready.git_url}/<app>.git`,
    `  Apps         http://<app>.${o.domain}:${port}`,
    `  Admin token  ${o.ready.token_file}`,
    `  Private CA   ${o.home}/ca.pem`,
    '',
    'Push a first app, from its git repository:',
    '',
    `  ${o.paas} login --admin`,
    `  ${o.paas} create`,
    '  git push paas main',
    '',
    '',
  ].join('\n');
}
