// Reads a Dockerfile before the engine does, and writes it anew. The engine fetches what FROM and ADD name by itself, from where it
// runs: it must not be sent to services that only the host can reach, nor to images of other apps. It is given the text that was
// checked, an instruction a line: what the two of us could read differently is refused.
import { PlatformError } from '../../model/errors.js';
import { isForeignReference, parseReference } from './image-reference.js';
import { readInstructions, type Instruction } from './instructions.js';

/** Where a Dockerfile lies, and what its ARGs are given. */
interface Around {
  file: string;
  buildArgs: Record<string, string>;
}

export interface CheckedDockerfile {
  /** The images that it starts from or copies from, in full, as far as they aren't stages of its own. */
  bases: string[];
  /** What the engine is to carry out: the same instructions on the same lines, in their plainest form. */
  text: string;
}

type Refuse = (why: string) => PlatformError;

interface Reading {
  buildArgs: Record<string, string>;
  /** ARGs before the first FROM; null from the first on that isn't plain: no variable is filled in then. */
  args: Map<string, string> | null;
  hasBegun: boolean;
  stages: Set<string>;
  stageCount: number;
  bases: Set<string>;
}

const KNOWN = new Set(
  'ADD ARG CMD COPY ENTRYPOINT ENV EXPOSE FROM HEALTHCHECK LABEL MAINTAINER ONBUILD RUN SHELL STOPSIGNAL USER VOLUME WORKDIR'.split(' '),
);
/** What the engine would take apart: quotes, escapes, variables. */
const NOT_PLAIN = /["'`\\$]/;
/** A text in quotes, or what follows a quote that nothing closes. */
const QUOTED = { both: /"(?:[^"\\]|\\.)*("?)|'[^']*('?)/g, '"': /'[^']*('?)/g, "'": /"(?:[^"\\]|\\.)*("?)/g };
/** Not seen, or taken for a blank by one program and for a letter by another. */
const UNSEEN = /(?! )[\p{C}\p{Z}]/u;

/** Checks a Dockerfile. Throws `invalid_params` with the line of what can't be done here. */
export function checkDockerfile(text: string, o: Around): CheckedDockerfile {
  if (text.split('\n').some((line) => /^\s*#\s*escape\s*=\s*`/i.test(line))) {
    const why = 'lines go on after a backslash; the directive "escape" can\'t change that here';
    throw new PlatformError('invalid_params', `${o.file}: ${why}.`);
  }
  const reading: Reading = { buildArgs: o.buildArgs, args: new Map(), hasBegun: false, stages: new Set(), stageCount: 0, bases: new Set() };
  const lines: string[] = [];
  for (const instruction of readInstructions(text)) {
    const refuse: Refuse = (why) => new PlatformError('invalid_params', `${o.file} line ${instruction.line}: ${why}`);
    while (lines.length < instruction.line - 1) lines.push('');
    lines.push(checkInstruction(instruction, reading, refuse));
  }
  return { bases: [...reading.bases], text: `${lines.join('\n')}\n` };
}

/** Why an image can't be built upon: what its ONBUILD steps would do. Null when they do no harm. */
export function triggerProblem(reference: string, onBuild: readonly string[]): string | null {
  const bad = onBuild.find(
    (step) => !/^ *[A-Za-z]+ [ -~]*$/.test(step) || /\\ *$/.test(step) || /^ *(ADD|ONBUILD)\b/i.test(step) || /--from/i.test(step),
  );
  return bad === undefined
    ? null
    : `The base image ${reference} can't be used: its ONBUILD step ${JSON.stringify(bad.slice(0, 80))} takes files from ` +
        `elsewhere, or can't be read.`;
}

/** The instruction as the engine gets it. */
function checkInstruction({ name, text: written }: Pick<Instruction, 'name' | 'text'>, reading: Reading, refuse: Refuse): string {
  if (!KNOWN.has(name)) throw refuse(`unknown instruction: ${name.slice(0, 40).replaceAll(/[^ -~]/gu, codePoint)}.`);
  const text = written.replaceAll('\t', ' ');
  const unseen = UNSEEN.exec(text)?.[0];
  if (unseen !== undefined) throw refuse(`it holds the character ${codePoint(unseen)}, which isn't seen: take it out.`);
  const foreign = /[^ -~]/u.exec(outsideQuotes(text))?.[0];
  if (foreign !== undefined) throw refuse(`${foreign} (${codePoint(foreign)}) must stand in quotes.`);
  if (/\\ *$/.test(text)) throw refuse('it ends in two backslashes: write one for a line that goes on.');
  if (name === 'ONBUILD') return `ONBUILD ${checkTrigger(text, reading, refuse)}`;
  if (name === 'ARG' && !reading.hasBegun) reading.args = addArg(reading.args, text, reading.buildArgs);
  if (name === 'FROM') return `FROM ${checkFrom(text, reading, refuse)}`;
  if (name === 'ADD' || name === 'COPY') return `${name} ${checkCopy(name, text, reading, refuse)}`;
  return `${name} ${text}`;
}

/** The text without what is in quotes. A quote that nothing closes is a character like any other. */
function outsideQuotes(text: string): string {
  return text.replaceAll(QUOTED.both, (piece, double?: string, single?: string) => {
    if (double || single) return '';
    const quote = piece.startsWith('"') ? '"' : "'";
    return quote + piece.slice(1).replaceAll(QUOTED[quote], (inner, close: string) => (close ? '' : inner));
  });
}

function checkTrigger(text: string, reading: Reading, refuse: Refuse): string {
  const [, name = '', rest = ''] = /^(\S+) *(.*)$/.exec(text) ?? [];
  if (/^(ONBUILD|FROM|MAINTAINER)$/i.test(name)) throw refuse(`ONBUILD can't be followed by ${name.toUpperCase()}.`);
  return checkInstruction({ name: name.toUpperCase(), text: rest }, reading, refuse);
}

function checkFrom(text: string, reading: Reading, refuse: Refuse): string {
  const [, platform = '', base = '', stage] = /^(--platform=[-\w/.${}]+ +)?(\S+)(?: +AS +([a-z][-a-z0-9_.]*))?$/i.exec(text) ?? [];
  if (base === '' || base.startsWith('--')) throw refuse('expected FROM [--platform=…] image [AS stage].');
  const filled = fillIn(base, reading.args);
  const reference = reading.stages.has(filled.toLowerCase()) || filled === 'scratch' ? filled : addBase(filled, reading, refuse);
  reading.hasBegun = true;
  reading.stageCount += 1;
  if (stage) reading.stages.add(stage.toLowerCase());
  return `${platform}${reference}${stage ? ` AS ${stage}` : ''}`;
}

/** Notes an image of a registry; returns its name in full, which is nobody's id. */
function addBase(written: string, { bases }: Reading, refuse: Refuse): string {
  if (written === '' || NOT_PLAIN.test(written))
    throw refuse(`the base image ${JSON.stringify(written)} must be a plain name, or a variable of an ARG before it.`);
  const reference = parseReference(written);
  if (!reference || isForeignReference(reference)) throw refuse(`${written} is no base image: name one of a registry, with its tag.`);
  bases.add(reference.full);
  return reference.full;
}

function checkCopy(name: string, text: string, reading: Reading, refuse: Refuse): string {
  const [, leading = '', rest = ''] = /^((?:--\S+ +)*)(.*)$/.exec(text) ?? [];
  const flags = leading
    .split(/ +/)
    .filter((flag) => flag !== '')
    .map((flag) => checkFlag(flag, reading, refuse));
  if (name === 'ADD') checkAdded(rest, refuse);
  return [...flags, rest].join(' ');
}

function checkFlag(flag: string, reading: Reading, refuse: Refuse): string {
  if (NOT_PLAIN.test(flag)) throw refuse(`the flag ${flag} must be plain text.`);
  const from = /^--from=(.*)$/i.exec(flag)?.[1];
  if (from === undefined || reading.stages.has(from.toLowerCase())) return flag;
  if (/^\d+$/.test(from) && Number(from) < reading.stageCount) return flag;
  return `--from=${addBase(from, reading, refuse)}`;
}

function checkAdded(text: string, refuse: Refuse): void {
  const plain = /^\[.*\] *$/.test(text) ? text.replaceAll('"', '') : text;
  if (NOT_PLAIN.test(plain) || plain.includes('://') || plain.includes('git@'))
    throw refuse('ADD takes files of the app only, by plain names; fetch others in a RUN step.');
}

function addArg(args: Map<string, string> | null, text: string, given: Record<string, string>): Map<string, string> | null {
  const match = /^(\w+)(?:=([^\s"'`\\$]*))?$/.exec(text.trim());
  return args && match ? args.set(match[1]!, given[match[1]!] ?? match[2] ?? '') : null;
}

function fillIn(text: string, args: Map<string, string> | null): string {
  return text.replace(/\$(?:\{(\w+)\}|(\w+))/g, (whole, braced?: string, bare?: string) => args?.get(braced ?? bare ?? '') ?? whole);
}

function codePoint(character: string): string {
  return `U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`;
}
