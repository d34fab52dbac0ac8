// Somebody waits for what a provider answers, for a while: it comes by a job of its own, which goes on without them.
import { makeWake } from '../../lib/async/wake.js';
import type { Addon } from '../../model/addon/addon.js';
import { findAddon } from '../../store/addon/addons.js';
import type { Context } from '../context.js';

/** Below what the API, and people, wait for an answer. */
const LIMIT_MS = 18_000;
const LOOK_MS = 500;

/** The add-on when it is so, or as it is when the wait is over. */
export async function untilSettled(ctx: Context, addon: Addon, isSo: (addon: Addon) => boolean | Promise<boolean>): Promise<Addon> {
  const end = Date.now() + LIMIT_MS;
  const news = makeWake();
  const leave = await ctx.bus.subscribe('addon-changed', ({ addonId }) => addonId === addon.id && news.ring());
  try {
    for (let now = addon; ; now = (await findAddon(ctx.store, addon.id)) ?? now) {
      if ((await isSo(now)) || Date.now() > end) return now;
      await news.wait(LOOK_MS);
    }
  } finally {
    leave();
  }
}
