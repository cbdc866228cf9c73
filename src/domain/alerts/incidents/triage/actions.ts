// What people may do to an incident, and what its triage is afterwards. Pure.
import * as v from 'valibot'
import { Guid, guidOfContent } from '../../../guid.ts'
import type { Instant } from '../../../instant.ts'
import { linesOf } from '../../../texts.ts'
import {
  assigneeOf,
  commentsMax,
  type IncidentComment,
  incidentStateOf,
  type Triage,
  type Triaged,
  verdicts,
} from './triage.ts'

/** Longest reason of a closing, and longest comment, in UTF-16 units. */
export const reasonCharsMax = 1_000
export const commentCharsMax = 2_000

/** An action on incidents. */
export const TriageAction = v.variant('kind', [
  v.strictObject({ kind: v.literal('acknowledge') }),
  v.strictObject({ kind: v.literal('assign'), assignee: v.nullable(Guid) }),
  v.strictObject({ kind: v.literal('close'), verdict: v.picklist(verdicts), reason: linesOf(0, reasonCharsMax) }),
  v.strictObject({ kind: v.literal('reopen') }),
  v.strictObject({ kind: v.literal('comment'), text: linesOf(1, commentCharsMax) }),
])
export type TriageAction = Readonly<v.InferOutput<typeof TriageAction>>

/** Who acts, and when. */
type Act = { readonly by: Guid; readonly at: Instant }

/** What an action does to an incident. `full`: it has as many comments as it may have. */
export type TriageChange =
  | { readonly kind: 'changed'; readonly triage: Triage; readonly comment?: IncidentComment }
  | { readonly kind: 'unchanged' | 'full' }

const unchanged = { kind: 'unchanged' } as const

/**
 * The triage of an incident after an action; `unchanged` where the incident is as the action wants it. Who acknowledges an incident
 * that is nobody's takes it. A comment has the same id whenever the same person makes the same one.
 */
export function actOn(incident: Triaged, action: TriageAction, { by, at }: Act): TriageChange {
  const { record, triage } = incident
  const state = incidentStateOf(incident)
  const changed = (members: Partial<Triage>) => ({ kind: 'changed', triage: { ...triage, ...members } }) as const
  switch (action.kind) {
    case 'acknowledge': {
      if (state === 'acknowledged' || state === 'closed') return unchanged
      const taken = assigneeOf(triage) === null ? { assignee: { id: by, by, at } } : {}
      return changed({ acknowledged: { by, at }, ...taken })
    }
    case 'assign':
      if (assigneeOf(triage) === action.assignee) return unchanged
      return changed({ assignee: { id: action.assignee, by, at } })
    case 'close': {
      const { verdict, reason } = action
      if (state === 'closed' && triage.closed?.verdict === verdict && triage.closed.reason === reason) return unchanged
      return changed({ closed: { verdict, reason, by, at, alertCount: record.alertCount } })
    }
    case 'reopen':
      if (state === 'open' || state === 'muted') return unchanged
      return changed({ acknowledged: null, closed: null, reopened: { by, at, closing: triage.closed } })
    case 'comment': {
      if (triage.commentCount >= commentsMax) return { kind: 'full' }
      const comment = { id: commentIdOf(record.id, by, action.text), by, at, text: action.text }
      return { ...changed({ commentCount: triage.commentCount + 1 }), comment }
    }
  }
}

const commentIdOf = (incidentId: Guid, by: Guid, text: string): Guid =>
  guidOfContent('incident-comment', incidentId, by, text)
