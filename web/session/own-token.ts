// What the page reads in a token that the app made: whose it is. It verifies nothing; only the app decides by a token.
import { numberOrNull, record, textOrNull } from '../api/read.ts'

type Claims = {
  readonly subject: string | null
  /** When the person signed in, in Unix seconds. */
  readonly signedInAt: number | null
  readonly name: string | null
  readonly email: string | null
}

/** The claims of a JWT; all of them null in anything else. */
export function claimsIn(token: string): Claims {
  const from = record(payloadOf(token))
  return {
    subject: textOrNull(from, 'sub'),
    signedInAt: numberOrNull(from, 'auth_time'),
    name: textOrNull(from, 'name'),
    email: textOrNull(from, 'email'),
  }
}

function payloadOf(token: string): unknown {
  try {
    const base64 = (token.split('.')[1] ?? '').replaceAll('-', '+').replaceAll('_', '/')
    const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
    return JSON.parse(new TextDecoder().decode(bytes))
  } catch {
    return {}
  }
}
