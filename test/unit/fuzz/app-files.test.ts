// Files of an app, as its author, or somebody worse, may write them.
import { describe, expect } from 'vitest';
import { checkDockerfile, triggerProblem } from '../../../src/builder/container/dockerfile.js';
import { parseHerokuYml } from '../../../src/builder/container/heroku-yml.js';
import { isForeignReference, parseReference } from '../../../src/builder/container/image-reference.js';
import { readNamedBuildpacks } from '../../../src/builder/buildpacks/named-by-app.js';
import { readProcessTypes } from '../../../src/builder/result/process-types.js';
import { readReport } from '../../../src/builder/result/report.js';
import { numbersOf } from '../../../src/docker/image/image-user.js';
import { parseBuildpack } from '../../../src/model/build/buildpack.js';
import { parseProcfile } from '../../../src/model/build/procfile.js';
import { readSubmodules } from '../../../src/model/git/submodules.js';
import { accepted, fuzz } from './fuzz.js';
import { text } from './inputs.js';

const TYPE = /^[-\w]{1,128}$/;

describe('of any app:', () => {
  fuzz({
    name: 'Procfile',
    make: text({
      seeds: ['web: node server.js\nworker: ./work  --all\r\n# no\nrelease: a: b\n'],
      pieces: ['web', 'web:', 'web: x', '\nweb: ', '# ', '<<<<<<< a\n', '=======\n', 'a_-9: '],
    }),
    check(input) {
      const { types, warnings } = accepted(() => parseProcfile(input)) ?? { types: {}, warnings: [] };
      for (const [type, command] of Object.entries(types)) {
        expect(type).toMatch(TYPE);
        expect(command).toBe(command.trim());
        expect(command).toMatch(/^[^\r\n]+$/);
      }
      const plain = Object.entries(types)
        .map(([type, command]) => `${type}: ${command}\n`)
        .join('');
      expect(parseProcfile(plain)).toEqual({ types, warnings: [] });
      expect(warnings.length).toBeLessThanOrEqual(21);
      expect(warnings.filter((warning) => warning.length > 500 || /[\r\n]/.test(warning))).toEqual([]);
    },
  });

  fuzz({
    name: 'bin/release',
    make: text({
      seeds: [
        '---\naddons: []\ndefault_process_types:\n  web: npm start\n  worker: "x"\n',
        '--- {}\n',
        '{"default_process_types": {"web": "x"}}',
      ],
      pieces: ['default_process_types', 'web: ', '&a ', '*a', '<<: *a', '!!js/function ', '- ', '---\n', '|\n', '? '],
    }),
    check(input) {
      const types = accepted(() => readProcessTypes(undefined, input));
      for (const [type, command] of Object.entries(types?.all ?? {})) {
        expect(type).toMatch(TYPE);
        expect(typeof command).toBe('string');
      }
    },
  });

  fuzz({
    name: 'bin/report',
    make: text({
      seeds: ['slipway/nodejs\nnode: 24\nnpm: {version: 11}\n', 'x\n{"a": [1, true, null]}', 'x\na: &a [b, b]\nc: [*a, *a, *a]\n'],
      pieces: ['&a ', '*a', '<<: *a', '[', '*a, *a, *a, *a', '- ', '? ', '!!set ', '2001-01-01', '\n'],
    }),
    check(input) {
      const report = readReport(input);
      // A word may come once more for each time that it is referred to, ten times at most.
      expect(JSON.stringify(report).length).toBeLessThan(20 * input.length + 1_000);
    },
  });

  fuzz({
    name: '.gitmodules',
    make: text({
      seeds: ['[submodule "lib"]\n\tpath = lib\n\turl = https://example.com/lib.git\n[submodule "b"]\n\tpath = "b c"\n\turl = ../b.git\n'],
      pieces: ['[submodule "lib"]', 'path = ', 'url = ', 'lib', '\n\t', 'https://', './', '"'],
    }),
    check(input) {
      const links = ['lib', 'b c'].map((path) => ({ path, commit: 'a'.repeat(40) }));
      for (const base of [null, 'https://example.com/a.git', 'git@example.com:a/b.git']) {
        const found = accepted(() => readSubmodules(input, links, base));
        if (base === null) for (const { url } of found ?? []) expect(url).not.toMatch(/^\.\.?\//);
      }
    },
  });

  fuzz({
    name: '.buildpacks and app.json',
    make: text({
      seeds: [
        'heroku/nodejs\n# no\nhttps://example.com/x.git#main\n',
        '{"buildpacks": [{"url": "heroku/ruby"}, {"url": "https://example.com/x.tgz"}]}',
      ],
      pieces: [
        'heroku/',
        'nodejs',
        'https://',
        'git@',
        '.git',
        '#main',
        '.tgz',
        '{"buildpacks": ',
        '[{"url": ',
        '}]}',
        'file:///etc/',
        '--upload-pack=x',
      ],
    }),
    check(input) {
      for (const file of ['app.json', '.buildpacks']) {
        for (const url of accepted(() => readNamedBuildpacks(file, input)) ?? []) {
          const ref = parseBuildpack(url);
          if (ref.kind === 'git') expect([ref.url, ref.ref ?? 'x'].join(' ')).toMatch(/^[a-z][^\s]* [^\s]+$/);
        }
      }
    },
  });
});

describe('on the stack container:', () => {
  fuzz({
    name: 'heroku.yml',
    make: text({
      seeds: [
        'build:\n  docker:\n    web: Dockerfile\n    worker:\n      dockerfile: worker/Dockerfile\n      target: ' +
          'run\n  config:\n    A: 1\nrelease:\n  image: worker\n  command:\n    - ./migrate.sh\nrun:\n  web: node ' +
          'server.js\n',
        'build: {docker: {web: Dockerfile}}\nrun: {__proto__: x, a: {command: [x], image: web}}\n',
        'build: {docker: {constructor: a/Dockerfile, toString: b}}\n',
      ],
      pieces: [
        'build: ',
        'docker: ',
        'web: ',
        'Dockerfile',
        'run: ',
        'release: ',
        'image: ',
        'command: ',
        '\n  ',
        '- ',
        '&a ',
        '*a',
        '<<: *a',
        '!!binary ',
        '? ',
      ],
    }),
    check(input) {
      const plan = accepted(() => parseHerokuYml(input));
      if (!plan) return;
      const names = plan.images.map(({ name }) => name);
      for (const { name, dockerfile } of plan.images) {
        expect(name).toMatch(TYPE);
        expect(`/${dockerfile}/`).not.toMatch(/^\/\/|\/\.\.\//);
        expect(Object.hasOwn(plan.types, name), name).toBe(true);
      }
      expect(names.length).toBeGreaterThan(0);
      expect(Object.getPrototypeOf(plan.types)).toBe(Object.prototype);
      for (const [type, { image }] of Object.entries(plan.types)) {
        expect(type).toMatch(TYPE);
        expect(names).toContain(image);
      }
      for (const value of Object.values(plan.buildArgs)) expect(typeof value).toBe('string');
    },
  });

  const instructions = [
    'FROM ',
    'FROM debian:12',
    ' AS build',
    '\nFROM build',
    '\nRUN ',
    '\nADD ',
    '\nCOPY ',
    '--from=build ',
    '--from=0 ',
    '--from=3f ',
    'ARG B=node:24\n',
    '$B',
    '${B}',
    '${B:-x}',
    '\nENV A=1',
    '\nONBUILD ',
    '\nCMD ["x", "y"]',
    'http://10.0.0.1/',
    '--platform=linux/amd64 ',
    '# escape=`\n',
    '# syntax=x\n',
    ' \\\n',
    '"',
    '\\"',
    "'",
    '<<EOF\n',
    'slipway/app-x:1',
    '3f',
  ];
  fuzz({
    name: 'Dockerfile',
    make: text({
      seeds: [
        'ARG V=24\nFROM --platform=linux/amd64 node:$V AS build\nWORKDIR /app\nCOPY . .\nRUN npm ci \\\n  # why\n' +
          '  && npm test\nFROM node:24-slim\nCOPY --from=build --chown=1:1 /app /app\nENV A="é b" C=d\nUSER node\n' +
          'EXPOSE 80/tcp\nHEALTHCHECK CMD curl -f "http://localhost"\nCMD ["node", "server.js"]\n',
        'from scratch\nadd a.tar /\nonbuild run make\nlabel x=y\nvolume /data\nstopsignal SIGINT\nshell ["bash", ' +
          '"-c"]\nentrypoint ["/x"]\n',
      ],
      pieces: instructions,
    }),
    check(input) {
      const checked = accepted(() => checkDockerfile(input, { file: 'Dockerfile', buildArgs: { V: '22' } }));
      if (!checked) return;
      expect(checkDockerfile(checked.text, { file: 'Dockerfile', buildArgs: { V: '22' } })).toEqual(checked);
      for (const base of checked.bases) {
        const reference = parseReference(base);
        expect(reference?.full).toBe(base);
        expect(isForeignReference(reference!)).toBe(false);
      }
      // One instruction a line: nothing goes on, and nothing is there that is not seen.
      expect(checked.text).not.toMatch(/(?![ \n])[\p{C}\p{Z}]/u);
      expect(checked.text).not.toMatch(/\\ *$/m);
      const stages = new Set([...checked.text.matchAll(/^FROM .* AS (\S+)$/gm)].map(([, stage]) => stage!.toLowerCase()));
      const isFine = (line: string) => {
        if (!/^$|^[A-Z]+( |$)/.test(line)) return false;
        if (/^(ONBUILD )?ADD /.test(line)) return !/:\/\/|git@/.test(line.replaceAll('"', ''));
        const [, from = 'scratch'] = /^FROM (?:--platform=\S+ )?(\S+)/.exec(line) ?? [];
        return from === 'scratch' || checked.bases.includes(from) || stages.has(from.toLowerCase());
      };
      expect(checked.text.split('\n').filter((line) => !isFine(line))).toEqual([]);
    },
  });

  fuzz({
    name: 'ONBUILD of a base image',
    make: text({ seeds: ['COPY . /app', 'RUN npm ci'], pieces: [...instructions, 'ADD ', 'COPY '] }),
    check(input) {
      if (triggerProblem('x:1', [input]) === null) expect(input).not.toMatch(/--from|^\s*add\b|^\s*onbuild\b|[^ -~]/i);
    },
  });

  fuzz({
    name: 'image references',
    make: text({
      seeds: ['debian:12', 'ghcr.io/a/b:c', `localhost:5000/x@sha256:${'a'.repeat(64)}`, '[::1]:5000/a/b', 'index.docker.io/library/node'],
      pieces: ['docker.io/', 'sha256:', 'a', 'F', '3f', '__', '._', ':5000', '@sha256:', 'slipway/'],
    }),
    check(input) {
      const reference = parseReference(input);
      if (!reference) return;
      expect(parseReference(reference.full)).toEqual(reference);
      expect(reference.full).toMatch(/^[^/]+\/[^:@]+(:[\w.-]+)?(@sha256:[0-9a-f]{64})?$/);
    },
  });

  fuzz({
    name: '/etc/passwd and /etc/group',
    make: text({
      seeds: ['root:x:0:0:root:/root:/bin/sh\nalice:x:0:0::/:\nbob:x:1000:1000::/:\nstaff:x:50:bob\n'],
      pieces: ['alice', 'bob', ':x:', '0', '00', '1000', '2147483647', '\n'],
    }),
    check(input, random) {
      const user = random.pick([
        'alice',
        'bob',
        'bob:staff',
        'bob:0',
        '1000',
        '0',
        '00:1',
        '1:alice',
        'staff:bob',
        input.slice(0, random.below(12)),
      ]);
      const numbers = numbersOf(user, input, input);
      if (numbers !== null) expect(numbers).toMatch(/^[1-9]\d{0,9}:[1-9]\d{0,9}$/);
    },
  });
});
