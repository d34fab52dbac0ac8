import { expect, test } from 'vitest';
import { checkDockerfile, triggerProblem } from '../../../src/builder/container/dockerfile.js';

const check = (text: string, buildArgs: Record<string, string> = {}) => checkDockerfile(text, { file: 'Dockerfile', buildArgs });

test.each<[string, string[]]>([
  ['FROM python:3.12-slim\nRUN pip install x', ['python:3.12-slim']],
  ['# comment\n\n  from scratch\nCOPY a /', []],
  ['FROM --platform=linux/amd64 node:24 AS build\nRUN x\nFROM debian:12\nCOPY --from=build /a /a\nCOPY --from=0 /b /b', ['node:24', 'debian:12']],
  ['FROM node:24 AS base\nFROM base AS next\nFROM NEXT', ['node:24']],
  ['ARG VERSION=24\nARG REST\nFROM node:${VERSION}', ['node:24']],
  ['ARG VERSION=24\nFROM node:$VERSION', ['node:24']],
  ['FROM slipway/stack:05c47665f4899e26\nADD --chown=1:1 files.tar.gz /app', ['slipway/stack:05c47665f4899e26']],
  ['FROM debian:12\nRUN apt-get update && \\\n    # why\n    apt-get install x\nADD ["a b", "/c"]', ['debian:12']],
])('%j starts from %j', (text, bases) => {
  expect(check(text)).toEqual(bases);
});

test('an ARG is what build.config says it is', () => {
  expect(check('ARG VERSION=24\nFROM node:$VERSION', { VERSION: '26' })).toEqual(['node:26']);
});

test.each([
  ['FROM debian:12\nADD http://169.254.169.254/latest /x', 'Dockerfile line 2: ADD takes files of the app only'],
  ['FROM debian:12\nADD ["https://x", "/y"]', 'line 2: ADD takes files'],
  ['FROM debian:12\nADD "ht""tp://x" /y', 'line 2: ADD takes files'],
  ['FROM debian:12\nARG U\nADD $U /y', 'line 3: ADD takes files'],
  ['FROM debian:12\nADD \\\n  http://x /y', 'line 2: ADD takes files'],
  ['FROM debian:12\nONBUILD ADD http://x /y', 'line 2: ADD takes files'],
  ['FROM debian:12\nONBUILD onbuild add git@github.com:x/y.git /y', 'line 2: ADD takes files'],
  ['FROM debian:12\nRUN echo \\\n  # x\nADD http://x /y', 'line 4: ADD takes files'],
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
  ['# hi\n# escape=`\nFROM debian:12', 'the directive "escape"'],
])('%j is refused', (text, told) => {
  expect(() => check(text)).toThrow(told);
});

test('what a base image does to those built on it is looked at', () => {
  expect(triggerProblem('x:1', [])).toBeNull();
  expect(triggerProblem('x:1', ['COPY . /app', 'RUN npm ci'])).toBeNull();
  expect(triggerProblem('x:1', ['RUN true', 'ADD http://10.0.0.1/ /x'])).toBe('The base image x:1 can\'t be used: its ONBUILD step "ADD http://10.0.0.1/ /x" takes files from elsewhere.');
  expect(triggerProblem('x:1', ['COPY --from=3f / /'])).not.toBeNull();
});
