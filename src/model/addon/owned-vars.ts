// Whose each config var is: a person's, who sets and removes it, or an attachment's, which brings it and takes it along.
import { changeConfig, checkSize, type ConfigChange, type ConfigVars } from '../config-vars.js';
import { PlatformError } from '../errors.js';

/** `user` is null where nobody noted who it was. */
export type Owner = { user: string | null } | { attachment: string };

export interface OwnedVar {
  value: string;
  owner: Owner;
}

export type OwnedVars = Record<string, OwnedVar>;

type Entry = [string, OwnedVar];

/** As they were kept: before they had owners, each was its value. */
export function parseOwned(kept: Record<string, string | OwnedVar>): OwnedVars {
  return from(Object.entries(kept).map(([key, it]) => [key, typeof it === 'string' ? { value: it, owner: { user: null } } : it]));
}

/** What a dyno is given. */
export function valuesOf(owned: OwnedVars): ConfigVars {
  return Object.fromEntries(Object.entries(owned).map(([key, { value }]) => [key, value]));
}

/** All of a set, as one person's. */
export function ownedBy(user: string | null, vars: ConfigVars): OwnedVars {
  return from(Object.entries(vars).map(([key, value]) => [key, { value, owner: { user } }]));
}

/** A person's patch (null deletes), merged. Throws `invalid_params`, also where it would touch what an attachment brings. */
export function changeByPerson(
  owned: OwnedVars,
  user: string,
  patch: Record<string, string | null>,
): { owned: OwnedVars; change: ConfigChange } {
  const change = changeConfig(valuesOf(owned), patch);
  const theirs = [...change.set, ...change.removed].filter((key) => isAttached(owned, key));
  if (theirs.length > 0) throw new PlatformError('invalid_params', `Cannot overwrite attachment values ${theirs.join(', ')}.`);
  const set = new Set(change.set);
  const next = Object.entries(change.vars).map(([key, value]): Entry => {
    const before = set.has(key) || !Object.hasOwn(owned, key) ? undefined : owned[key];
    return [key, before ?? { value, owner: { user } }];
  });
  return { owned: from(next), change };
}

/**
 * What people had set `then`, with what attachments bring now. `lost` names what people had set and an attachment has brought since:
 * it is the attachment's. Throws `invalid_params` where all of them take too much.
 */
export function rolledBack(now: OwnedVars, then: OwnedVars): { owned: OwnedVars; lost: string[] } {
  const attached = varsOfAttachments(now);
  const people = Object.entries(then).filter(([, { owner }]) => 'user' in owner);
  const lost = people.map(([key]) => key).filter((key) => Object.hasOwn(attached, key));
  const owned = from([...people.filter(([key]) => !lost.includes(key)), ...Object.entries(attached)]);
  checkSize(valuesOf(owned));
  return { owned, lost };
}

/** Those that attachments brought. */
export function varsOfAttachments(owned: OwnedVars): OwnedVars {
  return from(Object.entries(owned).filter(([, { owner }]) => 'attachment' in owner));
}

/**
 * What an attachment brings, in place of what it brought before. Throws `invalid_params` where a name belongs to somebody else, or
 * all of them take too much.
 */
export function withAttachment(owned: OwnedVars, attachment: string, vars: ConfigVars): OwnedVars {
  const others = Object.entries(owned).filter(([, { owner }]) => !('attachment' in owner && owner.attachment === attachment));
  const taken = others.find(([key]) => Object.hasOwn(vars, key))?.[0];
  if (taken !== undefined)
    throw new PlatformError('invalid_params', `The config var ${taken} is set already: unset it, or attach under another name.`);
  const brought = Object.entries(vars).map(([key, value]): Entry => [key, { value, owner: { attachment } }]);
  const next = from([...others, ...brought]);
  checkSize(valuesOf(next));
  return next;
}

function isAttached(owned: OwnedVars, key: string): boolean {
  const owner = Object.hasOwn(owned, key) ? owned[key]?.owner : undefined;
  return owner !== undefined && 'attachment' in owner;
}

function from(entries: Entry[]): OwnedVars {
  return Object.fromEntries(entries);
}
