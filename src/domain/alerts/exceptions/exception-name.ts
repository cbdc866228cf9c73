// What an exception is called in the log: which events, until when and why, with names for ids. Pure.
import type { Names } from '../../directory/names.ts'
import { textCharactersMax } from '../../events/event.ts'
import { plainWordsOf } from '../../events/sentences.ts'
import type { Guid } from '../../guid.ts'
import { minuteOf } from '../../instant.ts'
import type { DailyWindow } from './daily-window.ts'
import type { RuleException } from './exception.ts'

/** Longest title of a rule and longest name, in UTF-16 units, and most values of one condition that are named. */
const titleCharactersMax = 80
const nameCharactersMax = 40
const namedMax = 2
/** With less room, in UTF-16 units, the reason is omitted. */
const reasonRoomMin = 20

/**
 * An exception in words that an event has room for; `title` is null for every rule: "Many copies: 02:00 to 03:00 UTC daily, by
 * Alice until 2026-12-22 00:00 UTC (the nightly job)". Hours and end are never cut.
 */
export function exceptionName(
  { conditions, until, reason }: RuleException,
  title: string | null,
  names: Pick<Names, 'person' | 'item'>,
): string {
  const { actingUserIds, networks, cipherIds, serviceAccountIds, types, hours } = conditions
  const personOf = (id: Guid): string => names.person(id).name ?? names.person(id).email ?? id
  const words = [
    ...(hours ? [hoursIn(hours)] : []),
    ...listed('by', actingUserIds?.map(personOf)),
    ...listed('by machine account', serviceAccountIds),
    ...listed('from', networks),
    ...listed(
      'about',
      cipherIds?.map((id) => names.item(id) ?? id),
    ),
    ...listed(
      'of',
      types?.map((type) => `“${plainWordsOf(type)}”`),
    ),
  ]
  const end = until === null ? '' : ` until ${minuteOf(until)}`
  const covered = cut(
    `${cut(title ?? 'Every rule', titleCharactersMax)}: ${words.join(', ')}`,
    textCharactersMax - end.length,
  )
  const whole = `${covered}${end}`
  return textCharactersMax - whole.length < reasonRoomMin ? whole : cut(`${whole} (${reason})`, textCharactersMax)
}

function listed(word: string, values: readonly string[] | undefined): readonly string[] {
  if (!values) return []
  const named = values.slice(0, namedMax).map((value) => cut(value, nameCharactersMax))
  const more = values.length - named.length
  return [`${word} ${named.join(', ')}${more > 0 ? ` and ${more} more` : ''}`]
}

const hoursIn = ({ from, to, zone, weekdays }: DailyWindow): string =>
  `${from} to ${to} ${zone} ${weekdays.length === 7 ? 'daily' : weekdays.map((day) => day.slice(0, 3)).join(' ')}`

const cut = (text: string, charactersMax: number): string =>
  text.length <= charactersMax ? text : `${text.slice(0, charactersMax - 1).toWellFormed()}…`
