// How a failure reads in a log: names and codes, never what a request or a row carried.
import { Unavailable } from '../ports/errors.ts'

/** One line for the log: names and codes, never what a request carried. */
export function faultOf(error: unknown): string {
  if (error instanceof Unavailable) return `${error.message}: ${faultOf(error.cause)}`
  if (!(error instanceof Error)) return 'unknown fault'
  const code = 'code' in error && typeof error.code === 'string' ? ` (${error.code})` : ''
  const [, place = ''] = /\n\s+(at .*)/.exec(error.stack ?? '') ?? []
  return `${error.name}${code} ${place}`.trim()
}
