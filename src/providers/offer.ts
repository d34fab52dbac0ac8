// A provider's side of the contract for one kind of add-on: makes, changes and removes; each may be asked for any number of times.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Bus } from '../bus/open-bus.js';
import type { Engine } from '../docker/engine.js';
import { hasImage } from '../docker/image/has-image.js';
import { ensureNetwork, type Network } from '../docker/network/network.js';
import { ensureService, readServiceOrigin, removeService, runInService } from '../docker/service/service-container.js';
import { seccompProfile } from '../docker/seccomp.js';
import { log } from '../lib/log.js';
import type { ImagesByStack } from '../model/build/stack.js';
import type { DiskUse, DiskVerdict } from './disk.js';
import { NotReady, Refusal, type Kind } from './kind.js';
import { newPassword } from './names.js';
import { defaultPlan, findServicePlan, type ServicePlan } from './plan.js';
import type { Turns } from './turns.js';

export interface Answer {
  status: number;
  body?: Record<string, unknown>;
}

export interface Offer {
  kind: Kind;
  make(asked: { addonId: string; plan: string }): Promise<Answer>;
  change(asked: { addonId: string; plan: string }): Promise<Answer>;
  remove(addonId: string): Promise<Answer>;
  /** One of its kind's `looks` and `calls`, by name. */
  ask(addonId: string, what: string, asked: Record<string, unknown>): Promise<Answer>;
  /** Has it run by its plan, and answer. To be called in the add-on's turn. Throws NotReady. */
  bringUp(addonId: string, plan: ServicePlan): Promise<void>;
  /** Null where that can't be too much. */
  readDisk(addonId: string): Promise<DiskUse | null>;
  /** To be called in the add-on's turn. */
  limit(addonId: string, o: { plan: ServicePlan; verdict: DiskVerdict }): Promise<void>;
}

export interface OfferParts {
  engine: Engine;
  bus: Bus;
  homeId: string;
  /** The stack of new ones. */
  stack: string;
  images: ImagesByStack;
  turns: Turns;
}

const CPU_SHARES = 512;
/** The call that waits for it has 25 s, the start of the server is among them. */
const IMAGE_WITHIN_MS = 10_000;
const IMAGE_LOOK_MS = 500;
const seccomp = seccompProfile();

export function makeOffer(parts: OfferParts, kind: Kind): Offer {
  const { engine, bus, homeId, turns } = parts;
  const network = findOnce(() => ensureNetwork(engine, { homeId, kind: 'dynos' }));

  async function bringUp(addonId: string, plan: ServicePlan): Promise<void> {
    const origin = await findOrigin(parts, kind, addonId);
    const spec = async () => ({
      ...kind.spec(addonId, plan),
      ...origin,
      homeId,
      addonId,
      seccomp,
      cpuShares: CPU_SHARES,
      network: await network.find(),
    });
    try {
      await ensureService(engine, await spec());
    } catch {
      // The network may have gone, and come again.
      network.forget();
      await ensureService(engine, await spec());
    }
    // Its address may be another: whoever opens doors to it looks again.
    await bus.publish('addon-changed', { addonId });
    await kind.setUp(runIn(addonId), { addonId, plan });
  }

  function runIn(addonId: string) {
    return (command: string[], env?: Record<string, string>) => runInService(engine, addonId, { command, ...(env && { env }) });
  }

  return {
    kind,
    bringUp,
    readDisk: async (addonId) => kind.disk?.read(runIn(addonId), addonId) ?? null,
    limit: async (addonId, o) => kind.disk?.limit(runIn(addonId), { addonId, ...o }),
    make: ({ addonId, plan: name }) =>
      turns(addonId, () =>
        answer(kind, async () => {
          const plan = findServicePlan(kind.plans, name);
          if (!plan) return { status: 422, body: { message: `There is no plan ${name}.` } };
          await bringUp(addonId, plan);
          // Nobody has the password of an earlier answer: it didn't arrive, or it wouldn't be asked for again.
          const config = await kind.setPassword(runIn(addonId), { addonId, password: newPassword(addonId) });
          return { status: 201, body: { id: addonId, config, message: `${kind.title} is up.` } };
        }),
      ),
    change: ({ addonId, plan: name }) =>
      turns(addonId, () =>
        answer(kind, async () => {
          const plan = findServicePlan(kind.plans, name);
          if (!plan) return { status: 422, body: { message: `There is no plan ${name}.` } };
          await bringUp(addonId, plan);
          return { status: 200, body: { message: `${kind.title} was restarted on ${plan.title}.` } };
        }),
      ),
    ask(addonId, what, asked) {
      const [look, call] = [kind.looks, kind.calls].map((table) => (Object.hasOwn(table, what) ? table[what] : undefined));
      const work = () =>
        answer(kind, async () => {
          const plan = findServicePlan(kind.plans, String(asked['plan'])) ?? defaultPlan(kind.plans);
          const body = await (look ?? call)?.(runIn(addonId), { addonId, plan, asked });
          return body ? { status: 200, body } : { status: 404, body: { message: `${kind.title} knows no ${what}.` } };
        });
      return call ? turns(addonId, work) : work();
    },
    remove: (addonId) =>
      turns(addonId, async () => {
        await removeService(engine, addonId);
        return { status: 204 };
      }),
  };
}

/**
 * What an add-on was made on stays its stack, whatever new ones are made on: PostgreSQL doesn't read the files of another version. On a
 * new machine the image is made when the platform is up already; of a new recipe, the one it had does meanwhile. Throws NotReady.
 */
export async function findOrigin(
  { engine, stack: ofNew, images: all }: Pick<OfferParts, 'engine' | 'stack' | 'images'>,
  kind: Kind,
  addonId: string,
): Promise<{ stack: string; image: string }> {
  const had = await readServiceOrigin(engine, addonId);
  const stack = had.stack ?? ofNew;
  const images = [all[stack]?.services?.[kind.software], had.image].filter((image) => image !== undefined);
  for (const end = Date.now() + IMAGE_WITHIN_MS; ; await sleep(IMAGE_LOOK_MS)) {
    for (const image of images) if (await hasImage(engine, image)) return { stack, image };
    if (Date.now() > end) throw new NotReady(`Its image, of ${stack}, is being made`);
  }
}

/** What passes is answered as such, and asked again; the rest is for the operator's eyes. */
async function answer(kind: Kind, work: () => Promise<Answer>): Promise<Answer> {
  try {
    return await work();
  } catch (error) {
    const reason = (error as Error).message;
    if (error instanceof Refusal) return { status: 422, body: { message: reason } };
    if (!(error instanceof NotReady)) log('addon-fault', { service: kind.service, error: reason });
    const message = error instanceof NotReady ? `${reason}.` : `${kind.title} can't be brought up at the moment.`;
    return { status: 503, body: { message } };
  }
}

/** Networks are listed only when one has to be found (see ARCHITECTURE.md). */
function findOnce(look: () => Promise<Network>) {
  let found: Promise<Network> | null = null;
  return {
    find() {
      found ??= look().catch((error: Error) => {
        found = null;
        throw error;
      });
      return found;
    },
    forget: () => void (found = null),
  };
}
