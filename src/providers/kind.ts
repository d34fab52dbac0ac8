// What an add-on of ours is, whatever runs in it.
import type { ServiceSpec } from '../docker/service/service-spec.js';
import type { ConfigVars } from '../model/config-vars.js';
import type { ServiceSoftware } from '../model/build/stack.js';
import type { DiskUse, DiskVerdict } from './disk.js';
import type { ServicePlan } from './plan.js';

/** What a kind of add-on says of its container; the rest is the same for all. */
export type OwnSpec = Omit<ServiceSpec, 'homeId' | 'addonId' | 'stack' | 'image' | 'network' | 'seccomp' | 'cpuShares'>;

/** Runs a command in an add-on's container, with an environment of its own. */
export type RunInside = (command: string[], env?: Record<string, string>) => Promise<{ status: number; stdout: string; stderr: string }>;

/**
 * What the platform's data host asks of one beyond the contract; `asked` is what whoever asked sent, to be looked at. Throws Refusal,
 * NotReady.
 */
export type Call = (
  run: RunInside,
  o: { addonId: string; plan: ServicePlan; asked: Record<string, unknown> },
) => Promise<Record<string, unknown>>;

export interface Kind {
  /** `heroku-postgresql`, as people say it. */
  service: string;
  /** Which of a stack's images it runs in. */
  software: ServiceSoftware;
  title: string;
  /** How its config vars begin, under their default name. */
  prefix: string;
  configVars: string[];
  plans: readonly ServicePlan[];
  spec(addonId: string, plan: ServicePlan): OwnSpec;
  /** Waits until it answers, and brings it to what the plan says. Throws NotReady. */
  setUp(run: RunInside, o: { addonId: string; plan: ServicePlan }): Promise<void>;
  /** How its disk is kept within its plan; null where it can't take more. */
  disk: Disk | null;
  /** By name: those that only look, at any time. */
  looks: Readonly<Record<string, Call>>;
  /** By name: those that change something, in its turn. */
  calls: Readonly<Record<string, Call>>;
  /** Gives its user this password; returns what apps are told. To be called after `setUp`. */
  setPassword(run: RunInside, o: { addonId: string; password: string }): Promise<ConfigVars>;
}

interface Disk {
  /** What it holds, and whether it was told to take no more, or to let nobody in. */
  read(run: RunInside, addonId: string): Promise<DiskUse>;
  /** Has it take no more, let nobody in, or neither. */
  limit(run: RunInside, o: { addonId: string; plan: ServicePlan; verdict: DiskVerdict }): Promise<void>;
}

/** It doesn't answer yet: whoever asked comes again. */
export class NotReady extends Error {
  override name = 'NotReady';
}

/** It is asked for what can't be done; the message is for whoever asked. */
export class Refusal extends Error {
  override name = 'Refusal';
}
