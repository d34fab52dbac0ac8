// Edits of an app's list of buildpacks. Places count from 1; a place behind the end is the end.
import { CliError } from '../../api/errors.js';

/** Replaces the buildpack at a place (the first when none is given). */
export function setIn(list: string[], buildpack: string, place?: number): string[] {
  refuseTwice(list, buildpack);
  const at = Math.min((place ?? 1) - 1, list.length);
  return list.toSpliced(at, 1, buildpack);
}

/** Inserts before a place (at the end when none is given). */
export function addTo(list: string[], buildpack: string, place?: number): string[] {
  refuseTwice(list, buildpack);
  return list.toSpliced(place === undefined ? list.length : Math.min(place - 1, list.length), 0, buildpack);
}

/** Removes by name or by place. */
export function removeFrom(list: string[], buildpack: string | undefined, place?: number): string[] {
  if (buildpack !== undefined && place !== undefined) throw new CliError('Please choose either index or buildpack, but not both.');
  if (buildpack === undefined && place === undefined) throw new CliError('Name the buildpack to remove, or its --index.');
  if (list.length === 0) throw new CliError('No buildpacks were found. The next build will detect one.');
  if (place !== undefined && place > list.length)
    throw new CliError(
      list.length === 1 ? 'Invalid index. Only valid value is 1.' : `Invalid index. Please choose a value between 1 and ${list.length}`,
    );
  const at = place === undefined ? list.findIndex((each) => isSame(each, buildpack!)) : place - 1;
  if (at < 0) throw new CliError('Buildpack not found. Nothing was removed.');
  return list.toSpliced(at, 1);
}

function refuseTwice(list: string[], buildpack: string): void {
  if (list.some((each) => isSame(each, buildpack))) throw new CliError(`The buildpack ${buildpack} is already set on your app.`);
}

/** `nodejs` and `slipway/nodejs` are one. */
function isSame(a: string, b: string): boolean {
  return withoutPrefix(a) === withoutPrefix(b);
}

function withoutPrefix(text: string): string {
  return text.replace(/^(?:urn:buildpack:)?(?:(?:heroku|slipway)\/)?/, '');
}
