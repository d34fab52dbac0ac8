// The API as a page for people: one file, with nothing from elsewhere and no script.
import { z } from 'zod';
import { escapeHtml } from '../pages/escape-html.js';
import { isInScope, SCOPES } from '../../model/scope.js';
import { jsonSchemaOf, type Json, type JsonSchema } from './json-schema.js';
import { nounsOf, propertiesOf, type NamedSchema } from './nouns.js';
import { nounOf } from './resource.js';
import type { Route } from './route.js';

const STYLE = `
:root{color-scheme:light dark;--line:#8884;--soft:#8881}
body{font:15px/1.5 system-ui,sans-serif;margin:0;display:grid;grid-template-columns:15rem minmax(0,54rem);gap:2rem}
nav{position:sticky;top:0;height:100vh;overflow:auto;padding:1rem;box-sizing:border-box;border-right:1px solid var(--line)}
nav a{display:block;text-decoration:none;padding:.1rem 0}main{padding:1rem 1rem 4rem}
section{border-top:1px solid var(--line);margin-top:2rem}code,pre{font:13px/1.45 ui-monospace,monospace}
pre{background:var(--soft);padding:.6rem;overflow:auto}
summary{cursor:pointer;padding:.3rem 0}summary b{display:inline-block;width:4.2rem}
details{border-bottom:1px solid var(--line)}details>*:not(summary){margin-left:1rem}
table{border-collapse:collapse;width:100%}
td{text-align:left;vertical-align:top;padding:.2rem .6rem .2rem 0;border-bottom:1px solid var(--line)}
@media(max-width:50rem){body{display:block}nav{position:static;height:auto;border:0}}`;

const INTRODUCTION = `
<p>This is the Heroku Platform API, version 3, as far as this platform goes. Every call but those marked <i>open</i> needs a token:</p>
<pre>curl https://&lt;this address&gt;/apps \\
  -H 'Authorization: Bearer &lt;token&gt;' \\
  -H 'Accept: application/vnd.heroku+json; version=3'</pre>
<ul>
<li><b>Lists</b> come in pieces of 200 (at most 1,000). Send <code>Range: name ..; max=10, order=desc</code>; where more follows,
the answer is 206 and has <code>Next-Range</code>, to be sent back as <code>Range</code>.</li>
<li><b>Tags.</b> Each answer has an <code>ETag</code>: <code>If-None-Match</code> spares what you know (304), <code>If-Match</code>
changes only what is as you know it (412).</li>
<li><b>Errors</b> are <code>{"id": "invalid_params", "message": "…"}</code>. 400: not JSON. 401: no good token. 403: not for you, or not
with this token. 404: not there, or not yours. 406: another version. 409: something else is under way. 413: too large. 416: no such
range. 422: a field is wrong, and the message says which. 429: too many calls. 503: try again in a moment.</li>
<li><b>Fields</b> that aren't known are ignored; <code>Warning-Message</code> names them. Bodies may have 1 MB.</li>
<li><b>Calls</b>: 4,500 an hour and account; <code>RateLimit-Remaining</code> says how many are left.</li>
<li>The same for programs: <a href="/openapi.json">OpenAPI 3.1</a>, <a href="/schema">JSON Hyper-Schema</a> as Heroku has it.</li>
</ul>`;

/** What GET /docs answers. */
export function docsPage(routes: readonly Route[]): string {
  const nouns = nounsOf(routes);
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Slipway Platform API</title>
<style>${STYLE}</style>
<nav><b>Slipway API</b>${nouns.map(anchor).join('')}</nav>
<main><h1>Slipway Platform API</h1>${INTRODUCTION}
${nouns.map((noun) => section(noun, routes)).join('\n')}
</main>
</html>
`;
}

function anchor({ name }: NamedSchema): string {
  return `<a href="#${escapeHtml(name)}">${escapeHtml(name)}</a>`;
}

function section(noun: NamedSchema, routes: readonly Route[]): string {
  const own = routes.filter(({ of }) => nounOf(of)?.name === noun.name);
  const properties =
    Object.keys(propertiesOf(noun)).length > 0 ? `<details><summary>Properties</summary>${table(noun.schema)}</details>` : '';
  const head = `<h2>${escapeHtml(noun.name)}</h2><p>${escapeHtml(noun.about)}</p>`;
  return `<section id="${escapeHtml(noun.name)}">${head}${properties}${own.map(call).join('')}</section>`;
}

function call(route: Route): string {
  const { method, path, title, about, by, takes, status, isOpen, needs } = route;
  const shown = by ? `200 or 206, a list sorted by ${by.join(', ')}` : String(status);
  const body = takes ? `<p>Body:</p>${table(takes)}` : '';
  const answer = `<p>Answer: ${escapeHtml(shown)}, ${escapeHtml(answerOf(route))}</p>`;
  const open = isOpen ? ' <i>open</i>' : '';
  const scopes = isOpen ? '' : `<p>Scope: ${SCOPES.filter((scope) => isInScope([scope], needs)).join(', ')}</p>`;
  const summary = `<b>${method}</b> <code>${escapeHtml(path)}</code> ${escapeHtml(title)}${open}`;
  return `<details><summary>${summary}</summary><p>${escapeHtml(about)}</p>${body}${answer}${scopes}</details>`;
}

function answerOf({ gives, bytes }: Route): string {
  if (!gives) return bytes?.gives ?? 'text';
  const isMany = gives instanceof z.ZodArray;
  const noun = nounOf(isMany ? (gives.element as z.ZodType) : gives);
  return noun ? `${isMany ? 'all of ' : ''}${noun.name}` : 'JSON';
}

function table(schema: z.ZodType): string {
  return `<table>${rows(jsonSchemaOf(schema, 'draft-2020-12'), '').join('')}</table>`;
}

/** A row for each field, those of objects and lists included. */
function rows(schema: JsonSchema, at: string): string[] {
  const forms = (schema['anyOf'] ?? []) as JsonSchema[];
  const isOneOf = forms.some((form) => 'properties' in form);
  if (isOneOf) return forms.flatMap((form) => rows(form, at));
  const required = new Set((schema['required'] ?? []) as string[]);
  const own = Object.entries((schema['properties'] ?? {}) as Record<string, JsonSchema>).flatMap(([name, field]) => [
    row(`${at}${name}`, field, required.has(name)),
    ...rows(field, `${at}${name}.`),
  ]);
  const items = typeof schema['items'] === 'object' ? rows(schema['items'] as JsonSchema, `${at}[].`) : [];
  const named =
    typeof schema['additionalProperties'] === 'object' ? [row(`${at}<name>`, schema['additionalProperties'] as JsonSchema, false)] : [];
  return [...own, ...items, ...named];
}

function row(name: string, field: JsonSchema, isRequired: boolean): string {
  const about = typeof field['description'] === 'string' ? field['description'] : '';
  return `<tr><td><code>${escapeHtml(name)}</code>${isRequired ? ' *' : ''}<td>${escapeHtml(typeOf(field))}<td>${escapeHtml(about)}</tr>`;
}

function typeOf(field: JsonSchema): string {
  const values = field['enum'] ?? ('const' in field ? [field['const'] as Json] : undefined);
  if (Array.isArray(values)) return values.map((value) => JSON.stringify(value)).join(' or ');
  if (Array.isArray(field['anyOf'])) return (field['anyOf'] as JsonSchema[]).map(typeOf).join(' or ');
  const type = Array.isArray(field['type']) ? field['type'].join(' or ') : String(field['type'] ?? 'anything');
  return field['format'] ? `${type} (${String(field['format'])})` : type;
}
