// What a password may be. Length is what makes one hard to guess; beyond that only what guessers try first is refused.

const LEAST = 10;
const MOST = 200;

/** Beginnings of those that are tried first: what they are made longer with is tried as well. */
const COMMON =
  /^(password|passw0rd|passwort|qwertz?u?i?|qwerty|letmein|welcome|iloveyou|admin|slipway|heroku|changeme|abc123|123456|987654)/i;

/** Why a password can't be taken, for the person; null when it can. */
export function whyNoPassword(password: string, email: string): string | null {
  const characters = [...password];
  if (characters.length < LEAST) return `A password has at least ${LEAST} characters: several words are good.`;
  if (characters.length > MOST) return `A password has at most ${MOST} characters.`;
  const [name = ''] = email.toLowerCase().split('@');
  const told = password.toLowerCase();
  if (told.includes(email.toLowerCase()) || (name.length > 2 && told.replaceAll(name, '').length < LEAST - 2))
    return "A password can't be made of your address.";
  if (new Set(characters).size < 5) return 'A password needs at least five different characters.';
  if (COMMON.test(password) && characters.length < LEAST + 6) return 'That begins like the passwords that are guessed first: take another.';
  return null;
}
