// Keys in a table, each with a new secret and the end of it; for API keys of an organization and for server keys.
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { useApp } from '../app/context.ts'
import { isolated } from '../locale/formats.ts'
import { Button, DataTable, Question, Time } from '../ui/index.ts'
import { type Credentials, type Key, readCredentials } from './key.ts'

type KeyTableProps = {
  readonly caption: string
  /** The path of the keys in the API. */
  readonly path: string
  readonly keys: readonly Key[]
  /** What a key is for; absent: no such column. */
  readonly scopeOf?: (key: Key) => string
  readonly onCredentials: (credentials: Credentials) => void
  readonly onChanged: () => void
  readonly onRevoked: (key: Key) => void
}

/** The table. */
export function KeyTable({
  caption,
  path,
  keys,
  scopeOf,
  onCredentials,
  onChanged,
  onRevoked,
}: KeyTableProps): JSX.Element {
  const { api, say, t } = useApp()
  const [asked, ask] = useState<{ readonly what: 'rotate' | 'revoke'; readonly key: Key } | null>(null)
  const rotate = async ({ id }: Key) => {
    const made = await api.send('POST', `${path}/${id}/rotate`, {}, readCredentials)
    onChanged()
    onCredentials(made)
  }
  const revoke = async (key: Key) => {
    await api.send('DELETE', `${path}/${key.id}`, undefined, () => null)
    say(t('keys.revoke.done', { name: key.name }))
    onRevoked(key)
  }
  const scope = scopeOf && [{ key: 'scope', header: t('keys.scope'), cell: scopeOf }]
  return (
    <>
      <DataTable
        caption={caption}
        captionHidden
        rows={keys}
        rowKey={({ id }) => id}
        columns={[
          { key: 'name', header: t('keys.name'), cell: (key) => <Named of={key} /> },
          ...(scope ?? []),
          { key: 'secrets', header: t('keys.secrets'), cell: (key) => <Secrets secrets={key.secrets} /> },
          {
            key: 'actions',
            header: t('keys.actions'),
            cell: (key) => (
              <div class="actions">
                <Button
                  aria-label={t('keys.rotate.of', { name: key.name })}
                  onClick={() => ask({ what: 'rotate', key })}
                >
                  {t('keys.rotate.button')}
                </Button>
                <Button
                  aria-label={t('keys.revoke.of', { name: key.name })}
                  onClick={() => ask({ what: 'revoke', key })}
                >
                  {t('keys.revoke.button')}
                </Button>
              </div>
            ),
          },
        ]}
      />
      {asked && (
        <Question
          look={asked.what === 'rotate' ? 'primary' : 'danger'}
          title={t(`keys.${asked.what}.title`, { name: isolated(asked.key.name) })}
          text={t(`keys.${asked.what}.text`)}
          confirm={t(`keys.${asked.what}.confirm`)}
          onClose={() => ask(null)}
          onConfirm={() => (asked.what === 'rotate' ? rotate(asked.key) : revoke(asked.key))}
        />
      )}
    </>
  )
}

/** Its name, and since when it is there. */
function Named({ of: { name, createdAt } }: { readonly of: Key }): JSX.Element {
  const { t } = useApp()
  return (
    <>
      <span dir="auto">{name}</span>
      <small class="hint">
        {t('keys.created')} <Time at={createdAt} />
      </small>
    </>
  )
}

/** The newest secret has no end; an earlier one is good until its end. */
function Secrets({ secrets }: Pick<Key, 'secrets'>): JSX.Element {
  const { t } = useApp()
  const [newest, ...earlier] = secrets
  return (
    <>
      {newest && (
        <div>
          {t('keys.since')} <Time at={newest.createdAt} />
        </div>
      )}
      {earlier.map(({ createdAt, validUntil }) =>
        validUntil === null ? null : (
          <div key={createdAt}>
            {t('keys.until')} <Time at={validUntil} />
          </div>
        ),
      )}
    </>
  )
}
