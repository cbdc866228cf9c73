// The message that starts a pull. What is to be read is in the source's progress.
import * as v from 'valibot'
import { Guid } from '../../domain/guid.ts'

/** Asks for a pull of one source. */
export const PullMessage = v.object({ organizationId: Guid, sourceId: Guid })
export type PullMessage = v.InferOutput<typeof PullMessage>

/** The text of a message on the queue. */
export const writePull = ({ organizationId, sourceId }: PullMessage): string =>
  JSON.stringify({ organizationId, sourceId })
