// Renews the token while the page is open: once for all tabs of a person, and until the app refuses.
import { claimsIn } from './own-token.ts'
import { SignInProblem } from './problem.ts'
import type { SharedToken, Tabs } from './tabs.ts'
import type { Granted } from './way.ts'

/** A token, and since when and until when it is good, in Unix ms. */
export type Lifetime = { readonly token: string; readonly since: number; readonly until: number }

type RenewalPorts = {
  renew(token: string): Promise<Granted>
  readonly tabs: Tabs
  /** The token of this tab; null if nobody is signed in. */
  current(): Lifetime | null
  /** Takes a new token in place of the current one. */
  take(shared: SharedToken): void
  /** The app refuses to renew the token, in its own words. */
  refused(reason: string): void
  now(): number
  set(run: () => void, ms: number): number
  clear(timer: number): void
}

/** The token is renewed this long before it expires, but not sooner than `pauseMs` after it came. */
export const earlyMs = 300_000
/** Between two attempts while the app does not respond. */
export const pauseMs = 30_000

type Renewal = {
  /** Renews the current token, and each one after it, in time. */
  start(): void
  stop(): void
}

export function createRenewal(ports: RenewalPorts): Renewal {
  const { tabs, current, now } = ports
  let timer: number | null = null

  const stop = () => {
    if (timer !== null) ports.clear(timer)
    timer = null
  }
  const startIn = (ms: number) => {
    stop()
    timer = ports.set(() => void renewNow(), ms)
  }
  const start = () => {
    const lifetime = current()
    if (lifetime !== null && Number.isFinite(lifetime.until)) startIn(Math.max(dueAt(lifetime) - now(), 0))
  }

  const attempt = async (lifetime: Lifetime) => {
    try {
      const { token, lifetimeMs } = await ports.renew(lifetime.token)
      const shared = { token, until: now() + lifetimeMs }
      // Who has signed out, or in anew, while the app responded has no use for it.
      if (current()?.token !== lifetime.token) return
      ports.take(shared)
      tabs.post(shared)
      start()
    } catch (error) {
      if (error instanceof SignInProblem && error.kind === 'refused') ports.refused(error.message)
      else startIn(pauseMs)
    }
  }
  const renewNow = async () => {
    const { subject } = claimsIn(current()?.token ?? '')
    await tabs.exclusively(subject ?? '', async () => {
      const lifetime = current()
      // By now another tab may have renewed it. One that has expired is of no use: the next request signs in again.
      if (lifetime !== null && dueAt(lifetime) <= now() && now() < lifetime.until) await attempt(lifetime)
    })
  }

  tabs.subscribe((shared) => {
    const lifetime = current()
    if (lifetime === null || !replaces(shared, lifetime)) return
    ports.take(shared)
    start()
  })
  return { start, stop }
}

const dueAt = ({ since, until }: Lifetime) => Math.max(until - earlyMs, since + pauseMs)

/** Whether it is the same person's, expires later, and comes from no earlier sign-in: those end for good after some hours. */
function replaces(shared: SharedToken, { token, until }: Lifetime): boolean {
  const [theirs, ours] = [claimsIn(shared.token), claimsIn(token)]
  const isSame = ours.subject !== null && theirs.subject === ours.subject
  return isSame && shared.until > until && (theirs.signedInAt ?? 0) >= (ours.signedInAt ?? 0)
}
