// The beginning of a dyno's end: SIGTERM to every process inside, and the container lives until the last of them has ended.
import { STOP_SIGNAL } from './dyno-spec.js';
import { untilItHears } from './hears-signals.js';
import { dockerOf, type Engine } from '../engine.js';

// For an image of the app's own, of which only docker-init is ours: it would end the container as soon as its own child
// ends. It stands still until all others are gone; processes that have ended and wait for it are 'Z'.
const TERMINATE = `trap '' HUP INT TERM
kill -s TERM -- -1
while :; do
  left=
  for stat in /proc/[0-9]*/stat; do
    { read -r line <"$stat"; } 2>/dev/null || continue
    case \${line%% *} in 1|$$) continue ;; esac
    case \${line##*") "} in [ZX]*) ;; *) left=1; break ;; esac
  done
  [ -n "$left" ] || break
  sleep 0.1 || sleep 1
done
kill -s CONT 1`;

/**
 * Sends SIGTERM to every process inside, as Heroku does. The container ends by itself when the last of them has ended, with
 * the status of its command; in an image without a shell only that command gets the signal, and ends the container.
 */
export async function terminateProcesses(engine: Engine, containerId: string): Promise<void> {
  const container = dockerOf(engine).getContainer(containerId);
  const signal = (name: string) => container.kill({ signal: name }).catch(ignoreGone);
  const found = await container.inspect().catch(ignoreGone);
  if (!found) return;
  if ((found.Config as { StopSignal?: string }).StopSignal === STOP_SIGNAL) {
    await untilItHears(found.State.Pid);
    return void (await signal(STOP_SIGNAL));
  }
  await signal('SIGSTOP');
  try {
    const exec = await container.exec({ Cmd: ['/bin/sh', '-c', TERMINATE] });
    await exec.start({ Detach: true });
  } catch {
    // No shell, no room for another process, or it has just ended.
    await signal('SIGCONT');
    await signal('SIGTERM');
  }
}

/** It has ended, or is removed. */
function ignoreGone(error: { statusCode?: number }): undefined {
  if (error.statusCode !== 404 && error.statusCode !== 409) throw error;
}
