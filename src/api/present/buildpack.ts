import { parseBuildpack } from '../../model/build/buildpack.js';

/** A buildpack by its reference: ours have a URN and a short name, others are their URL. */
export function presentBuildpack(text: string) {
  const ref = parseBuildpack(text);
  if (ref.kind === 'builtin') return { url: `urn:buildpack:slipway/${ref.name}`, name: `slipway/${ref.name}` };
  return { url: text, name: text };
}

export function presentBuildpackInstallations(urls: string[]) {
  return urls.map((url, ordinal) => ({ ordinal, buildpack: presentBuildpack(url) }));
}
