import { z } from 'zod';
import { parseBuildpack } from '../../../model/build/buildpack.js';
import { resource } from '../../schema/resource.js';

export const Buildpack = z.strictObject({
  url: z.string().describe('URL of the buildpack, or the URN of one of ours'),
  name: z.string().describe('its short name, or its URL'),
});

const about = {
  name: 'buildpack-installation',
  about: 'A buildpack installation is a buildpack that the builds of an app run.',
  identity: [],
};

export const BuildpackInstallation = resource(about, {
  ordinal: z.int().describe('its place in the order they run in, from 0'),
  buildpack: Buildpack,
});

/** A buildpack by its reference: ours have a URN and a short name, others are their URL. */
export function presentBuildpack(text: string): z.input<typeof Buildpack> {
  const ref = parseBuildpack(text);
  if (ref.kind === 'builtin') return { url: `urn:buildpack:slipway/${ref.name}`, name: `slipway/${ref.name}` };
  return { url: text, name: text };
}

export function presentBuildpackInstallations(urls: string[]): z.input<typeof BuildpackInstallation>[] {
  return urls.map((url, ordinal) => ({ ordinal, buildpack: presentBuildpack(url) }));
}
