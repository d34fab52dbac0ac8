// What people read while a build runs, word for word as Heroku prints it (devcenter.heroku.com/articles/git, slug-size,
// buildpacks#detection-failure).
import { PUSH_FAILED } from '../model/build/build.js';
import { formatSize } from '../model/build/slug.js';
import type { ProcessTypes } from './result/process-types.js';

export interface BuildFailure {
  /** One line, for the store and the log. */
  failure: string;
  /** What the person watching reads. */
  said: string;
}

export const step = (text: string): string => `-----> ${text}\n`;
export const info = (text: string): string => `       ${text}\n`;

/** The lines before the buildpacks run. `buildpacks` as people wrote them; empty when one is to be detected. */
export function introText(stackTitle: string, buildpacks: string[]): string {
  const building = step(`Building on the ${stackTitle} stack`);
  if (buildpacks.length === 0) return building + step('Determining which buildpack to use for this app');
  if (buildpacks.length === 1) return building + step(`Using buildpack: ${buildpacks[0]}`);
  return building + step('Using buildpacks:') + buildpacks.map((buildpack, index) => info(`${index + 1}. ${buildpack}`)).join('');
}

/** The buildpacks that a file of the app names. */
export function namedText(file: string, buildpacks: string[]): string {
  const title = buildpacks.length === 1 ? `Using buildpack: ${buildpacks[0]} (${file})` : `Using buildpacks (${file}):`;
  return step(title) + (buildpacks.length === 1 ? '' : buildpacks.map((buildpack, index) => info(`${index + 1}. ${buildpack}`)).join(''));
}

/** What the Procfile declares, and what the buildpack adds to it. */
export function processTypesText(types: Pick<ProcessTypes, 'declared' | 'defaults' | 'warnings'>): string {
  const [declared, defaults] = [Object.keys(types.declared), Object.keys(types.defaults)];
  const extra = defaults.filter((type) => !declared.includes(type));
  const lines = [info(`Procfile declares types     -> ${declared.length > 0 ? declared.join(', ') : '(none)'}`)];
  if (extra.length > 0) lines.push(info(`Default types for buildpack -> ${extra.join(', ')}`));
  const hint = declared.length + extra.length === 0 ? info('Nothing will run: add a Procfile with a line such as "web: <command>".') : '';
  return step('Discovering process types') + lines.join('') + hint + types.warnings.map((line) => ` !     ${line}\n`).join('');
}

/** The slug's size, and that it is being launched. */
export function launchText(bytes: number): string {
  return info(`Done: ${formatSize(bytes)}`) + step('Launching...');
}

/** The release, and the app's URL. */
export function releasedText(o: { version: number; url: string; hasReleaseCommand: boolean }): string {
  const warning = o.hasReleaseCommand
    ? ' !     Release command declared: this new release will not be available until the command succeeds.\n'
    : '';
  return `${warning}${info(`Released v${o.version}`)}${info(`${o.url} deployed to Slipway`)}\n`;
}

/** A failure in one line, which is also what is stored. */
export function plainFailure(failure: string, more: string[] = []): BuildFailure {
  return { failure, said: `\n${[failure, ...more].map((line) => ` !     ${line}\n`).join('')}\n${PUSH_FAILED}` };
}

/** A buildpack's compile ended with an error of its own. */
export function compileFailure(name: string): BuildFailure {
  return plainFailure(`Push rejected, failed to compile ${name} app.`);
}

const LOOKED_FOR: [string, string][] = [
  ['Ruby', 'Gemfile'],
  ['Node.js', 'package.json'],
  ['Python', 'requirements.txt, pyproject.toml or Pipfile'],
  ['Java', 'pom.xml'],
  ['Gradle', 'gradlew or build.gradle'],
  ['PHP', 'composer.json or index.php'],
  ['Go', 'go.mod'],
  ['Rust', 'Cargo.toml'],
  ['a static site', 'index.html or static.json'],
  ['anything else', 'Procfile'],
];

