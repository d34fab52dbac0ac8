// A stack: the base image an app is built and run on. Each is a release of the distribution; which of them a platform
// offers is its operator's choice.
import { CONTAINER_STACK } from './container.js';

export interface Stack {
  id: string;
  name: string;
  title: string;
  state: 'public';
  /** What buildpacks see as STACK: the stack of Heroku's whose programs run here, by the C library. */
  compat: string;
}

export const STACKS = [
  { id: 'c9b2f0d2-5d0c-4a9e-9b0e-2a4a4b9d1a12', name: 'slipway-12', title: 'Slipway-12', state: 'public', compat: 'heroku-22' },
  { id: '4f0d8a55-0f3b-4c6e-8a3d-6d1b7c2e9f13', name: 'slipway-13', title: 'Slipway-13', state: 'public', compat: 'heroku-24' },
  { id: '0b7c9c8e-1f5d-4a52-9d0a-5c3f7e2a6b01', name: CONTAINER_STACK, title: 'Container', state: 'public', compat: 'container' },
] as const satisfies readonly Stack[];

/** The stack of new apps where nothing else is said. */
export const DEFAULT_STACK = 'slipway-12';

/** A stack's images in the engine, by name: the one dynos run in, the one builds start from, and those of the platform's add-ons. */
export interface StackImages {
  run: string;
  build: string;
  services?: Partial<Record<ServiceSoftware, string>> | undefined;
}

/** What add-ons of the platform's own run. */
export type ServiceSoftware = 'postgresql' | 'redis';

/** Images by the name of their stack. */
export type ImagesByStack = Readonly<Record<string, StackImages>>;

/** Finds a stack by name or id; undefined when there is none. */
export function findStack(ref: string): Stack | undefined {
  return STACKS.find((stack) => stack.name === ref || stack.id === ref);
}
