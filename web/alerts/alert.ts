// Alerts and mutes as the page holds them, read from responses of the API. Pure.
import { type Page, pageOf } from '../api/pages.ts'
import {
  boolean,
  type Immutable,
  list,
  listOrEmpty,
  listOrNull,
  number,
  oneOf,
  record,
  text,
  textItem,
  textOrNull,
} from '../api/read.ts'
import type * as Api from '../api/types.ts'
import { type ListedEvent, listedEvent } from '../events/event.ts'

/** The value that an alert's group has for one field that the rule groups by; `label` is its name, if one is known. */
export type GroupValue = Immutable<Api.Alert['group'][number]>

/** Where an address of the samples is, as far as the page shows it. */
type AlertPlace = Immutable<Pick<Api.Alert['places'][number], 'ipAddress' | 'country' | 'networkName'>>

export type Alert = Immutable<Omit<Api.Alert, 'object' | 'level' | 'heldBack' | 'samples' | 'places'>> & {
  /** As the API has it: `levelOf` gives one that the page knows. */
  readonly level: string
  readonly suppressedCount: number
  readonly samples: readonly ListedEvent[]
  readonly places: readonly AlertPlace[]
}

/** A mute; `group` is null when it covers all of the rule. */
export type Mute = Immutable<Omit<Api.AlertMute, 'object' | 'group'>> & { readonly group: readonly GroupValue[] | null }

/** Reads a page of alerts. */
export const alertPageOf = (json: unknown): Page<Alert> => pageOf(json, alertOf)

/** Reads an alert. */
export function alertOf(json: unknown): Alert {
  const from = record<Api.Alert>(json)
  return {
    id: text(from, 'id'),
    ruleId: text(from, 'ruleId'),
    incidentId: textOrNull(from, 'incidentId'),
    title: text(from, 'title'),
    level: text(from, 'level'),
    tags: list(from, 'tags', textItem),
    state: oneOf(from, 'state', ['open', 'muted', 'acknowledged']),
    active: boolean(from, 'active'),
    muted: boolean(from, 'muted'),
    group: list(from, 'group', groupValueOf),
    from: text(from, 'from'),
    to: text(from, 'to'),
    firstEventAt: text(from, 'firstEventAt'),
    endsAt: textOrNull(from, 'endsAt'),
    count: number(from, 'count'),
    atLeast: boolean(from, 'atLeast'),
    threshold: number(from, 'threshold'),
    suppressedCount: number(from, 'heldBack'),
    summary: text(from, 'summary'),
    response: textOrNull(from, 'response'),
    link: text(from, 'link'),
    samples: listOrEmpty(from, 'samples', listedEvent),
    places: listOrEmpty(from, 'places', placeIn),
    acknowledgedAt: textOrNull(from, 'acknowledgedAt'),
    acknowledgedBy: textOrNull(from, 'acknowledgedBy'),
  }
}

/** Reads where an address is. */
function placeIn(json: unknown): AlertPlace {
  const from = record<Api.Alert['places'][number]>(json)
  return {
    ipAddress: text(from, 'ipAddress'),
    country: textOrNull(from, 'country'),
    networkName: textOrNull(from, 'networkName'),
  }
}

/** Reads a mute. */
export function muteOf(json: unknown): Mute {
  const from = record<Api.AlertMute>(json)
  return {
    id: text(from, 'id'),
    ruleId: text(from, 'ruleId'),
    title: text(from, 'title'),
    group: listOrNull(from, 'group', groupValueOf),
    until: text(from, 'until'),
    mutedAt: text(from, 'mutedAt'),
    mutedBy: text(from, 'mutedBy'),
  }
}

/** Reads the mutes that are in force. */
export const mutesOf = (json: unknown): readonly Mute[] => list(record<Api.AlertMuteList>(json), 'data', muteOf)

/** A rule, as far as alerts need it. */
export type AlertingRule = Immutable<Pick<Api.AlertRule, 'id' | 'title' | 'alwaysOn'>>

/** Reads the rules, as far as alerts need them. */
export const alertingRulesOf = (json: unknown): readonly AlertingRule[] =>
  list(record<Api.AlertRuleList>(json), 'data', (each) => {
    const from = record<Api.AlertRule>(each)
    return { id: text(from, 'id'), title: text(from, 'title'), alwaysOn: boolean(from, 'alwaysOn') }
  })

/** Mutes have no labels. */
function groupValueOf(json: unknown): GroupValue {
  const from = record<GroupValue>(json)
  return { name: text(from, 'name'), value: text(from, 'value'), label: textOrNull(from, 'label') }
}
