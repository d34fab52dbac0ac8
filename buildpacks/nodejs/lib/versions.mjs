// Which versions an app gets: ranges of semver, against the versions that can be had.

/** The line of long-term support that apps get that ask for none, or for a range that includes it. */
export const LTS = '24.x';
/** Lines that still get security updates; older ones are warned of. */
const SUPPORTED = [22, 24, 26];
const CODENAMES = { argon: 4, boron: 6, carbon: 8, dubnium: 10, erbium: 12, fermium: 14, gallium: 16, hydrogen: 18, iron: 20, jod: 22, krypton: 24 };

/**
 * The newest version that a range allows; from the LTS line when the range allows that too, unless `mayBeWide`.
 * Returns { version, isWide } or { problem: [lines] }, with `isInvalid` when no list of versions could help.
 */
export function resolveNode(wanted, versions, semver, mayBeWide = false) {
  const range = asRange(wanted);
  if (semver.validRange(range) === null) {
    return { isInvalid: true, problem: [`engines.node ${JSON.stringify(wanted)} in package.json is not a version or a range of versions.`, 'Write for example "22.x" or ">=20 <23".'] };
  }
  const inLts = versions.filter((version) => semver.satisfies(version, LTS));
  const capped = wantsNewest(wanted) || mayBeWide ? null : semver.maxSatisfying(inLts, range);
  const newest = semver.maxSatisfying(versions, range);
  if (!newest) return { problem: [`No Node.js ${JSON.stringify(wanted)} (engines.node in package.json) can be had.`, ...alternatives('Node.js', range, versions, semver)] };
  return { version: capped ?? newest, isWide: isWide(range, semver) };
}

/**
 * A version of npm, yarn or pnpm: the newest that the range allows. An exact one is taken at its word, without the list,
 * unless `isChecked`. Returns as resolveNode does.
 */
export function resolveTool({ title, wanted, from, listVersions, semver, isChecked }) {
  const range = wanted.trim();
  if (semver.validRange(range) === null && range !== 'latest') {
    return { isInvalid: true, problem: [`${from} ${JSON.stringify(wanted)} in package.json is not a version or a range of versions.`, 'Write for example "10.x".'] };
  }
  const exact = semver.valid(range);
  if (exact && !isChecked) return { version: exact, isWide: false };
  const versions = listVersions();
  const version = semver.maxSatisfying(versions, range === 'latest' ? '*' : range);
  if (!version) return { problem: [`No ${title} ${JSON.stringify(wanted)} (${from} in package.json) can be had.`, ...alternatives(title, range, versions, semver)] };
  return { version, isWide: false };
}

/** Whether the newest version of all is meant, LTS or not. */
export function wantsNewest(wanted) {
  return /^(latest|node|current)$/.test(String(wanted ?? '').trim());
}

/** Whether that version gets no more security updates. */
export function isOutdated(version) {
  const major = Number(version.split('.')[0]);
  return major < Math.max(...SUPPORTED) && !SUPPORTED.includes(major);
}

/** The major version of the npm that a Node.js brings. (lib/runtime-node.sh: npm_for.) */
export function bundledNpm(node) {
  const [major] = node.split('.').map(Number);
  if (major < 5) return 2;
  if (major < 7) return 3;
  if (major < 8) return 4;
  if (major < 15) return 6;
  if (major < 16) return 7;
  if (major < 18) return 8;
  if (major === 19) return 9;
  return major < 24 ? 10 : 11;
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

function alternatives(title, range, versions, semver) {
  const major = semver.minVersion(range)?.major;
  const near = versions.filter((version) => semver.major(version) === major);
  if (near.length > 0) return [`Of ${title} ${major} there are: ${near.slice(-8).reverse().join(', ')}.`];
  const newestOf = new Map(versions.map((version) => [semver.major(version), version]));
  return [`There are: ${[...newestOf.entries()].sort((a, b) => b[0] - a[0]).slice(0, 12).map(([, version]) => version).join(', ')}.`];
}
