// Timer: dispatches the evaluations that are due.
import type { TimerHandler } from '@azure/functions'
import {
  type DispatchEvaluationsPorts,
  dispatchEvaluations,
} from '../../application/alerts/evaluation/dispatch-evaluations.ts'
import { triggered } from '../queue/triggered.ts'

/** Dispatches as `dispatchEvaluations` promises. */
export const evaluateAlerts = (ports: DispatchEvaluationsPorts): TimerHandler =>
  triggered((_timer, context) => dispatchEvaluations(ports, context))
