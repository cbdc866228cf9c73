// PullQueue in memory: for tests and for trying things out. What was sent can be read.
import type { PullQueue } from '../../ports/sources.ts'
import { memoryEvaluationQueue } from './evaluation-queue.ts'

type Sent = { readonly text: string; readonly delaySeconds: number }

/** An empty queue; `messages` were sent, in this order, with their delays. */
export const memoryPullQueue = (): PullQueue & { readonly messages: Sent[] } => memoryEvaluationQueue()
