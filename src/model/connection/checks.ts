// What a host's own checks of a commit have come to: commit statuses, and GitHub's check runs beside them.
import { opening, repositoryApi, type ApiPlace, type HostCall } from './host-api.js';

/** `none` where nothing has been said yet. */
export type Verdict = 'passed' | 'failed' | 'pending' | 'none';

const OURS = /^slipway\//;
const PASSED = ['success', 'neutral', 'skipped', 'warning', 'manual'];
const FAILED = ['failure', 'failed', 'error', 'cancelled', 'canceled', 'timed_out', 'action_required', 'stale', 'startup_failure'];

/** What is asked of the host, all of it; empty for one that tells of no checks. */
export function checksCalls(place: ApiPlace, commit: string, token: string | null): HostCall[] {
  const base = repositoryApi(place);
  if (base === null) return [];
  const paths = {
    github: [`/commits/${commit}/status?per_page=100`, `/commits/${commit}/check-runs?per_page=100`],
    gitea: [`/commits/${commit}/status?limit=50`],
    gitlab: [`/repository/commits/${commit}/statuses?per_page=100`],
    bitbucket: [],
    other: [],
  }[place.host];
  return paths.map((path) => ({ url: base + path, headers: token === null ? {} : opening(place, token) }));
}

/** One verdict on all that was answered, but for what we have said ourselves. */
export function verdictOf(answers: readonly unknown[]): Verdict {
  const states = answers.flatMap(listOf).filter(({ name }) => !OURS.test(name));
  if (states.length === 0) return 'none';
  if (states.some(({ state }) => FAILED.includes(state))) return 'failed';
  return states.every(({ state }) => PASSED.includes(state)) ? 'passed' : 'pending';
}

/** The newest of each name stands first, at all of them. */
function listOf(answer: unknown): { name: string; state: string }[] {
  const held = Array.isArray(answer) ? answer : (fieldOf(answer, 'statuses') ?? fieldOf(answer, 'check_runs'));
  const seen = new Map<string, string>();
  for (const each of Array.isArray(held) ? held : []) {
    const name = String(fieldOf(each, 'context') ?? fieldOf(each, 'name') ?? '');
    // GitHub's statuses have a state, its runs a conclusion once they have ended; Gitea and GitLab a status.
    const state = String(fieldOf(each, 'conclusion') ?? fieldOf(each, 'state') ?? fieldOf(each, 'status') ?? '');
    if (!seen.has(name)) seen.set(name, state);
  }
  return [...seen].map(([name, state]) => ({ name, state }));
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}
