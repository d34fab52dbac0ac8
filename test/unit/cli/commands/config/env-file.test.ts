import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseEnvFile } from '../../../../../src/cli/commands/config/env-file.js';
import { givenVars } from '../../../../../src/cli/commands/config/given-vars.js';
import { quote } from '../../../../../src/cli/terminal/quote.js';
import { memoryCli } from '../../memory-cli.js';

describe('a .env file', () => {
  it.each([
    ['A=1\nB = two words \n', { A: '1', B: 'two words' }],
    ['# comment\n\n  export A=1 # why\r\nB=a#b\n   # end', { A: '1', B: 'a#b' }],
    ['A=\nB=""\nC=x=y', { A: '', B: '', C: 'x=y' }],
    ["A='single $x \\n # kept'  # why\nB=1", { A: 'single $x \\n # kept', B: '1' }],
    ['A="line\\nnext \\"q\\" \\$x \\\\ \\d"', { A: 'line\nnext "q" $x \\ \\d' }],
    ['KEY="-----BEGIN\nabc\n-----END"\nB=1', { KEY: '-----BEGIN\nabc\n-----END', B: '1' }],
    ["A='it'\\''s'\nB=it's", { A: "it's", B: "it's" }],
    ['\uFEFFA=1', { A: '1' }],
    ['A=1\nA=2', { A: '2' }],
    ['PATH_=C:\\new\\table', { PATH_: 'C:\\new\\table' }],
    ['', {}],
  ])('%j', (text, vars) => expect(parseEnvFile(text)).toEqual(vars));

  it('takes back what config --shell prints', () => {
    const vars = { A: "it's", B: 'a\nb\n', C: '', D: '$HOME "x" `y`', E: 'ü #x' };
    expect(
      parseEnvFile(
        Object.entries(vars)
          .map(([key, value]) => `${key}=${quote(value)}`)
          .join('\n'),
      ),
    ).toEqual(vars);
  });

  it.each([
    ['A=1\nsecret-word\n', 'Line 2 is no config var: expected KEY=value.'],
    ['A="x\ny"\n\n=secret', 'Line 4 is no config var: expected KEY=value.'],
    ['A=1\nB="secret', 'The quote that opens in line 2 is never closed.'],
  ])('that is broken is told by line, without its text: %j', (text, message) => {
    expect(() => parseEnvFile(text)).toThrow(message);
    expect(() => parseEnvFile(text)).not.toThrow(/secret/);
  });
});

describe('paas config:set is given', () => {
  const dir = mkdtempSync(join(tmpdir(), 'slipway-test-'));
  const given = (words: string[], stdin?: string) =>
    givenVars(memoryCli({ cwd: dir, ...(stdin === undefined ? {} : { stdin }) }).cli, words);

  it('words, files, and standard input', async () => {
    writeFileSync(join(dir, 'key.pem'), 'one\ntwo\n');
    expect(await given(['A=1', 'KEY=@key.pem', 'B=@@home', 'C=a@b'])).toEqual({ A: '1', KEY: 'one\ntwo', B: '@home', C: 'a@b' });
    expect(await given([], 'A=1\nB="2"\n')).toEqual({ A: '1', B: '2' });
    await expect(given(['A=@nope'])).rejects.toThrow("Can't read A from nope: there is no such file.");
    await expect(given([], '# nothing\n')).rejects.toThrow('No config vars given.');
    rmSync(dir, { recursive: true });
  });
});
