// The form for a new key: its name, and for a server key the organizations it is for.
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { useRun } from '../api/use-run.ts'
import { useApp } from '../app/context.ts'
import { Button, CheckList, Field, ProblemNotice, Toggle } from '../ui/index.ts'
import { type Credentials, readCredentials } from './key.ts'

type Organization = { readonly id: string; readonly name: string | null }

type NewKeyProps = {
  /** The path of the keys in the API. */
  readonly path: string
  /** The organizations to choose from; absent for keys of an organization. */
  readonly organizations?: readonly Organization[]
  readonly onMade: (credentials: Credentials) => void
}

/** The form. */
export function NewKey({ path, organizations, onMade }: NewKeyProps): JSX.Element {
  const { api, t } = useApp()
  const [name, setName] = useState('')
  const [isForAll, setForAll] = useState(true)
  const [chosen, choose] = useState<readonly string[]>([])
  const [tried, setTried] = useState(false)
  const { busy, problem, run } = useRun()
  const [noName, noChoice] = [name.trim() === '', organizations !== undefined && !isForAll && chosen.length === 0]
  const make = () =>
    run(async () => {
      const named = organizations && { organizations: isForAll ? null : chosen }
      const made = await api.send('POST', path, { name: name.trim(), ...named }, readCredentials)
      setName('')
      setTried(false)
      onMade(made)
    })
  return (
    <form
      class="new-key"
      noValidate
      autocomplete="off"
      onSubmit={(event) => {
        event.preventDefault()
        setTried(true)
        if (!noName && !noChoice && !busy) make()
      }}
    >
      <h2>{t('keys.new.title')}</h2>
      {problem && <ProblemNotice problem={problem} />}
      <Field
        label={t('keys.name')}
        hint={t('keys.new.nameHint')}
        error={tried && noName ? t('keys.new.missing') : null}
        value={name}
        maxLength={100}
        onText={setName}
      />
      {organizations && <Toggle label={t('keys.new.all')} checked={isForAll} onToggle={setForAll} />}
      {organizations && !isForAll && (
        <CheckList
          label={t('keys.new.organizations')}
          options={organizations.map(({ id, name }) => ({ value: id, label: name ?? id }))}
          chosen={chosen}
          error={tried && noChoice ? t('keys.new.missing') : null}
          onChoose={choose}
        />
      )}
      <div class="actions">
        <Button type="submit" look="primary" busy={busy}>
          {t('keys.new.make')}
        </Button>
      </div>
    </form>
  )
}
