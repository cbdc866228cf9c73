// What the app logs, for a person at a terminal: one line an entry, and of those only what needs attention.
import type { Log, LogLevel } from '../host/log.ts'

const attention: readonly LogLevel[] = ['warning', 'error', 'critical']

/** Prints warnings and errors, with `verbose` information too; each on one line however many it has. */
export function logTo(print: (line: string) => void, verbose: boolean): Log {
  const levels = verbose ? [...attention, 'information'] : attention
  return ({ level, category, message }) => {
    if (levels.includes(level)) print(`${level}: ${category}: ${message.trim().replaceAll(/\s*\n\s*/g, ' | ')}`)
  }
}
