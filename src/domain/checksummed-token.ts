// Tokens with a checksum, which clients store and send back. They fit into a URL as they are, stay valid across releases, and reveal damage and mix-ups. Pure.
import { createHash } from 'node:crypto'
import * as v from 'valibot'

const checksumCharacters = 16
const Checksummed = v.pipe(v.array(v.string()), v.minLength(1))

/**
 * Writes a token that holds these texts and belongs to `context`: base64url, without padding (RFC 4648 section 5).
 * It is no secret and grants nothing: a forged one leads only to data that its bearer may read anyway.
 */
export function writeChecksummed(content: readonly string[], context: string): string {
  return Buffer.from(JSON.stringify([...content, checksum(content, context)])).toString('base64url')
}

/** Reads a token's texts; undefined when it is damaged or belongs to another context. */
export function readChecksummed(text: string, context: string): readonly string[] | undefined {
  const bytes = Buffer.from(text, 'base64url')
  // The decoder ignores characters and bits without meaning: accept only what the encoder writes.
  if (bytes.toString('base64url') !== text) return undefined
  const read = v.safeParse(v.pipe(v.string(), v.parseJson(), Checksummed), bytes.toString())
  if (!read.success) return undefined

  const content = read.output.slice(0, -1)
  return read.output.at(-1) === checksum(content, context) ? content : undefined
}

const checksum = (content: readonly string[], context: string): string =>
  createHash('sha256')
    .update(JSON.stringify([context, content]))
    .digest('base64url')
    .slice(0, checksumCharacters)
