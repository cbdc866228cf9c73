// The form for a new key: its name, and for a server key the organizations it is for.
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { useApp } from '../app/context.ts'
import { CheckList, Field, ShortForm, Toggle } from '../ui/index.ts'
import { type Credentials, readCredentials } from './key.ts'

type Organization = { readonly id: string; readonly name: string | null }

type NewKeyProps = {
  /** The path of the keys in the API. */
  readonly path: string
  /** The organizations to choose from; absent for keys of an organization. */
  readonly organizations?: readonly Organization[]
  readonly onMade: (credentials: Credentials) => void
}

const begin: { readonly name: string; readonly isForAll: boolean; readonly chosen: readonly string[] } = {
  name: '',
  isForAll: true,
  chosen: [],
}

/** The form; empty again once the key is made. */
export function NewKey({ path, organizations, onMade }: NewKeyProps): JSX.Element {
  const { api, t } = useApp()
  const [draft, setDraft] = useState(begin)
  const { name, isForAll, chosen } = draft
  const [noName, noChoice] = [name.trim() === '', organizations !== undefined && !isForAll && chosen.length === 0]
  const make = async () => {
    const named = organizations && { organizations: isForAll ? null : chosen }
    const made = await api.send('POST', path, { name: name.trim(), ...named }, readCredentials)
    setDraft(begin)
    onMade(made)
  }
  return (
    <ShortForm title={t('keys.new.title')} confirm={t('keys.new.make')} isWrong={noName || noChoice} send={make}>
      {(tried) => (
        <>
          <Field
            label={t('keys.name')}
            hint={t('keys.new.nameHint')}
            error={tried && noName ? t('keys.new.missing') : null}
            value={name}
            maxLength={100}
            onText={(text) => setDraft({ ...draft, name: text })}
          />
          {organizations && (
            <Toggle
              label={t('keys.new.all')}
              checked={isForAll}
              onToggle={(on) => setDraft({ ...draft, isForAll: on })}
            />
          )}
          {organizations && !isForAll && (
            <CheckList
              label={t('keys.new.organizations')}
              options={organizations.map(({ id, name: label }) => ({ value: id, label: label ?? id }))}
              chosen={chosen}
              error={tried && noChoice ? t('keys.new.noChoice') : null}
              onChoose={(ids) => setDraft({ ...draft, chosen: ids })}
            />
          )}
        </>
      )}
    </ShortForm>
  )
}