/** No buildpack of ours knows the app. `found` are the names at its top; `language` what it seems to be, by a file of it. */
export function undetectedFailure(found: string[], language: { name: string; file: string; pack: string } | null = null): BuildFailure {
  const top = found.length > 0 ? found.join(', ') : 'nothing';
  const known = language && [
    `${language.file} belongs to ${language.name}, for which Slipway has no buildpack.`,
    `Set one by its URL, and push again: paas buildpacks:set ${language.pack || 'https://…'}`,
  ];
  const width = Math.max(...LOOKED_FOR.map(([name]) => name.length));
  const unknown = [
    `The top of the app holds: ${top}.`,
    'Slipway looks there for:',
    ...LOOKED_FOR.map(([name, files]) => `  ${name.padEnd(width)}  ${files}`),
    'Add one of them, or choose a buildpack: paas buildpacks:set <name or URL>',
  ];
  return plainFailure('No default language could be detected for this app.', known ?? unknown);
}

/** A buildpack that was set does not take the app. */
export function incompatibleFailure(buildpack: string): BuildFailure {
  const failure = `App not compatible with buildpack: ${buildpack}`;
  return {
    failure,
    said: `${step(failure)}${info('Its bin/detect refused the app; see above for what it looks for.')}\n${PUSH_FAILED}`,
  };
}

/** Added to a failure of code that had failed before: most often another branch was meant. */
export function repeatedText(commit: string): string {
  return [
    '',
    ` ! ## Warning - The same version of this code has already been built: ${commit}`,
    ' !',
    ' ! It failed then, too. Commit your changes before you push; to deploy another branch, name it:',
    ' !     git push <remote> <branchname>:main',
    '',
    '',
  ].join('\n');
}

export function slugTooLargeFailure(bytes: number, limitMb: number): BuildFailure {
  return plainFailure(`Compiled slug size: ${formatSize(bytes)} is too large (max is ${limitMb}M).`, [
    'List what the app does not need at run time in .slugignore, or raise SLIPWAY_SLUG_LIMIT.',
  ]);
}

export function timeFailure(seconds: number): BuildFailure {
  const time = seconds % 60 === 0 ? `${seconds / 60} min` : `${seconds} s`;
  return plainFailure(`Build took longer than ${time} and was stopped. Make it faster, or raise SLIPWAY_BUILD_TIMEOUT.`);
}

export function memoryFailure(memoryMb: number): BuildFailure {
  return plainFailure(`Build ran out of memory (${memoryMb} MB). Let it use less, or raise SLIPWAY_BUILD_MEMORY.`);
}

export function diskFailure(diskMb: number): BuildFailure {
  return plainFailure(`Build filled its disk (${diskMb} MB). Let it write less, or raise SLIPWAY_BUILD_DISK.`);
}

/** The failure of a build that was stopped since there was no room any more; null when there was. */
export function fullFailure(fullness: 'build' | 'disk' | null, diskMb: number): BuildFailure | null {
  if (fullness === 'disk') return plainFailure("The platform's disk is nearly full: the build was stopped. Its operator has to make room.");
  return fullness === 'build' ? diskFailure(diskMb) : null;
}

export function processesFailure(pids: number): BuildFailure {
  return plainFailure(`Build ran out of processes (${pids}). Let it run fewer at once, or raise SLIPWAY_BUILD_PROCESSES.`);
}

/** The build's container ended without saying why: what the platform can tell of it. */
export function brokenFailure(exitCode: number): BuildFailure {
  return plainFailure(`Build was stopped from inside its container (exit status ${exitCode}). Push again.`);
}

export const platformFailure: BuildFailure = plainFailure(
  'The platform could not finish this build; its operator finds the reason in the log. Push again.',
);

/** Said while a build waits, when the engine is found to be stuck. */
export const engineStuckText = ' !     Docker is stuck: the build waits until it answers again, or its time is up.\n';

export const engineFailure: BuildFailure = plainFailure(
  'Docker stopped answering while it worked on this build. Nothing was released; push again.',
);
