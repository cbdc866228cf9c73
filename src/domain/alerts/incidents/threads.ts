// Threads of an incident: what an integration is notified of about one incident belongs together. Pure.
import * as v from 'valibot'
import { Guid } from '../../guid.ts'
import { Instant } from '../../instant.ts'
import { type Level, levels } from '../sigma/rules.ts'

/** Most threads of an incident: as many as an organization has integrations. */
const threadsMax = 50

/**
 * The thread of an incident at one integration. `id` is that of the incident with which it began, `title` what that was called
 * then; both never change. `level` is the highest of which it was notified since it began, or since another alert opened the
 * incident again after people closed it: `recurredAfter` is when they did.
 */
export const IncidentThread = v.object({
  id: Guid,
  integrationId: Guid,
  title: v.string(),
  level: v.picklist(levels),
  recurredAfter: v.optional(v.nullable(Instant), null),
})
export type IncidentThread = Readonly<v.InferOutput<typeof IncidentThread>>

/** The threads of incidents that turned out to be one: at each integration, that of the first goes on. */
export function joinedThreads(parts: readonly (readonly IncidentThread[])[]): IncidentThread[] {
  const joined = new Map<Guid, IncidentThread>()
  for (const thread of parts.flat()) {
    const first = joined.get(thread.integrationId)
    if (first) joined.set(thread.integrationId, { ...first, level: graver(first.level, thread.level) })
    else if (joined.size < threadsMax) joined.set(thread.integrationId, thread)
  }
  return [...joined.values()]
}

/** Whether a level is graver than another. */
export const isGraver = (one: Level, other: Level): boolean => levels.indexOf(one) > levels.indexOf(other)

const graver = (one: Level, other: Level): Level => (isGraver(other, one) ? other : one)
