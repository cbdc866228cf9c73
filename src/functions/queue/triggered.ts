// Wraps every queue and timer trigger: what fails a run is logged before the host learns of it.
import type { FunctionResult, InvocationContext } from '@azure/functions'
import { faultOf } from '../../application/fault.ts'

/**
 * The same work. The host logs the message of an error and not its cause ("event store is unavailable"), so the cause is logged
 * here: names and codes, nothing of the contents. The run fails with the error as it was.
 */
export const triggered =
  <Input>(work: (input: Input, context: InvocationContext) => FunctionResult) =>
  async (input: Input, context: InvocationContext): Promise<void> => {
    try {
      await work(input, context)
    } catch (error) {
      context.error(`run failed: ${faultOf(error)}`)
      throw error
    }
  }
