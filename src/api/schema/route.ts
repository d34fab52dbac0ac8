// What is said of a route where it is registered: enough to check its requests, to decide who may make them, and to document it.
import type { z } from 'zod';
import type { Verb } from '../../model/scope.js';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

export interface Facts {
  /** The noun it is about. */
  of: z.ZodType;
  /** One or two words, as Heroku's schema has them: `List`, `Create`. */
  title: string;
  /** One sentence for whoever calls it. */
  about: string;
  /** What one must be allowed to do. */
  needs: Verb;
}

export interface Route extends Facts {
  method: Method;
  /** `/apps/:app/builds` */
  path: string;
  /** When all goes well. */
  status: number;
  /** What is answered; of a list, each item. Absent where it isn't JSON. */
  gives?: z.ZodType | undefined;
  /** What a list may be sorted by, the usual first. */
  by?: readonly [string, ...string[]] | undefined;
  /** What the body may be. */
  takes?: z.ZodType | undefined;
  /** The media type of an answer or a body that isn't JSON. */
  bytes?: { gives?: string; takes?: string } | undefined;
  /** Needs no token: its URL is signed, or tells no secret. */
  isOpen?: boolean | undefined;
}
