// What exceptions cover, in words. Pure.
import { plainWordsOf } from '../../src/domain/events/sentences.ts'
import { isolated } from '../locale/formats.ts'
import type { Translate } from '../locale/i18n.ts'
import type { Conditions } from './exception.ts'

/** Gives the name of an id, or the id itself. */
export type NameOf = (id: string) => string

/** The conditions in one line: "by Ada, from 203.0.113.7, between 02:00 and 03:00 (Europe/Berlin) each day". */
export function conditionText(conditions: Conditions, nameOf: NameOf, t: Translate): string {
  const { actingUserIds, networks, cipherIds, serviceAccountIds, types, hours } = conditions
  const listed = (values: readonly string[]) => values.map(isolated).join(', ')
  const words = [
    actingUserIds && t('exceptions.by', { names: listed(actingUserIds.map(nameOf)) }),
    serviceAccountIds && t('exceptions.byMachine', { names: listed(serviceAccountIds.map(nameOf)) }),
    networks && t('exceptions.from', { names: listed(networks) }),
    cipherIds && t('exceptions.about', { names: listed(cipherIds.map(nameOf)) }),
    types && t('exceptions.ofTypes', { names: types.map((type) => `“${plainWordsOf(type)}”`).join(', ') }),
    hours &&
      t('exceptions.between', {
        from: hours.from,
        to: hours.to,
        zone: hours.zone,
        days:
          hours.weekdays.length === 7
            ? t('exceptions.daily')
            : hours.weekdays.map((day) => t(`exceptions.days.${day}`)).join(', '),
      }),
  ]
  return words.flatMap((each) => each ?? []).join(', ')
}
