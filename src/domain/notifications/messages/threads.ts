// The threads of notifications: what belongs together, and what each notification does to its thread. Pure.
import type { Guid } from '../../guid.ts'
import type { Content, IncidentContent, Notification } from './notification.ts'

/**
 * The thread of a notification: the same id for everything about one incident or one alert, so that a target that keeps an
 * incident, or a thread of messages, finds it again. What concerns neither has a thread of its own.
 */
export function threadOf({ id, content }: Notification): Guid {
  if (content.kind === 'incident') return content.thread.id
  return content.kind === 'alert' || content.kind === 'resolved' ? content.alert.id : id
}

/** What a notification does to its thread, at a target that keeps incidents. */
type Stage = 'opens' | 'continues' | 'acknowledges' | 'ends' | 'reopens'

/** What a notification does to its thread; undefined for what has none. */
export function stageOf(content: Content): Stage | undefined {
  switch (content.kind) {
    case 'alert':
      return 'opens'
    case 'resolved':
      return 'ends'
    case 'incident':
      return stages[content.change]
    default:
      return undefined
  }
}

/** Whether a notification goes on with a thread that another one opened. */
export const isFollowUp = (content: Content): boolean => !['opens', undefined].includes(stageOf(content))

const stages = {
  opened: 'opens',
  risen: 'continues',
  recurred: 'reopens',
  merged: 'ends',
  acknowledged: 'acknowledges',
  closed: 'ends',
  reopened: 'reopens',
} as const satisfies Record<IncidentContent['change'], Stage>
