// Alerts and mutes as the API answers them. Pure.

import { boolean, list, listOrEmpty, number, oneOf, record, text, textOrNull } from '../api/read.ts'
import { type ListedEvent, listedEvent } from '../events/event.ts'

/** What an alert's group is for one member that the rule groups by; `label` is what people call the value. */
export type GroupMember = { readonly name: string; readonly value: string; readonly label: string | null }

export type Alert = {
  readonly id: string
  readonly ruleId: string
  readonly title: string
  readonly level: string
  readonly state: 'open' | 'acknowledged'
  readonly active: boolean
  readonly muted: boolean
  readonly group: readonly GroupMember[]
  readonly from: string
  readonly to: string
  readonly firstEventAt: string
  readonly endsAt: string | null
  readonly count: number
  readonly atLeast: boolean
  readonly threshold: number
  readonly heldBack: number
  readonly summary: string
  readonly response: string | null
  readonly samples: readonly ListedEvent[]
  /** The API's path of the organization's list with the alert's range and group. */
  readonly link: string
  readonly acknowledgedAt: string | null
  readonly acknowledgedBy: string | null
}

/** A mute; `group` is null when it covers all of the rule. */
export type Mute = {
  readonly id: string
  readonly ruleId: string
  readonly title: string
  readonly group: readonly GroupMember[] | null
  readonly until: string
  readonly mutedAt: string
  readonly mutedBy: string
}

/** A page of alerts; `next` is the token of the one after it. */
export type AlertPage = { readonly alerts: readonly Alert[]; readonly next: string | null }

/** Reads a page of alerts. */
export function alertPageOf(json: unknown): AlertPage {
  const from = record(json)
  return { alerts: list(from, 'data', alertOf), next: textOrNull(from, 'continuationToken') }
}

/** Reads an alert. */
export function alertOf(json: unknown): Alert {
  const from = record(json)
  return {
    id: text(from, 'id'),
    ruleId: text(from, 'ruleId'),
    title: text(from, 'title'),
    level: text(from, 'level'),
    state: oneOf(from, 'state', ['open', 'acknowledged']),
    active: boolean(from, 'active'),
    muted: boolean(from, 'muted'),
    group: list(from, 'group', memberOf),
    from: text(from, 'from'),
    to: text(from, 'to'),
    firstEventAt: text(from, 'firstEventAt'),
    endsAt: textOrNull(from, 'endsAt'),
    count: number(from, 'count'),
    atLeast: boolean(from, 'atLeast'),
    threshold: number(from, 'threshold'),
    heldBack: number(from, 'heldBack'),
    summary: text(from, 'summary'),
    response: textOrNull(from, 'response'),
    link: text(from, 'link'),
    samples: listOrEmpty(from, 'samples', listedEvent),
    acknowledgedAt: textOrNull(from, 'acknowledgedAt'),
    acknowledgedBy: textOrNull(from, 'acknowledgedBy'),
  }
}

/** Reads a mute. */
export function muteOf(json: unknown): Mute {
  const from = record(json)
  return {
    id: text(from, 'id'),
    ruleId: text(from, 'ruleId'),
    title: text(from, 'title'),
    group: from.group == null ? null : list(from, 'group', memberOf),
    until: text(from, 'until'),
    mutedAt: text(from, 'mutedAt'),
    mutedBy: text(from, 'mutedBy'),
  }
}

/** Reads the mutes that last. */
export const mutesOf = (json: unknown): readonly Mute[] => list(record(json), 'data', muteOf)

/** Reads what the filter by rule needs of the rules. */
export const rulesOf = (json: unknown): readonly { readonly id: string; readonly title: string }[] =>
  list(record(json), 'data', (each) => {
    const from = record(each)
    return { id: text(from, 'id'), title: text(from, 'title') }
  })

function memberOf(json: unknown): GroupMember {
  const from = record(json)
  return { name: text(from, 'name'), value: text(from, 'value'), label: textOrNull(from, 'label') }
}
