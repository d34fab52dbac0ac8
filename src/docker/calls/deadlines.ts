// How long each call to an engine may take, by what it does. Pure.

/** What a call does. `attend`: it lasts as long as what it looks at: a container's output, the engine's events. */
export type CallKind = 'probe' | 'look' | 'change' | 'start' | 'removal' | 'transfer' | 'build' | 'attend' | 'wait';

export interface Call {
  kind: CallKind;
  /** `POST /containers/0123456789ab/start` */
  name: string;
}

export interface Deadline {
  /** Until its answer is there; until it begins, where it is a stream. What is being sent counts as a sign of life. */
  answerMs: number;
  /** The longest silence of a stream. */
  silenceMs?: number;
}

export type Deadlines = Readonly<Record<CallKind, Deadline>>;

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

export const DEADLINES: Deadlines = {
  probe: { answerMs: 8_000 },
  look: { answerMs: 30_000 },
  change: { answerMs: MINUTE_MS },
  start: { answerMs: MINUTE_MS },
  // It deletes files: on a slow disk, many of them.
  removal: { answerMs: 2 * MINUTE_MS },
  // Between the last byte of an image and the engine's word it is unpacked.
  transfer: { answerMs: 10 * MINUTE_MS, silenceMs: 10 * MINUTE_MS },
  // A step may say nothing for long; whoever builds has a limit of its own.
  build: { answerMs: HOUR_MS, silenceMs: HOUR_MS },
  attend: { answerMs: 30_000, silenceMs: HOUR_MS },
  // Its answer is the end of a container. Whoever goes on waiting asks again.
  wait: { answerMs: HOUR_MS },
};

/** The network that a probe asks for. There is none: an engine has to look through all it has, with every lock that it takes for that. */
export const PROBED_NETWORK = 'slipway-probe';

const KINDS: { kind: CallKind; method?: string; path: RegExp }[] = [
  { kind: 'probe', path: new RegExp(`^/networks/${PROBED_NETWORK}$`) },
  { kind: 'wait', path: /^\/containers\/[^/]+\/wait$/ },
  { kind: 'attend', path: /^\/(containers\/[^/]+\/(attach|logs|stats)|exec\/[^/]+\/start|events)$/ },
  { kind: 'build', method: 'POST', path: /^\/build$/ },
  { kind: 'transfer', path: /^\/(images\/(load|create|get)|containers\/[^/]+\/(archive|export))$/ },
  { kind: 'transfer', path: /^\/images\/.+\/(get|push)$/ },
  { kind: 'start', method: 'POST', path: /^\/containers\/(create|[^/]+\/(start|restart))$/ },
  // A container's end takes its place on a network away, which is most of a removal.
  { kind: 'removal', method: 'POST', path: /^\/containers\/[^/]+\/(kill|stop)$/ },
  { kind: 'removal', method: 'POST', path: /^\/networks\/[^/]+\/disconnect$|\/prune$/ },
  { kind: 'removal', method: 'DELETE', path: /^/ },
  { kind: 'look', method: 'GET', path: /^/ },
  { kind: 'look', method: 'HEAD', path: /^/ },
];

/** Which kind of call a request is, and what it is called when people read of it. */
export function callOf(request: { method: string; path: string }): Call {
  const path = request.path.split('?')[0] ?? '';
  const row = KINDS.find((each) => (each.method ?? request.method) === request.method && each.path.test(path));
  const name = `${request.method} ${path.replace(/\b([0-9a-f]{12})[0-9a-f]{52}\b/g, '$1')}`;
  return { kind: row?.kind ?? 'change', name };
}
