// Trims the metadata of queue messages, so that @azure/functions does not convert each message before its handler runs: a deeply nested one would overflow the stack.
import type { ProgrammingModel } from '@azure/functions-core'

/** What the queue triggers of this app read of a message's metadata. */
const readNames: ReadonlySet<string> = new Set(['dequeuecount', 'insertiontime'])

/**
 * Takes everything else out of the metadata of queue messages: it holds the whole message once more (`QueueTrigger`), parsed and
 * renamed by a function that calls itself for each level (`toCamelCaseValue` of @azure/functions 4.16).
 */
export function trimQueueMetadata(model: ProgrammingModel): void {
  const getInvocationModel = model.getInvocationModel.bind(model)
  model.getInvocationModel = (invocation) => {
    const { metadata, request } = invocation
    if (Object.values(metadata.bindings).some(({ type }) => type === 'queueTrigger')) {
      const all = Object.entries(request.triggerMetadata ?? {})
      request.triggerMetadata = Object.fromEntries(all.filter(([name]) => readNames.has(name.toLowerCase())))
    }
    return getInvocationModel(invocation)
  }
}
