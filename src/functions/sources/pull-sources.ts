// Timer: dispatches the pulls of all sources.
import type { TimerHandler } from '@azure/functions'
import { type DispatchPullsPorts, dispatchPulls } from '../../application/sources/dispatch-pulls.ts'
import { triggered } from '../queue/triggered.ts'

/** Dispatches as `dispatchPulls` promises. */
export const pullSources = (ports: DispatchPullsPorts): TimerHandler => triggered(() => dispatchPulls(ports))
