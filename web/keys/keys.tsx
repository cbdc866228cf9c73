// Keys of one kind: those there are, a new one, and the credentials of what was just made.
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { useLoad } from '../api/use-load.ts'
import { useApp } from '../app/context.ts'
import { Empty, ProblemNotice, Spinner } from '../ui/index.ts'
import { ShownCredentials } from './credentials.tsx'
import { type Credentials, type Key, readKeys } from './key.ts'
import { KeyTable } from './key-table.tsx'
import { NewKey } from './new-key.tsx'

type KeysProps = {
  /** The path of the keys in the API. */
  readonly path: string
  readonly caption: string
  /** For server keys: the organizations, by id. Absent: keys of an organization. */
  readonly organizations?: readonly { readonly id: string; readonly name: string | null }[]
}

/** Shows and changes them. */
export function Keys({ path, caption, organizations }: KeysProps): JSX.Element {
  const { api, t } = useApp()
  const { value, problem, reload } = useLoad((signal) => api.get(path, readKeys, signal), [path])
  // In memory only, while its dialog is open.
  const [shown, show] = useState<Credentials | null>(null)
  // Gone from the table at once; the next list is without them.
  const [revoked, setRevoked] = useState<readonly string[]>([])
  const keys = value?.filter(({ id }) => !revoked.includes(id))
  const nameOf = (id: string) => organizations?.find((each) => each.id === id)?.name ?? id
  const scopeOf = ({ organizations: named }: Key) => named?.map(nameOf).join(', ') ?? t('keys.forAll')
  if (problem?.status === 404) return <Empty text={t('keys.off')} />
  return (
    <section class="keys" aria-label={caption} tabIndex={-1}>
      {problem && <ProblemNotice problem={problem} onRetry={reload} />}
      {!keys && !problem && <Spinner label={t('keys.loading')} />}
      {keys?.length === 0 && <Empty text={t('keys.none')} />}
      {keys && keys.length > 0 && (
        <KeyTable
          caption={caption}
          path={path}
          keys={keys}
          {...(organizations && { scopeOf })}
          onCredentials={show}
          onChanged={reload}
          onRevoked={({ id }) => {
            setRevoked((before) => [...before, id])
            reload()
          }}
        />
      )}
      {keys && (
        <NewKey
          path={path}
          {...(organizations && { organizations })}
          onMade={(made) => {
            reload()
            show(made)
          }}
        />
      )}
      {shown && <ShownCredentials credentials={shown} onClose={() => show(null)} />}
    </section>
  )
}
