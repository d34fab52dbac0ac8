// A stack: the base image an app is built and run on.

export const DEFAULT_STACK = 'slipway-12';

export const STACKS = [
  { id: 'c9b2f0d2-5d0c-4a9e-9b0e-2a4a4b9d1a12', name: 'slipway-12', state: 'public', default: true, compat: 'heroku-22', title: 'Slipway-12' },
] as const;

/** Finds a stack by name or id; undefined when there is none. */
export function findStack(ref: string) {
  return STACKS.find((stack) => stack.name === ref || stack.id === ref);
}
