// The tabs in which one person is signed in: what one of them has renewed, the others take. By messages, so nothing is stored.

/** A token that another tab got. */
export type SharedToken = {
  readonly token: string
  /** When it expires, in Unix ms. */
  readonly until: number
}

export type Tabs = {
  /** Runs the work while no other tab of this person runs such work. */
  exclusively(person: string, work: () => Promise<void>): Promise<void>
  post(shared: SharedToken): void
  /** Calls for what other tabs post. */
  subscribe(listener: (shared: SharedToken) => void): void
}

/** How long a tab keeps the others out after it has posted, so that they have it before their turn; milliseconds. */
const postedMs = 1_000

export function browserTabs(): Tabs {
  const channel = new BroadcastChannel('keytrail.session')
  return {
    exclusively: (person, work) =>
      navigator.locks.request(`keytrail.renewal.${person}`, async () => {
        await work()
        await new Promise((resolve) => setTimeout(resolve, postedMs))
      }),
    post: (shared) => channel.postMessage(shared),
    subscribe: (listener) =>
      channel.addEventListener('message', ({ data }: MessageEvent<SharedToken>) => listener(data)),
  }
}
