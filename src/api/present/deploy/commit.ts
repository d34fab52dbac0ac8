import { z } from 'zod';
import type { Commit as Known } from '../../../model/git/commit.js';
import { resource } from '../../schema/resource.js';

export const Commit = resource(
  { name: 'commit', about: 'A commit is what a build was pushed from. Not part of Heroku.' },
  {
    id: z.string().describe('its hexadecimal id'),
    author: z.strictObject({ name: z.string(), email: z.string() }).describe('who wrote it'),
    committed_at: z.iso.datetime().describe('when it was committed'),
    subject: z.string().describe('first paragraph of its message, in one line'),
    message: z.string().describe('its message, whole'),
  },
);

export function presentCommit(commit: Known): z.input<typeof Commit> {
  return {
    id: commit.id,
    author: commit.author,
    committed_at: commit.committedAt.toISOString(),
    subject: commit.subject,
    message: commit.message,
  };
}
