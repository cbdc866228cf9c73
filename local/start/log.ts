// What the app logs, for a person at a terminal: one line an entry, and of those only what needs attention.
import type { Log, LogLevel } from '../host/app/log.ts'

const attention: readonly LogLevel[] = ['warning', 'error', 'critical']

/**
 * Prints warnings and errors, each on one line however many it has, and without the places in code that a stack names;
 * with `verbose` information too, and the places.
 */
export function logTo(print: (line: string) => void, verbose: boolean): Log {
  const levels = verbose ? [...attention, 'information'] : attention
  return ({ level, category, message }) => {
    if (!levels.includes(level)) return
    const text = verbose ? message : message.replaceAll(stackFrame, '')
    print(`${level}: ${category}: ${text.trim().replaceAll(/\s*\n\s*/g, ' | ')}`)
  }
}

/** As V8 writes one: on a line of its own, or at the end of a line that names the first alone. */
const stackFrame = /\s+at (?:[^\n():]*\([^\n()]*(?::\d+:\d+|<anonymous>)\)|[^\s()]+:\d+:\d+)(?=\n|$)/g
