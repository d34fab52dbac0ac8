// What a dyno's processes are told when their terminal goes away: SIGHUP to every one of them.
import { dockerOf, type Engine } from '../engine.js';
import { STOP_SIGNAL } from './dyno-spec.js';

/** On our stacks the first program passes it on; in an app's own image a shell does, or only the command hears it. */
export async function hangUpProcesses(engine: Engine, containerId: string): Promise<void> {
  const container = dockerOf(engine).getContainer(containerId);
  const found = await container.inspect().catch(ignoreGone);
  if (!found?.State.Running) return;
  const signal = () => container.kill({ signal: 'SIGHUP' }).catch(ignoreGone);
  if ((found.Config as { StopSignal?: string }).StopSignal === STOP_SIGNAL) return void (await signal());
  try {
    const exec = await container.exec({ Cmd: ['/bin/sh', '-c', "trap '' HUP; kill -s HUP -- -1"] });
    await exec.start({ Detach: true });
  } catch {
    await signal();
  }
}

/** It has ended, or is removed. */
function ignoreGone(error: { statusCode?: number }): undefined {
  if (error.statusCode !== 404 && error.statusCode !== 409) throw error;
}
