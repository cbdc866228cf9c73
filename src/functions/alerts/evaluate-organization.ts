// Queue trigger `evaluation`: evaluates an organization.
import type { StorageQueueHandler } from '@azure/functions'
import {
  type EvaluateOrganizationPorts,
  evaluateOrganization as evaluate,
  rulesInForceBy,
} from '../../application/alerts/evaluation/evaluate-organization.ts'
import { EvaluationMessage } from '../../application/alerts/evaluation/evaluation-times.ts'
import { postponeEvaluation } from '../../application/alerts/evaluation/postpone-evaluation.ts'
import { Unavailable } from '../../ports/errors.ts'
import { readQueueMessage } from '../queue/queue-message.ts'
import { triggered } from '../queue/triggered.ts'

/** Evaluates as the use case promises; an outage postpones the evaluation. */
export const evaluateOrganization = (ports: EvaluateOrganizationPorts): StorageQueueHandler => {
  const rulesInForce = rulesInForceBy(ports.builtInRules, ports.turns)

  return triggered(async (message, context) => {
    const asked = readQueueMessage(EvaluationMessage, message)
    if (!asked) return context.error('message dropped: it asks for no evaluation')
    try {
      await evaluate(ports, rulesInForce, asked, context)
    } catch (error) {
      if (!(error instanceof Unavailable)) throw error
      await postponeEvaluation(ports, asked, error, context)
    }
  })
}
