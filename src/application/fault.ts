// Failures as the log shows them: names and codes, never data of requests or rows.
import { Unavailable } from '../ports/errors.ts'

/** Describes a failure in one line for the log: names and codes, never data of requests or rows. */
export function faultOf(error: unknown): string {
  if (error instanceof Unavailable) return `${error.message}: ${faultOf(error.cause)}`
  if (!(error instanceof Error)) return 'unknown fault'
  const code = 'code' in error && typeof error.code === 'string' ? ` (${error.code})` : ''
  const [, frame = ''] = /\n\s+(at .*)/.exec(error.stack ?? '') ?? []
  return `${error.name}${code} ${frame}`.trim()
}
