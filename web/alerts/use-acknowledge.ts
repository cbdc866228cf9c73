// Acknowledging: shown at once, and undone with the reason if the app refuses it.
import { useState } from 'preact/hooks'
import type { ApiProblem } from '../api/client.ts'
import { problemFrom } from '../api/use-load.ts'
import { useApp } from '../app/context.ts'
import { problemText } from '../ui/index.ts'
import { type Alert, alertOf } from './alert.ts'

/** The state of acknowledging an alert; success shows in the alert itself. */
type Attempt = { readonly kind: 'sending' } | { readonly kind: 'failed'; readonly problem: ApiProblem }

export type Acknowledging = {
  attemptOf(alertId: string): Attempt | undefined
  acknowledge(alert: Alert): void
}

/** `put` replaces an alert that is shown. */
export function useAcknowledge(put: (alert: Alert) => void): Acknowledging {
  const { api, organization, t, announce, say } = useApp()
  const [attempts, setAttempts] = useState<ReadonlyMap<string, Attempt>>(new Map())
  const setAttempt = (id: string, attempt: Attempt | null) =>
    setAttempts((before) => new Map([...before].filter(([each]) => each !== id).concat(attempt ? [[id, attempt]] : [])))

  const acknowledge = async (alert: Alert) => {
    setAttempt(alert.id, { kind: 'sending' })
    put({ ...alert, state: 'acknowledged' })
    try {
      const path = `/organizations/${organization.id}/alerts/${alert.id}/acknowledge`
      put(await api.send('POST', path, undefined, alertOf))
      setAttempt(alert.id, null)
      say(t('alerts.acknowledge.done', { title: alert.title }))
    } catch (error) {
      const problem = problemFrom(error)
      put(alert)
      setAttempt(alert.id, { kind: 'failed', problem })
      announce(t('alerts.acknowledge.failed', { problem: problemText(problem, t) }))
    }
  }
  return { attemptOf: (id) => attempts.get(id), acknowledge }
}
