// Forms that several settings have.
import { createPrivateKey, createPublicKey } from 'node:crypto'
import * as v from 'valibot'

export const text = v.pipe(v.string(), v.trim(), v.minLength(1))
export const url = v.pipe(text, v.url(), v.regex(/^https?:/))
/** An address that others begin with: no query, no fragment, no password; without the slash at its end. */
export const baseUrl = v.pipe(url, v.regex(/^[^?#@\s]+$/), v.transform(withoutSlash))
/** A key in PEM; line ends may be written as `\n`. */
const pem = v.pipe(
  text,
  v.transform((pem) => pem.replaceAll('\\n', '\n')),
)
export const publicKey = v.pipe(pem, v.check(isPublicKey))
export const signingKey = v.pipe(pem, v.check(isSigningKey))

/** A text that this function reads into something; it gives undefined for one that is not valid. */
export const readBy = <T>(read: (text: string) => T | undefined) =>
  v.pipe(
    text,
    v.transform(read),
    v.check((value) => value !== undefined),
  )

/** Smallest RSA key that may sign (RFC 7518 section 3.3). */
const rsaBitsMin = 2_048

function isPublicKey(pem: string): boolean {
  try {
    return createPublicKey(pem).type === 'public' && !pem.includes('PRIVATE')
  } catch {
    return false
  }
}

function isSigningKey(pem: string): boolean {
  try {
    const { asymmetricKeyType: type, asymmetricKeyDetails: details } = createPrivateKey(pem)
    const strong = type === 'rsa' ? Number(details?.modulusLength) >= rsaBitsMin : details?.namedCurve === 'prime256v1'
    return strong && pem.startsWith('-----BEGIN PRIVATE KEY-----')
  } catch {
    return false
  }
}

export function withoutSlash(address: string): string {
  return address.replace(/\/+$/, '')
}
