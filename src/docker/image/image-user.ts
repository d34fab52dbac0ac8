// As whom an image of the app's own runs: its USER, as numbers. Left to the engine, a name could stand for root in the image's passwd.
import { Readable } from 'node:stream';
import { DYNO_UID } from '../../model/dyno.js';
import tar from 'tar-stream';
import { dockerOf, type Engine } from '../engine.js';
import { HOME_LABEL } from '../labels.js';

/** Uid and gid of dynos that name no other. */
export const DYNO_USER = `${DYNO_UID}:${DYNO_UID}`;

const LIMIT = 2 ** 31;
const MAX_FILE_BYTES = 1024 * 1024;
const known = new Map<string, Promise<string | null>>();

export interface ImageUser {
  homeId: string;
  /** Name or id of the image. */
  image: string;
  /** USER as the image has it; may be empty. */
  user: string;
}

/** `uid:gid` of an image's USER, never 0:… ; null where the image doesn't say who that is. Throws when the engine can't be asked. */
export function resolveUser(engine: Engine, o: ImageUser): Promise<string | null> {
  if (isSaid(o.user)) return Promise.resolve(numbersOf(o.user, '', ''));
  const key = `${o.image} ${o.user}`;
  const found = known.get(key) ?? ask(engine, o);
  known.set(key, found);
  found.catch(() => known.delete(key));
  return found;
}

/** USER of an image of the engine; empty when it names none. */
export async function imageUser(engine: Engine, image: string): Promise<string> {
  return (await dockerOf(engine).getImage(image).inspect()).Config.User ?? '';
}

/**
 * The numbers that USER stands for, by the image's own /etc/passwd and /etc/group. Root, and no name at all, is the dyno's user.
 * Null for a name, or a group's, that is in neither.
 */
export function numbersOf(user: string, passwd: string, group: string): string | null {
  const [name = '', groupName] = user.split(':');
  if (name === '') return DYNO_USER;
  const entries = passwd.split('\n').map((line) => line.split(':'));
  const entry = isNumber(name)
    ? entries.find((each) => Number(each[2]) === Number(name) && isNumber(each[2]))
    : entries.find((each) => each[0] === name);
  const uid = isNumber(name) ? Number(name) : numberIn(entry?.[2]);
  if (uid === 0) return DYNO_USER;
  const gid = groupName === undefined || groupName === '' ? (numberIn(entry?.[3]) ?? uid) : groupOf(groupName, group);
  if (uid === null || gid === null || uid >= LIMIT || gid >= LIMIT) return null;
  return `${uid}:${gid === 0 ? uid : gid}`;
}

function groupOf(name: string, group: string): number | null {
  if (isNumber(name)) return Number(name);
  return numberIn(
    group
      .split('\n')
      .map((line) => line.split(':'))
      .find((each) => each[0] === name)?.[2],
  );
}

/** Nothing has to be looked up: none, or both as numbers. */
function isSaid(user: string): boolean {
  return user === '' || /^(0+|root)(:.*)?$/.test(user) || /^\d+:\d+$/.test(user);
}

function isNumber(text: string | undefined): boolean {
  return text !== undefined && /^\d{1,10}$/.test(text);
}

function numberIn(text: string | undefined): number | null {
  return isNumber(text) ? Number(text) : null;
}

/** Looks into a container that never starts. */
async function ask(engine: Engine, { homeId, image, user }: ImageUser): Promise<string | null> {
  const container = await dockerOf(engine).createContainer({
    Image: image,
    Entrypoint: ['/none'],
    Cmd: [],
    NetworkDisabled: true,
    Labels: { [HOME_LABEL]: homeId },
  });
  try {
    const read = async (path: string) => readFile((await container.getArchive({ path }).catch(ignoreMissing)) as Readable | null);
    return numbersOf(user, await read('/etc/passwd'), await read('/etc/group'));
  } finally {
    await container.remove({ force: true, v: true }).catch(() => undefined);
  }
}

/** The text of the one file in the archive; empty for anything else: the engine would follow a link, we don't. */
async function readFile(archive: Readable | null): Promise<string> {
  if (!archive) return '';
  const extract = archive.pipe(tar.extract());
  const chunks: Buffer[] = [];
  for await (const entry of extract) {
    const isText = entry.header.type === 'file' && (entry.header.size ?? 0) <= MAX_FILE_BYTES;
    for await (const chunk of entry) if (isText) chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function ignoreMissing(error: { statusCode?: number }): null {
  if (error.statusCode === 404) return null;
  throw error;
}
