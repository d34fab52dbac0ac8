// A dyno: one running container of an app, named `web.1`.

export type DynoState = 'starting' | 'up' | 'idle' | 'crashed' | 'down';

export interface Dyno {
  id: string;
  appId: string;
  /** `web.1` */
  name: string;
  type: string;
  number: number;
  state: DynoState;
  size: string;
  command: string;
  releaseId: string;
  releaseVersion: number;
  /** The machine whose dyno manager runs it. */
  node: string;
  containerId: string | null;
  /** Where the router reaches it. Null until it has been started. */
  host: string | null;
  port: number | null;
  /** Crashes in a row, for the back-off; a new release starts at 0. */
  crashes: number;
  /** A crashed dyno starts again at this time. */
  restartAt: Date | null;
  createdAt: Date;
  updatedAt: Date;
}

/** `web.1` → `{ type: 'web', number: 1 }`; null when it isn't a dyno name. */
export function parseDynoName(name: string): { type: string; number: number } | null {
  const match = /^([-\w]{1,128})\.(\d{1,6})$/.exec(name);
  return match ? { type: match[1]!, number: Number(match[2]) } : null;
}
