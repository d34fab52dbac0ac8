// A command inside a dyno that runs: beside its own, as the same user, within the same limits.
import type { Duplex } from 'node:stream';
import { dockerOf, type Engine } from '../engine.js';
import { DETACH_KEYS, holdStreams, type Attached } from './attach.js';
import { dynoEnv, START, type DynoSpec } from './dyno-spec.js';

export interface Inside extends Attached {
  /** Its status; null while it runs. */
  readStatus(): Promise<number | null>;
}

/** By this all that the command has started is found again. */
const MARK = 'SLIPWAY_INSIDE';

/** Starts it. Its environment is the dyno's, which that may have got by stdin. */
export async function execInDyno(
  engine: Engine,
  containerId: string,
  o: { spec: DynoSpec; hasTty: boolean; mark: string },
): Promise<Inside> {
  const { spec, hasTty, mark } = o;
  const Cmd = spec.own ? ['/bin/sh', '-c', spec.dyno.command] : ['bash', '-c', START, 'bash', spec.dyno.command];
  const streams = { AttachStdin: true, AttachStdout: true, AttachStderr: true, Tty: hasTty, DetachKeys: DETACH_KEYS };
  const exec = await dockerOf(engine)
    .getContainer(containerId)
    .exec({ ...streams, Cmd, Env: [...dynoEnv(spec), `${MARK}=${mark}`] });
  const stream: Duplex = await exec.start({ hijack: true, stdin: true, Tty: hasTty });
  return {
    ...holdStreams({ input: stream, output: stream }, { hasTty, resize: ({ rows, columns }) => exec.resize({ h: rows, w: columns }) }),
    async readStatus() {
      const { Running, ExitCode } = await exec.inspect();
      return Running ? null : (ExitCode ?? null);
    },
  };
}

const SIGNAL = `for file in /proc/[0-9]*/environ; do
  if tr '\\0' '\\n' <"$file" 2>/dev/null | grep -qx "${MARK}=$2"; then pid=\${file#/proc/}; kill -s "$1" "\${pid%/environ}"; fi
done 2>/dev/null; true`;

/** Sends a signal to all that the command has started, and that hasn't forgotten its environment. */
export async function signalInside(engine: Engine, containerId: string, o: { signal: 'HUP' | 'KILL'; mark: string }): Promise<void> {
  const exec = await dockerOf(engine)
    .getContainer(containerId)
    .exec({ Cmd: ['/bin/sh', '-c', SIGNAL, 'sh', o.signal, o.mark] });
  await exec.start({ Detach: true });
}
