// Incidents as the page holds them, read from responses of the API. Pure.
import { type Alert, alertOf } from '../alerts/alert.ts'
import { type Page, pageOf } from '../api/pages.ts'
import { type Immutable, list, number, record, text, textOrNull } from '../api/read.ts'
import type * as Api from '../api/types.ts'
import { type Story, storyOf, type TimelineEntry, timelineEntryOf } from './story.ts'
import { type Comment, commentOf, type Triage, triageOf } from './triage/triage.ts'

/** Whom or what an incident is about; a newer app may have kinds that the page does not know. */
type Entity = { readonly kind: string; readonly value: string; readonly label: string | null }

export type Incident = Immutable<Pick<Api.Incident, 'id' | 'title' | 'from' | 'to' | 'alertCount'>> &
  Triage & {
    /** As the API has it: `levelOf` gives one that the page knows. */
    readonly level: string
    readonly entities: readonly Entity[]
  }

/** `alerts` are some of its `alertCount`: the most severe. */
export type IncidentDetail = Incident & {
  readonly alerts: readonly Alert[]
  readonly story: Story
  readonly timeline: readonly TimelineEntry[]
  /** Earliest first. */
  readonly comments: readonly Comment[]
}

/** Reads a page of incidents. */
export const incidentPageOf = (json: unknown): Page<Incident> => pageOf(json, incidentOf)

/** Reads an incident. */
export function incidentOf(json: unknown): Incident {
  const from = record<Api.Incident>(json)
  return {
    id: text(from, 'id'),
    title: text(from, 'title'),
    level: text(from, 'level'),
    from: text(from, 'from'),
    to: text(from, 'to'),
    alertCount: number(from, 'alertCount'),
    entities: list(from, 'entities', entityOf),
    ...triageOf(json),
  }
}

/** Reads an incident with its alerts, its story, its timeline and its comments. */
export function incidentDetailOf(json: unknown): IncidentDetail {
  const from = record<Api.IncidentWithAlerts>(json)
  return {
    ...incidentOf(json),
    alerts: list(from, 'alerts', alertOf),
    story: storyOf(from.story),
    timeline: list(from, 'timeline', timelineEntryOf),
    comments: list(from, 'comments', commentOf),
  }
}

function entityOf(json: unknown): Entity {
  const from = record<Api.IncidentEntity>(json)
  return { kind: text(from, 'kind'), value: text(from, 'value'), label: textOrNull(from, 'label') }
}

/** Those whom an incident is about, by name where one is known: people, machine accounts, members. */
export const whoIn = ({ entities }: Pick<Incident, 'entities'>): readonly string[] =>
  entities.filter(({ kind }) => kind !== 'address').map(({ label, value }) => label ?? value)

/** The addresses that an incident is about. */
export const addressesIn = ({ entities }: Pick<Incident, 'entities'>): readonly string[] =>
  entities.filter(({ kind }) => kind === 'address').map(({ value }) => value)
