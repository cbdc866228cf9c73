// Times in local time, with UTC on hover and focus.
import type { JSX } from 'preact'
import { useApp } from '../app/context.ts'
import { Hint } from './hint.tsx'

type TimeProps = {
  /** RFC 3339, or Unix milliseconds. */
  readonly at: string | number
  /** Whether Tab stops here to show UTC; false in lists whose rows have their details elsewhere. */
  readonly reachable?: boolean
  /** Without the year, if that is shown elsewhere. */
  readonly short?: boolean
  /** The day alone; the hint has the time. */
  readonly day?: boolean
}

const styles = {
  full: { dateStyle: 'medium', timeStyle: 'medium' },
  short: { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', second: '2-digit' },
  day: { dateStyle: 'medium' },
  span: { dateStyle: 'medium', timeStyle: 'short' },
} as const
const formats = new Map<string, Intl.DateTimeFormat>()

/** A time in the browser's zone, to the second. */
export function localTime(at: string | number, language: string, style: keyof typeof styles = 'full'): string {
  const format = formatOf(language, style)
  const date = new Date(at)
  return Number.isNaN(date.getTime()) ? String(at) : format.format(date)
}

/** From one time to another in the browser's zone, to the minute, or short to the second; what both have in common is written once. */
export function localSpan(from: string, to: string, language: string, style: 'span' | 'short' = 'span'): string {
  const [begin, end] = [new Date(from), new Date(to)]
  const isKnown = !Number.isNaN(begin.getTime()) && !Number.isNaN(end.getTime())
  return isKnown ? formatOf(language, style).formatRange(begin, end) : `${from} – ${to}`
}

function formatOf(language: string, style: keyof typeof styles): Intl.DateTimeFormat {
  const key = `${style} ${language}`
  const format = formats.get(key) ?? new Intl.DateTimeFormat(language, styles[style])
  formats.set(key, format)
  return format
}

/** A time in UTC, with all its digits. */
export function utcTime(at: string | number): string {
  const text = typeof at === 'number' ? new Date(at).toISOString() : at
  return `${text.replace('T', ' ').replace(/Z$/, '')} UTC`
}

export function Time({ at, reachable = true, short = false, day = false }: TimeProps): JSX.Element {
  const { language } = useApp()
  const style = day ? 'day' : short ? 'short' : 'full'
  return (
    <Hint text={utcTime(at)} reachable={reachable}>
      <time dateTime={typeof at === 'number' ? new Date(at).toISOString() : at}>{localTime(at, language, style)}</time>
    </Hint>
  )
}

type TimeSpanProps = Pick<TimeProps, 'reachable' | 'short'> & { readonly from: string; readonly to: string }

/** From one time to another. */
export function TimeSpan({ from, to, reachable = true, short = false }: TimeSpanProps): JSX.Element {
  const { language } = useApp()
  const utc = from === to ? utcTime(from) : `${utcTime(from)} – ${utcTime(to)}`
  return (
    <Hint text={utc} reachable={reachable}>
      <time dateTime={from}>{localSpan(from, to, language, short ? 'short' : 'span')}</time>
    </Hint>
  )
}
