// Looks into a Dockerfile before the engine does. The engine fetches what FROM and ADD name by itself, from where it
// runs: it must not be sent to services that only the host can reach, nor to images of other apps. What the engine could
// read in another way than we do is refused.
import { PlatformError } from '../../model/errors.js';
import { readInstructions, type Instruction } from './instructions.js';

/** Where a Dockerfile lies, and what its ARGs are given. */
interface Around {
  file: string;
  buildArgs: Record<string, string>;
}

type Refuse = (why: string) => PlatformError;

const OURS = /^(?:(?:index\.)?docker\.io\/)?slipway\/(?!stack:)/;
/** The engine takes the beginning of an image's id for its name. */
const IMAGE_ID = /^(sha256:)?[0-9a-f]+$/;
/** What the engine would take apart: quotes, escapes, variables. */
const NOT_PLAIN = /["'`\\$]/;

/** The images that it starts from, as far as they aren't stages of its own. Throws `invalid_params` with the line of what can't be done here. */
export function checkDockerfile(text: string, o: Around): string[] {
  if (/^\s*#\s*escape\s*=\s*`/im.test(text)) throw new PlatformError('invalid_params', `${o.file}: lines go on after a backslash; the directive "escape" can't change that here.`);
  // Versions of the engine differ in what an indented # is between continued lines.
  checkInstructions(readInstructions(text, { hasIndentedComments: false }), o);
  return checkInstructions(readInstructions(text, { hasIndentedComments: true }), o);
}

/** Why an image can't be built upon: what its ONBUILD steps would do. Null when they do no harm. */
export function triggerProblem(reference: string, onBuild: readonly string[]): string | null {
  const bad = onBuild.find((step) => /^\s*ADD\b/i.test(step) || /--from/i.test(step));
  return bad === undefined ? null : `The base image ${reference} can't be used: its ONBUILD step ${JSON.stringify(bad.slice(0, 80))} takes files from elsewhere.`;
}

function checkInstructions(instructions: Instruction[], o: Around): string[] {
  const stages = new Set<string>();
  const bases = new Set<string>();
  let args: Map<string, string> | null = new Map();
  let hasBegun = false;
  for (const instruction of instructions) {
    const refuse: Refuse = (why) => new PlatformError('invalid_params', `${o.file} line ${instruction.line}: ${why}`);
    const { name, text } = withoutOnbuild(instruction);
    if (name === 'ARG' && !hasBegun) args = addArg(args, text, o.buildArgs);
    if (name === 'ADD' || name === 'COPY') checkCopy(name, text, stages, refuse);
    if (name !== 'FROM') continue;
    hasBegun = true;
    const [base = '', , stage] = text.split(/\s+/).filter((word) => !word.startsWith('--'));
    const reference = fillIn(base, args);
    if (!stages.has(reference.toLowerCase()) && reference !== 'scratch') {
      checkBase(reference, refuse);
      bases.add(reference);
    }
    if (stage) stages.add(stage.toLowerCase());
  }
  return [...bases];
}

function checkBase(reference: string, refuse: Refuse): void {
  if (reference === '' || NOT_PLAIN.test(reference)) throw refuse(`the base image ${JSON.stringify(reference)} must be a plain name, or a variable of an ARG before it.`);
  if (IMAGE_ID.test(reference) || OURS.test(reference)) throw refuse(`${reference} is no base image: name one of a registry, with its tag.`);
}

function checkCopy(name: string, text: string, stages: Set<string>, refuse: Refuse): void {
  const words = text.split(/\s+/);
  const flags = words.slice(0, Math.max(0, words.findIndex((word) => !word.startsWith('--'))));
  for (const flag of flags) {
    if (NOT_PLAIN.test(flag)) throw refuse(`the flag ${flag} must be plain text.`);
    const from = /^--from=(.*)$/i.exec(flag)?.[1];
    if (from !== undefined && !stages.has(from.toLowerCase()) && !/^\d+$/.test(from)) checkBase(from, refuse);
  }
  if (name === 'COPY') return;
  const list = text.slice(text.indexOf('['));
  const plain = /^\[.*\]\s*$/.test(list) ? list.replaceAll('"', '') : text;
  if (NOT_PLAIN.test(plain) || plain.includes('://') || plain.includes('git@')) throw refuse('ADD takes files of the app only, by plain names; fetch others in a RUN step.');
}

function withoutOnbuild(instruction: Instruction): Instruction {
  if (instruction.name !== 'ONBUILD') return instruction;
  const [, name = '', text = ''] = /^(\S+)\s*(.*)$/.exec(instruction.text) ?? [];
  return withoutOnbuild({ ...instruction, name: name.toUpperCase(), text });
}

/** Null from the first ARG on that isn't plain: no variable is filled in then. */
function addArg(args: Map<string, string> | null, text: string, given: Record<string, string>): Map<string, string> | null {
  const match = /^(\w+)(?:=([^\s"'`\\$]*))?$/.exec(text.trim());
  return args && match ? args.set(match[1]!, given[match[1]!] ?? match[2] ?? '') : null;
}

function fillIn(text: string, args: Map<string, string> | null): string {
  return text.replace(/\$(?:\{(\w+)\}|(\w+))/g, (whole, braced?: string, bare?: string) => args?.get(braced ?? bare ?? '') ?? whole);
}
