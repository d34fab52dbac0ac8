// A platform's API with its own providers beside it, on real stores and a real engine; neither router nor dynos.
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { clientEnv } from '../../src/cli/commands/heroku/client-env.js';
import { ensureNetwork } from '../../src/docker/network/network.js';
import { removeDockerObjects } from '../../src/docker/remove-docker-objects.js';
import type { ServicePlan } from '../../src/providers/plan.js';
import { startProviders } from '../../src/providers/start-providers.js';
import { choosePorts } from '../../src/start/home/ports.js';
import { ensureServiceImages, stackImages } from '../../src/start/stack/ensure-stack.js';
import { RECIPES } from '../../src/start/stack/recipe.js';
import { callAs, type Call } from '../integration/api/client.js';
import { openWeb, type OpenWeb } from '../integration/web/open-web.js';
import { aCertificate } from './certificates.js';
import { testEngine } from './engine.js';
import { theClient } from './heroku-client.js';
import { openShell, type Shell } from './shell.js';

export interface OwnAddons {
  web: OpenWeb;
  admin: Call;
  /** Where add-ons are reached from outside, with the name in its certificate: `localhost:15432`. */
  dataPort: number;
  caFile: string;
  homeId: string;
  /** In which `heroku` is the admin. */
  shell: Shell;
  stop(): Promise<void>;
}

const plan = (name: string): ServicePlan => ({
  name,
  title: `The ${name}`,
  cents: 0,
  memoryMb: 256,
  connections: 20,
  diskMb: 256,
  isDefault: name === 'small',
});

/** Without the images of other stacks than the first. */
export async function openOwnAddons(): Promise<OwnAddons> {
  const engine = testEngine();
  const [recipe] = RECIPES;
  const images = stackImages(recipe!);
  await ensureServiceImages(engine, recipe!, images);
  const homeId = `t${randomBytes(4).toString('hex')}`;
  // As the dynos process does, which isn't here.
  await ensureNetwork(engine, { homeId, kind: 'dynos' });
  const { data: dataPort } = await choosePorts('127.0.0.1', { data: 0 });
  const web = await openWeb({ dataPort });
  const { server, key, ca } = await aCertificate(['localhost']);
  const caFile = join(web.home, 'ca.pem');
  for (const [file, text] of Object.entries({ 'server.pem': server, 'server.key': key, 'ca.pem': ca }))
    writeFileSync(join(web.home, file), text);
  const plans = [plan('small'), plan('larger')];
  const stopProviders = await startProviders({
    ...web.ctx,
    engine,
    homeId,
    home: web.home,
    runDir: join(web.home, 'run'),
    bind: '127.0.0.1',
    dataPort,
    stacks: [recipe!.stack],
    images: { [recipe!.stack]: images },
    plans: { postgresql: plans, redis: plans },
  });
  const apiUrl = web.url.replace('127.0.0.1', 'localhost');
  // A file of its own: git replaces what it writes to, and as root /dev/null as well.
  const gitConfig = join(web.home, 'heroku-gitconfig');
  writeFileSync(gitConfig, '');
  const place = { apiUrl, gitHost: 'localhost', token: web.adminToken, caFile, hosts: [], guardFile: GUARD, gitConfig };
  const { HOME: _home, ...env } = clientEnv({ PATH: process.env['PATH'] }, { ...place, clientDir: await theClient() });
  const shell = await openShell(env as Record<string, string>);
  return {
    web,
    admin: callAs(() => web.url, web.adminToken),
    dataPort,
    caFile,
    homeId,
    shell,
    async stop() {
      stopProviders();
      await shell.remove();
      await web.stop();
      await removeDockerObjects(engine, homeId);
    },
  };
}

const GUARD = join(process.cwd(), 'dist/src/cli/commands/heroku/guard.js');
