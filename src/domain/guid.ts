// Ids: GUIDs in lower case, and ids derived from content. Pure.
import { createHash } from 'node:crypto'
import * as v from 'valibot'

/** A GUID of any version in the form of 8-4-4-4-12 hex digits, normalized to lower case (RFC 9562 section 4). */
export const Guid = v.pipe(
  v.string(),
  v.regex(/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i, 'is not a GUID'),
  v.toLowerCase(),
  v.brand('Guid'),
)
export type Guid = v.InferOutput<typeof Guid>

/** Reads a GUID; undefined for anything else. */
export function parseGuid(value: unknown): Guid | undefined {
  const parsed = v.safeParse(Guid, value)
  return parsed.success ? parsed.output : undefined
}

/** The GUID of this content: equal parts give equal ids, on every machine (SHA-256, RFC 9562 version 8). */
export const guidOfContent = (...parts: readonly (string | number)[]): Guid => guidOfBytes(JSON.stringify(parts))

/** The GUID of these bytes, or of this text in UTF-8 (SHA-256, RFC 9562 version 8). */
export function guidOfBytes(bytes: Uint8Array | string): Guid {
  const hash = createHash('sha256').update(bytes).digest()
  hash.writeUInt8((hash.readUInt8(6) & 0x0f) | 0x80, 6)
  hash.writeUInt8((hash.readUInt8(8) & 0x3f) | 0x80, 8)
  const hex = hash.toString('hex')
  return v.parse(
    Guid,
    [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-'),
  )
}
