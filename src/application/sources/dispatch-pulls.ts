// Dispatches pulls: one message for each source that is not paused, so that a slow one delays no other.
import { inParallel } from '../../concurrency/parallel.ts'
import type { PullQueue, Sources } from '../../ports/sources.ts'
import { writePull } from './pull-message.ts'

const sendsAtOnce = 16

export type DispatchPullsPorts = {
  readonly sources: Pick<Sources, 'all'>
  readonly pulls: Pick<PullQueue, 'send'>
}

/** Sends the messages. A message too many is harmless: a source that is not due, or is being pulled, stays as it is. */
export async function dispatchPulls({ sources, pulls }: DispatchPullsPorts): Promise<void> {
  const all = await sources.all()
  const active = all.filter(({ source }) => !source.paused)
  await inParallel(active, sendsAtOnce, ({ organizationId, source }) =>
    pulls.send(writePull({ organizationId, sourceId: source.id }), 0),
  )
}
