// What a mute is called in the log: what it covers and until when, with names for ids. Pure.
import type { Names } from '../../directory/names.ts'
import { textCharactersMax } from '../../events/event.ts'
import { type Guid, parseGuid } from '../../guid.ts'
import { minuteOf } from '../../instant.ts'
import type { Mute } from '../configuration/rule-configuration.ts'
import { fieldTitles, labelOf, shortened } from '../labels.ts'

/**
 * What a mute covers and until when, in words that an event has room for: "Failed logins: user Alice <alice@acme.test>, address
 * ::1 until 2026-11-23 00:00 UTC".
 */
export function muteName({ group, until }: Pick<Mute, 'group' | 'until'>, title: string, names: Names): string {
  const members = group?.map(
    ({ name, value }) => `${fieldTitles.get(name) ?? name} ${labelOf(name, value, names) ?? value}`,
  )
  const whole = members === undefined ? title : `${title}: ${members.join(', ')}`
  const end = ` until ${minuteOf(until)}`
  return `${shortened(whole, textCharactersMax - end.length)}${end}`
}

/** The items that the name of a mute names. */
export const itemsOfMute = ({ group }: Pick<Mute, 'group'>): readonly Guid[] =>
  (group ?? []).flatMap(({ name, value }) => (name === 'cipherId' ? (parseGuid(value) ?? []) : []))
