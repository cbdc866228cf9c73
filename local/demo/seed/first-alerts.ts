// Waits for the alerts that the demo month raises, so that they are there right after the start.
import { setTimeout as pause } from 'node:timers/promises'
import * as v from 'valibot'
import { dayMs, hourMs } from '../month/days.ts'
import { attack } from '../month/scenarios.ts'
import { acmeId } from '../people/world.ts'
import type { Progress } from '../progress.ts'

/** Longest wait: the app evaluates the whole month, on a busy machine beside other work. */
const waitMsMax = 90_000

type FirstAlertsOptions = {
  /** Base URL of the app. */
  readonly url: string
  /** A token of an owner or admin of Acme Corp. */
  readonly token: string
  /** The instant that the demo month ends with; milliseconds since 1970. */
  readonly base: number
  readonly progress: Progress
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** Ends the wait with the signal's reason. */
  readonly signal: AbortSignal
  /** How long to wait before looking again, in milliseconds; absent: 500. */
  readonly pauseMs?: number
}

const Alerts = v.object({ data: v.array(v.object({ from: v.string(), title: v.string() })) })

/** Resolves once alerts of the attack's night are there, or after `waitMsMax`: the start does not depend on them. */
export async function awaitFirstAlerts(options: FirstAlertsOptions): Promise<void> {
  const { url, token, base, progress, now, signal, pauseMs = 500 } = options
  const night = Math.floor(base / dayMs) * dayMs - attack.daysBefore * dayMs + attack.hour * hourMs
  const range = new URLSearchParams({
    start: new Date(night).toISOString(),
    end: new Date(night + hourMs).toISOString(),
  })
  const startedAt = now()
  for (let looks = 0; now() - startedAt < waitMsMax; looks += 1) {
    const headers = { authorization: `Bearer ${token}` }
    const response = await fetch(`${url}/organizations/${acmeId}/alerts?${range}`, { headers, signal })
    // An organization that was switched off, and rules that were: neither will raise anything.
    if (response.status === 404) return
    const found = response.ok ? v.parse(Alerts, await response.json()).data : []
    if (found.length > 0) {
      if (looks > 0)
        progress.end(
          `${found.length} alert${found.length === 1 ? '' : 's'} about the night of ${new Date(night).toISOString().slice(0, 10)}`,
        )
      return
    }
    progress.show('looking for alerts,', Math.round((now() - startedAt) / 1_000), waitMsMax / 1_000, 'seconds at most')
    await pause(pauseMs, undefined, { signal })
  }
  progress.end('no alerts yet; they come when the app has evaluated the events')
}
