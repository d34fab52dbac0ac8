import { expect, test } from 'vitest';
import { checkDockerfile, triggerProblem } from '../../../src/builder/container/dockerfile.js';

const read = (text: string, buildArgs: Record<string, string> = {}) => checkDockerfile(text, { file: 'Dockerfile', buildArgs });
const check = (text: string, buildArgs: Record<string, string> = {}) => read(text, buildArgs).bases;

test.each<[string, string[]]>([
  ['FROM python:3.12-slim\nRUN pip install x', ['docker.io/library/python:3.12-slim']],
  ['# comment\n\n  from scratch\nCOPY a /', []],
  [
    'FROM --platform=linux/amd64 node:24 AS build\nRUN x\nFROM debian:12\nCOPY --from=build /a /a\nCOPY --from=0 /b /b',
    ['docker.io/library/node:24', 'docker.io/library/debian:12'],
  ],
  ['FROM node:24 AS base\nFROM base AS next\nFROM NEXT', ['docker.io/library/node:24']],
  ['ARG VERSION=24\nARG REST\nFROM node:${VERSION}', ['docker.io/library/node:24']],
  ['ARG VERSION=24\nFROM node:$VERSION', ['docker.io/library/node:24']],
  ['FROM slipway/stack:05c47665f4899e26\nADD --chown=1:1 files.tar.gz /app', ['docker.io/slipway/stack:05c47665f4899e26']],
  ['FROM debian:12\nRUN apt-get update && \\\n    # why\n    apt-get install x\nADD ["a b", "/c"]', ['docker.io/library/debian:12']],
])('%j starts from %j', (text, bases) => {
  expect(check(text)).toEqual(bases);
});

test.each([
  ['from python', 'FROM docker.io/library/python:latest\n'],
  [
    '\uFEFF# syntax=x/y\r\n\r\nFROM ghcr.io/a/b@sha256:' + 'a'.repeat(64) + ' as x\r\n',
    '\n\nFROM ghcr.io/a/b@sha256:' + 'a'.repeat(64) + ' AS x\n',
  ],
  [
    'FROM debian:12\nRUN a && \\\n  # why\n\n\tb\nCOPY --chown=1:1 --from=alpine . /x',
    'FROM docker.io/library/debian:12\nRUN a &&  b\n\n\n\nCOPY --chown=1:1 --from=docker.io/library/alpine:latest . /x\n',
  ],
  ['FROM debian:12\nRUN echo \\\n  # x\nADD http://x /y', 'FROM docker.io/library/debian:12\nRUN echo ADD http://x /y\n'],
  ['FROM debian:12\nRUN a \\\\\nADD http://x /y', 'FROM docker.io/library/debian:12\nRUN a \\ADD http://x /y\n'],
  ['FROM debian:12\nLABEL by="Jörg" \\\n', 'FROM docker.io/library/debian:12\nLABEL by="Jörg"\n'],
  ['FROM localhost:5000/a/b', 'FROM localhost:5000/a/b:latest\n'],
  ['FROM me/app', 'FROM docker.io/me/app:latest\n'],
  ['FROM debian:12\nONBUILD add . /a', 'FROM docker.io/library/debian:12\nONBUILD ADD . /a\n'],
])('the engine is given %j as %j', (text, written) => {
  expect(read(text).text).toBe(written);
});

test('an ARG is what build.config says it is', () => {
  expect(check('ARG VERSION=24\nFROM node:$VERSION', { VERSION: '26' })).toEqual(['docker.io/library/node:26']);
});

