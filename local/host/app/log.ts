// What the host and its functions say, and which of it `logging.logLevel` of host.json lets through.

export type LogLevel = 'trace' | 'debug' | 'information' | 'warning' | 'error' | 'critical'

/** One line of the log: `category` is `Host.*` for the host, `Function.<name>` for an invocation, `Function.<name>.User` for what the app wrote. */
export type LogEntry = { level: LogLevel; category: string; message: string }

export type Log = (entry: LogEntry) => void

const severities = new Map([
  ['trace', 0],
  ['debug', 1],
  ['information', 2],
  ['warning', 3],
  ['error', 4],
  ['critical', 5],
  ['none', 6],
])

/** Passes on what the levels allow: the longest category prefix decides, ignoring case, then `default`, then Information. */
export function filterLog(log: Log, levels: Readonly<Record<string, string>>): Log {
  const rules = Object.entries(levels).map(([prefix, level]) => ({
    prefix: prefix.toLowerCase(),
    severity: severities.get(level.toLowerCase()) ?? 0,
  }))
  const fallback = rules.find((rule) => rule.prefix === 'default')?.severity ?? 2
  const severityFor = (category: string) =>
    rules
      .filter((rule) => category.toLowerCase().startsWith(rule.prefix))
      .toSorted((a, b) => b.prefix.length - a.prefix.length)
      .at(0)?.severity ?? fallback
  return (entry) => {
    if ((severities.get(entry.level) ?? 0) >= severityFor(entry.category)) log(entry)
  }
}

/** The text of anything thrown, with the stack and the causes where there are any. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const text = error.stack ?? `${error.name}: ${error.message}`
  return error.cause === undefined ? text : `${text}\nCaused by: ${describeError(error.cause)}`
}
