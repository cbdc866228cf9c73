// Times as the person's clock shows them, with UTC beside on hover and focus.
import type { JSX } from 'preact'
import { useApp } from '../app/context.ts'
import { Hint } from './hint.tsx'

type TimeProps = {
  /** RFC 3339, or Unix milliseconds. */
  readonly at: string | number
  /** Whether the keyboard can reach it to see UTC; lists that have a row's details elsewhere say false. */
  readonly reachable?: boolean
  /** Without the year, where that stands elsewhere. */
  readonly short?: boolean
}

const styles = {
  full: { dateStyle: 'medium', timeStyle: 'medium' },
  short: { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', second: '2-digit' },
} as const
const formats = new Map<string, Intl.DateTimeFormat>()

/** A time in the browser's zone, to the second. */
export function localTime(at: string | number, language: string, style: keyof typeof styles = 'full'): string {
  const key = `${style} ${language}`
  const format = formats.get(key) ?? new Intl.DateTimeFormat(language, styles[style])
  formats.set(key, format)
  const date = new Date(at)
  return Number.isNaN(date.getTime()) ? String(at) : format.format(date)
}

/** The same in UTC, with every digit that there is. */
export function utcTime(at: string | number): string {
  const text = typeof at === 'number' ? new Date(at).toISOString() : at
  return `${text.replace('T', ' ').replace(/Z$/, '')} UTC`
}

export function Time({ at, reachable = true, short = false }: TimeProps): JSX.Element {
  const { language } = useApp()
  return (
    <Hint text={utcTime(at)} reachable={reachable}>
      <time dateTime={typeof at === 'number' ? new Date(at).toISOString() : at}>
        {localTime(at, language, short ? 'short' : 'full')}
      </time>
    </Hint>
  )
}
