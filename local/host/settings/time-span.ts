// .NET TimeSpan texts, as host.json and timer schedules write them: `hh:mm:ss`, with optional days and fraction.

const pattern = /^(?:(\d+)\.)?(\d{1,2}):(\d{1,2})(?::(\d{1,2})(\.\d{1,7})?)?$/

/** Milliseconds of `[d.]hh:mm[:ss[.fffffff]]`; undefined for anything else, an hour above 23 included (.NET reads `24:00:00` as 24 days). */
export function parseTimeSpan(text: string): number | undefined {
  const parts = pattern.exec(text)
  if (parts === null) return undefined
  const [days = 0, hours = 0, minutes = 0, seconds = 0, fraction = 0] = parts.slice(1).map((part) => Number(part ?? 0))
  if (hours > 23 || minutes > 59 || seconds > 59) return undefined
  return Math.round((((days * 24 + hours) * 60 + minutes) * 60 + seconds + fraction) * 1000)
}
