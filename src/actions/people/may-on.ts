// Whether somebody may do that to an app, with what the store knows of them.
import type { App } from '../../model/app.js';
import { may, theApp, visibleApps, type VisibleApps, type What, type Who } from '../../model/may.js';
import type { Verb } from '../../model/scope.js';
import type { Caller } from '../../model/user.js';
import { findApp } from '../../store/app/apps.js';
import type { Store } from '../../store/open-store.js';
import { mayStillAct } from '../../store/people/authorizations.js';
import { membershipsOf, readHeld } from '../../store/people/standing.js';
import { findUser } from '../../store/people/users.js';

type AnApp = Pick<App, 'id' | 'ownerId' | 'locked'>;

/** The app as what they ask about; one look at the store where it isn't theirs. */
export async function asAsked(store: Store, who: Who, app: AnApp): Promise<What> {
  const isAbove = who.role === 'admin' || who.id === app.ownerId;
  return theApp(app, isAbove ? null : await readHeld(store, who.id, app));
}

export async function mayOn(store: Store, who: Who, verb: Verb, app: AnApp): Promise<boolean> {
  return may(who, verb, await asAsked(store, who, app));
}

/** Those of the apps that they may see. */
export async function seenOf<T extends AnApp>(store: Store, who: Who, apps: readonly T[]): Promise<T[]> {
  const seen = await Promise.all(apps.map((app) => mayOn(store, who, 'view', app)));
  return apps.filter((_, at) => seen[at]);
}

/** The apps whose list they may see. */
export async function appsSeenBy(store: Store, who: Who): Promise<VisibleApps> {
  return visibleApps(who, who.role === 'admin' ? [] : await membershipsOf(store, who.id));
}

/** Whether what a caller began may go on: their token is good, the app is there, and they may still do that to it. */
export async function mayGoOn(store: Store, { caller, appId, verb }: { caller: Caller; appId: string; verb: Verb }): Promise<boolean> {
  if (!(await mayStillAct(store, caller))) return false;
  const [user, app] = await Promise.all([findUser(store, caller.userId), findApp(store, appId)]);
  return user !== undefined && app !== undefined && mayOn(store, { ...user, scope: null, apps: null }, verb, app);
}
