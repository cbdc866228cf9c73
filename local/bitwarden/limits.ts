// The limits of a Bitwarden server: so many requests of an address in a minute, counted from the first (the cloud: 200 GETs, 10 tokens).

const windowMs = 60_000

type Window = { readonly endsAt: number; readonly count: number }

/** Counts requests by address. `take` gives undefined for one that may pass, or else the seconds to wait (`Retry-After`). */
export function requestLimit(perMinute: number) {
  const windows = new Map<string, Window>()
  return {
    take(address: string, now: number): number | undefined {
      const known = windows.get(address)
      const window = known !== undefined && known.endsAt > now ? known : { endsAt: now + windowMs, count: 0 }
      if (window.count >= perMinute) return Math.max(1, Math.ceil((window.endsAt - now) / 1_000))
      windows.set(address, { ...window, count: window.count + 1 })
      return undefined
    },
  }
}
