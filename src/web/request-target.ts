// What a request names (RFC 9112 §3.2), as everything on this port reads it.

/** The target as a path: one in absolute form is read as its path, whatever host it names. Null for any other form. */
export function pathOfTarget(target: string): string | null {
  const rest = /^https?:\/\/[^/?#]*(.*)$/i.exec(target)?.[1] ?? target;
  if (rest === '' || rest.startsWith('?')) return rest === target ? null : `/${rest}`;
  return rest.startsWith('/') ? rest : null;
}
