// Continuation tokens: where a list goes on. They carry the query they belong to, outlive every process, and fit in a URL as they are. Pure.
import { createHash } from 'node:crypto'
import * as v from 'valibot'
import { Instant } from './instant.ts'
import type { EventQuery, EventRange } from './query.ts'

/** A place in the order of a list, in the words of the store that gave it. */
export type Position = string

const Token = v.tuple([v.string(), Instant, Instant, v.string()])

/** Writes the token that goes on after `position`: base64url, without padding (RFC 4648 section 5). */
export function writeContinuation(query: EventQuery, position: Position): string {
  const token = [position, query.from, query.to, seal(query, position)]
  return Buffer.from(JSON.stringify(token)).toString('base64url')
}

/**
 * Reads a token back, for the same log and filters; undefined when it is damaged or belongs to another query. The range
 * is that of the first page, so that a token alone is enough to go on. It is no secret and grants nothing: whoever
 * forges one reads the same log that the caller may read anyway.
 */
export function readContinuation(
  text: string,
  query: Pick<EventQuery, 'log' | 'filters'>,
): { readonly position: Position; readonly range: EventRange } | undefined {
  let token: unknown
  try {
    const bytes = Buffer.from(text, 'base64url')
    // The decoder passes over characters and bits that mean nothing: only what the encoder writes is a token.
    if (bytes.toString('base64url') !== text) return undefined
    token = JSON.parse(bytes.toString())
  } catch {
    return undefined
  }
  const read = v.safeParse(Token, token)
  if (!read.success) return undefined

  const [position, from, to, sealed] = read.output
  const range = { from, to }
  return sealed === seal({ ...query, ...range }, position) ? { position, range } : undefined
}

/** Ties a position to its query, so that damage and mix-ups show. */
function seal({ log, from, to, filters }: EventQuery, position: Position): string {
  const content = JSON.stringify([log.kind, log.id, filters.map(({ fields, id }) => [fields, id]), from, to, position])
  return createHash('sha256').update(content).digest('base64url').slice(0, 16)
}
