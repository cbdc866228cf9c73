// What the agent knows between runs: how far the events are sent, and which directory. Losing it costs a second sending, no event.
import { open, readFile, rename } from 'node:fs/promises'
import * as v from 'valibot'
import { Digests } from './follow/digests.ts'
import { Anchor } from './follow/rowids.ts'
import { messageOf, Trouble } from './trouble.ts'

const State = v.object({
  version: v.literal(1),
  /** Stands for the database, Keytrail and the organizations that this is about. */
  about: v.string(),
  /** For SQLite: rows that were sent, the last one last. */
  anchors: v.array(Anchor),
  /** For the others: what was sent, by hour. */
  digests: Digests,
  /** The hash of what was sent of an organization's directory, by organization. */
  directory: v.record(v.string(), v.string()),
})
export type State = v.InferOutput<typeof State>

/** Where the state is between runs. `write` is whole or not at all. */
export type StateStore = {
  readonly read: () => Promise<string | undefined>
  readonly write: (text: string) => Promise<void>
}

/** A state in which nothing was sent. */
const emptyState = (about: string): State => ({ version: 1, about, anchors: [], digests: {}, directory: {} })

/** Reads the state; one that cannot be read, or is about something else, counts as empty, and `say` says so. */
export async function readState(store: StateStore, about: string, say: (words: string) => void): Promise<State> {
  const text = await store.read()
  if (text === undefined) return emptyState(about)
  const read = v.safeParse(v.pipe(v.string(), v.parseJson(), State), text)
  if (!read.success) {
    say('The state file cannot be read. Everything is sent again; Keytrail skips what it has.')
    return emptyState(about)
  }
  if (read.output.about !== about) {
    say('The state file is about another database, Keytrail or set of organizations. Everything is sent.')
    return emptyState(about)
  }
  return read.output
}

/** The state in a file that only the agent's user may read: written beside it, flushed, then put in its place. */
export function stateFile(path: string): StateStore {
  return {
    read: async () => {
      try {
        return await readFile(path, 'utf8')
      } catch (error) {
        if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
        throw new Trouble('state', `The state file ${path} cannot be read (${messageOf(error)}).`, { cause: error })
      }
    },
    write: async (text) => {
      const beside = `${path}.new`
      try {
        const file = await open(beside, 'w', 0o600)
        try {
          await file.writeFile(text)
          await file.sync()
        } finally {
          await file.close()
        }
        await rename(beside, path)
      } catch (error) {
        throw new Trouble('state', `The state file ${path} cannot be written (${messageOf(error)}).`, { cause: error })
      }
    },
  }
}
