// What lists share at the edge: the parameters of a page, and how its refusals are reported.
import * as v from 'valibot'
import type { PageRefusal } from '../../domain/log/page-start.ts'
import { type Invalid, invalid } from './responses.ts'

/** The parameters that say where a page of a list begins. */
export const pageParameters = {
  start: v.optional(v.string()),
  end: v.optional(v.string()),
  continuationToken: v.optional(v.string()),
} as const

const pageErrors = {
  'start-unreadable': { start: ['is not a date'] },
  'end-unreadable': { end: ['is not a date'] },
  'range-too-long': { end: ['is more than 367 days from start'] },
  'token-unusable': { continuationToken: ['is damaged or belongs to another query'] },
} as const satisfies Record<PageRefusal['reason'], object>

/** The problem of a request whose page cannot be found. */
export const invalidPage = ({ reason }: Pick<PageRefusal, 'reason'>): Invalid => invalid(pageErrors[reason])
