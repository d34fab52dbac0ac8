// heroku.yml: which images are built, and what runs in them. https://devcenter.heroku.com/articles/build-docker-images-heroku-yml
//
//   build:   {docker: {web: Dockerfile, worker: {dockerfile: worker/Dockerfile, target: run}}, config: {ARG: value}}
//   release: {image: web, command: [./migrate.sh]}
//   run:     {web: bundle exec puma, worker: {command: [python worker.py], image: web}}
import { LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import { dictionary } from '../../lib/dictionary.js';
import type { ContainerType } from '../../model/build/container.js';
import { PlatformError } from '../../model/errors.js';
import { MAX_YAML_CHARS } from '../result/read-yaml.js';

export interface ImageWish {
  /** The process type it is named after. */
  name: string;
  dockerfile: string;
  target: string | null;
}

export interface ContainerPlan {
  images: ImageWish[];
  buildArgs: Record<string, string>;
  types: Record<string, ContainerType>;
  /** What of the file has no effect here, a line each. */
  notes: string[];
}

const type = z.string().regex(/^[-\w]{1,128}$/, 'is no name of a process type');
const path = z.string('must be the path of a Dockerfile').regex(/^(?!\/)(?!.*(^|\/)\.\.(\/|$)).+$/, 'must be a path inside the app');
const words = z.union([z.string().min(1), z.array(z.string()).min(1)], 'must be a command, or a list of its words');
const runs = z.union(
  [z.string().min(1), z.object({ command: words.optional(), image: z.string().optional() })],
  'must be a command, or command and image',
);
const File = z.object({
  build: z.object(
    {
      docker: dictionary(
        z.union(
          [path, z.object({ dockerfile: path, target: z.string().optional() })],
          'must be the path of a Dockerfile inside the app, or dockerfile and target',
        ),
        type,
      ).refine((docker) => Object.keys(docker).length > 0, 'must name an image'),
      config: dictionary(z.union([z.string(), z.number(), z.boolean()], 'must be text')).default({}),
    },
    'must say which images to build, as in: build: {docker: {web: Dockerfile}}',
  ),
  run: dictionary(runs, type).default({}),
  release: z.object({ image: z.string().optional(), command: words.optional() }).optional(),
  setup: z.unknown().optional(),
});

/** Reads a heroku.yml. Throws `invalid_params` with one line that says where and what. */
export function parseHerokuYml(text: string): ContainerPlan {
  const parsed = File.safeParse(parseYaml(text));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw refusal(`heroku.yml: ${issue?.path.join('.') || 'the file'} ${issue?.message ?? 'is not understood'}`);
  }
  const { build, run, release, setup } = parsed.data;
  const images = Object.entries(build.docker).map(([name, wish]) => ({
    name,
    ...(typeof wish === 'string' ? { dockerfile: wish, target: null } : { dockerfile: wish.dockerfile, target: wish.target ?? null }),
  }));
  const types = new Map<string, ContainerType>();
  for (const { name } of images) if (!Object.hasOwn(run, name)) types.set(name, { image: name, command: null });
  for (const [type, wish] of Object.entries(run)) {
    types.set(type, typeOf(`run.${type}`, images, typeof wish === 'string' ? { command: wish } : wish, type));
  }
  if (release) types.set('release', typeOf('release', images, release, 'release'));
  return {
    images,
    buildArgs: Object.fromEntries(Object.entries(build.config).map(([key, value]) => [key, String(value)])),
    types: Object.fromEntries(types),
    notes: setup === undefined ? [] : ['setup of heroku.yml has no effect on a push: set config vars with paas config:set.'],
  };
}

/** What a Dockerfile at the top of an app, and nothing else, means. */
export const DOCKERFILE_PLAN: ContainerPlan = {
  images: [{ name: 'web', dockerfile: 'Dockerfile', target: null }],
  buildArgs: {},
  types: { web: { image: 'web', command: null } },
  notes: [],
};

/** Without an image of its own a type runs the one of its name, else that of web. */
function typeOf(
  where: string,
  images: ImageWish[],
  wish: { command?: string | string[] | undefined; image?: string | undefined },
  type: string,
): ContainerType {
  const names = images.map(({ name }) => name);
  const image = wish.image ?? (names.includes(type) ? type : 'web');
  if (!names.includes(image)) throw refusal(`heroku.yml: ${where} needs an image: name one of ${names.join(', ')}`);
  const command = typeof wish.command === 'string' ? wish.command : wish.command?.join(' ');
  return { image, command: command ?? null };
}

function parseYaml(text: string): unknown {
  if (text.length > MAX_YAML_CHARS) throw refusal(`heroku.yml is longer than ${MAX_YAML_CHARS / 1024} kB`);
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, logLevel: 'error' });
  const [error] = document.errors;
  if (error) throw refusal(`heroku.yml line ${lines.linePos(error.pos[0]).line}: ${error.message.split(/ at line|\n/)[0]}`);
  try {
    return document.toJS({ maxAliasCount: 10 });
  } catch (cause) {
    throw refusal(`heroku.yml: ${(cause as Error).message}`);
  }
}

function refusal(message: string): PlatformError {
  return new PlatformError('invalid_params', `${message}.`);
}