test.each([
  ['FROM debian:12\nADD http://169.254.169.254/latest /x', 'Dockerfile line 2: ADD takes files of the app only'],
  ['FROM debian:12\nADD ["https://x", "/y"]', 'line 2: ADD takes files'],
  ['FROM debian:12\nADD "ht""tp://x" /y', 'line 2: ADD takes files'],
  ['FROM debian:12\nARG U\nADD $U /y', 'line 3: ADD takes files'],
  ['FROM debian:12\nADD \\\n  http://x /y', 'line 2: ADD takes files'],
  ['FROM debian:12\nONBUILD ADD http://x /y', 'line 2: ADD takes files'],
  ['FROM debian:12\nONBUILD onbuild add git@github.com:x/y.git /y', "line 2: ONBUILD can't be followed by ONBUILD"],
  ['FROM 3f', 'line 1: 3f is no base image'],
  ['FROM 5', 'line 1: 5 is no base image'],
  ['FROM\\\n 3f', 'line 1: 3f is no base image'],
  ['FROM sha256:05c47665f4899e26', 'is no base image'],
  ['FROM slipway/app-x:1', 'slipway/app-x:1 is no base image'],
  ['FROM docker.io/slipway/slug:1', 'is no base image'],
  ['FROM debian:12\nCOPY --from=3f / /', 'line 2: 3f is no base image'],
  ['FROM debian:12\nCOPY --chown=1 --from=slipway/build:1 / /', 'line 2: slipway/build:1 is no base image'],
  ['FROM debian:12\nCOPY --fr\\om=3f / /', 'line 2: the flag --fr\\om=3f must be plain text'],
  ['FROM debian:12\nONBUILD COPY --from=3f / /', 'line 2: 3f is no base image'],
  ['ARG B=3f\nARG X="q B=debian:12"\nFROM $B', 'the base image "$B" must be a plain name'],
  ['FROM ${B:-3f}', 'must be a plain name'],
  ['FROM "3f"', 'must be a plain name'],
  ['FROM debian:12\n\u0085ADD http://10.0.0.1/ /x', 'line 2: unknown instruction: U+0085ADD'],
  ['FROM debian:12\n\u00a0ADD\u00a0http://10.0.0.1/ /x', 'line 2: ADD takes files'],
  ['FROM debian:12\nADD a\u0085/b /x', 'line 2: it holds the character U+0085'],
  ['FROM debian:12\nRUN echo "\u202e"', 'line 2: it holds the character U+202E'],
  ['FROM debian:12\nRUN a\rADD http://x /y', 'line 2: it holds the character U+000D'],
  ['FROM debian:12\nUSER jörg', 'line 2: ö (U+00F6) must stand in quotes'],
  ['FROM debian:12\nRUN a \\\\', 'line 2: it ends in two backslashes'],
  ['FROM debian:12\nRUN <<EOF\nADDED http://x\nEOF', 'line 3: unknown instruction: ADDED'],
  ['FROM debian:12\nONBUILD FROM 3f', "line 2: ONBUILD can't be followed by FROM"],
  ['FROM debian:12 AS a\nCOPY --from=1 / /', 'line 2: 1 is no base image'],
  ['FROM debian:12 x 3f', 'line 1: expected FROM'],
  ['FROM --platform=linux/amd64', 'line 1: expected FROM'],
  ['FROM index.docker.io/slipway/app-x:1', 'is no base image'],
  ['FROM Debian:12', 'Debian:12 is no base image'],
  ['# hi\n# escape=`\nFROM debian:12', 'the directive "escape"'],
])('%j is refused', (text, told) => {
  expect(() => check(text)).toThrow(told);
});

test('what a base image does to those built on it is looked at', () => {
  expect(triggerProblem('x:1', [])).toBeNull();
  expect(triggerProblem('x:1', ['COPY . /app', 'RUN npm ci'])).toBeNull();
  expect(triggerProblem('x:1', ['RUN true', 'ADD http://10.0.0.1/ /x'])).toBe(
    'The base image x:1 can\'t be used: its ONBUILD step "ADD http://10.0.0.1/ /x" takes files from elsewhere, or can\'t be read.',
  );
  const bad = [
    'COPY --from=3f / /',
    '\u0085ADD http://10.0.0.1/ /x',
    'RUN x\nADD http://10.0.0.1/ /x',
    'RUN x \\',
    'ONBUILD ADD http://10.0.0.1/ /x',
  ];
  for (const step of bad) expect(triggerProblem('x:1', [step]), step).not.toBeNull();
});
