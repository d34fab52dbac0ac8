// `npm run demo`: the platform, and an example app pushed to it with git and requested through the router.
import { request } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { callApi, type ApiAccess } from './api-client.js';
import { banner } from '../screen/banner.js';
import type { Platform } from '../bring-up.js';
import type { CommandInput } from '../command.js';
import { stopEngine } from '../engine/engine-process.js';
import { unlinkPaas } from '../machine/link-paas.js';
import { homeSetting, paasCommand } from '../machine/paas-command.js';
import { pushExample } from './push-example.js';
import { runSession, type Session } from '../session.js';

const EXAMPLE = 'examples/hello-node';
const READY_WITHIN_MS = 60_000;
const ANSWERS_WITHIN_MS = 10_000;

/** With `--once` it ends after the first answer and leaves nothing running. */
export async function demo(input: CommandInput): Promise<number> {
  const isOnce = input.args.includes('--once');
  let platform: Platform | undefined;
  try {
    return await runSession(input, { readyWithinMs: READY_WITHIN_MS }, async (session) => {
      platform = session.platform;
      const app = await deployExample(input, session);
      if (isOnce) return 0;
      const how = { paas: paasCommand(input.root), homeSetting: homeSetting(input.config) };
      process.stdout.write(banner({ ready: platform, ...input.config, ...how }) + whatNext(app, how));
      session.lines.drop(session.isWanted);
      await session.untilStopped();
      return 0;
    });
  } finally {
    if (isOnce && platform) await leaveNothing(platform, input);
  }
}

interface DemoApp {
  name: string;
  url: string;
}

async function deployExample(input: CommandInput, { platform, progress, cleanup }: Session): Promise<DemoApp> {
  const api = { url: platform.api_url, token: platform.token };
  const name = await createApp(api);
  if (input.args.includes('--once')) cleanup.add(() => callApi(api, 'DELETE', `/apps/${name}`));
  progress.say(`-----> Created the app ${name}; pushing ${EXAMPLE} to it\n\n$ git push paas main`);
  await pushExample({ source: join(input.root, EXAMPLE), remote: `${platform.git_url}/${name}.git`, token: platform.token });
  const host = `${name}.${input.config.domain}:${new URL(platform.router_url).port}`;
  progress.say(`\n$ curl http://${host}/`);
  progress.say(await untilAnswered(platform.router_url, host));
  return { name, url: `http://${host}/` };
}

async function createApp(api: ApiAccess): Promise<string> {
  const app = (await callApi(api, 'POST', '/apps', {})) as { name: string };
  return app.name;
}

/** The body of the app's first 200; throws the last other answer when none comes in time. */
async function untilAnswered(routerUrl: string, host: string): Promise<string> {
  const deadline = Date.now() + ANSWERS_WITHIN_MS;
  for (;;) {
    const { status, body } = await get(routerUrl, host);
    if (status === 200) return body;
    if (Date.now() > deadline) throw new Error(`The app answered ${status} instead of 200; what our processes said is above.`);
    await sleep(200);
  }
}

function get(url: string, host: string): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const asked = request(url, { headers: { host }, timeout: ANSWERS_WITHIN_MS }, async (answer) => {
      let body = '';
      for await (const chunk of answer) body += String(chunk);
      resolve({ status: answer.statusCode ?? 0, body });
    });
    asked.on('timeout', () => asked.destroy(new Error('The router did not answer.')));
    asked.on('error', reject);
    asked.end();
  });
}

function whatNext({ name, url }: DemoApp, { paas, homeSetting: setting }: { paas: string; homeSetting: string }): string {
  const commands = [`${setting}${paas} login --admin`, `${paas} logs --tail -a ${name}`, `${paas} ps:scale web=3 -a ${name}`];
  return [`The example app is at ${url}`, 'Try next, in another terminal:', '', ...commands.map((each) => `  ${each}`), '', ''].join('\n');
}

/** What this needs is heavy, and isn't loaded while a demo that stays up runs. */
async function leaveNothing(platform: Platform, { root, config: { home, dockerHost } }: CommandInput): Promise<void> {
  unlinkPaas({ root, home });
  const { openEngine } = await import('../../docker/engine.js');
  const { removeDockerObjects } = await import('../../docker/remove-docker-objects.js');
  await removeDockerObjects(openEngine({ dockerHost }), platform.home.id);
  if (!platform.hasStartedEngine) return;
  process.stdout.write('-----> Stopping the Docker engine that was started for this\n');
  await stopEngine();
}
