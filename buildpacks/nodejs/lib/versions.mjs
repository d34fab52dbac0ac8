// Which Node.js an app gets: engines.node, as a range of semver, against the list of versions that can be had.

/** The line of long-term support that apps get that ask for none, or for a range that includes it. */
export const LTS = '24.x';

const CODENAMES = { argon: 4, boron: 6, carbon: 8, dubnium: 10, erbium: 12, fermium: 14, gallium: 16, hydrogen: 18, iron: 20, jod: 22, krypton: 24 };

/**
 * The newest version that a range allows; from the LTS line when the range allows that too.
 * Returns { version, isWide } or { problem: [lines] }, with `isInvalid` when no list of versions could help.
 */
export function resolveNode(wanted, versions, semver) {
  const range = asRange(wanted);
  if (semver.validRange(range) === null) {
    return { isInvalid: true, problem: [`engines.node ${JSON.stringify(wanted)} in package.json is not a version or a range of versions.`, 'Write for example "22.x" or ">=20 <23".'] };
  }
  const inLts = versions.filter((version) => semver.satisfies(version, LTS));
  const capped = wantsNewest(wanted) ? null : semver.maxSatisfying(inLts, range);
  const newest = semver.maxSatisfying(versions, range);
  if (!newest) return { problem: [`No Node.js ${JSON.stringify(wanted)} (engines.node in package.json) can be had.`, ...alternatives(range, versions, semver)] };
  return { version: capped ?? newest, isWide: isWide(range, semver) };
}

/** Whether the newest version of all is meant, LTS or not. */
export function wantsNewest(wanted) {
  return /^(latest|node|current)$/.test(String(wanted ?? '').trim());
}

function asRange(wanted) {
  const text = String(wanted ?? '').trim();
  if (text === '') return LTS;
  if (wantsNewest(text)) return '*';
  const lts = /^lts\/(\*|[a-z]+)$/.exec(text);
  if (lts) return lts[1] === '*' ? LTS : `${CODENAMES[lts[1]] ?? 'unknown'}.x`;
  return text;
}

/** Whether the next major would be taken as soon as it is out. */
function isWide(range, semver) {
  return semver.satisfies('999.0.0', range);
}

function alternatives(range, versions, semver) {
  const major = semver.minVersion(range)?.major;
  const near = versions.filter((version) => semver.major(version) === major);
  if (near.length > 0) return [`Of Node.js ${major} there are: ${near.slice(-8).reverse().join(', ')}.`];
  const newestOf = new Map(versions.map((version) => [semver.major(version), version]));
  return [`There are: ${[...newestOf.entries()].sort((a, b) => b[0] - a[0]).slice(0, 12).map(([, version]) => version).join(', ')}.`];
}
