// The form with which an operator creates an organization.
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { record, text } from '../api/read.ts'
import { useRun } from '../api/use-run.ts'
import { useApp } from '../app/context.ts'
import { pathTo } from '../app/router.ts'
import { Button, Field, ProblemNotice } from '../ui/index.ts'

const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** Creates it, and goes on to its sources. */
export function NewOrganization(): JSX.Element {
  const { api, go, announce, t } = useApp()
  const [name, setName] = useState('')
  const [id, setId] = useState('')
  const [tried, setTried] = useState(false)
  const { busy, problem, run } = useRun()
  // Pasted as the client id of the organization's API key, it is an id too.
  const given = id.trim().replace(/^organization\./, '')
  const [noName, noId] = [name.trim() === '', given !== '' && !guid.test(given)]
  const create = () =>
    run(async () => {
      const body = { name: name.trim(), ...(given !== '' && { id: given }) }
      const made = await api.send('POST', '/organizations', body, (json) => text(record(json), 'id'))
      announce(t('operations.new.created', { name: name.trim() }))
      go(pathTo(made, 'sources', { edit: 'new' }))
    })
  return (
    <form
      class="new-key"
      noValidate
      autocomplete="off"
      onSubmit={(event) => {
        event.preventDefault()
        setTried(true)
        if (!noName && !noId && !busy) create()
      }}
    >
      <h2>{t('operations.new.title')}</h2>
      {problem && <ProblemNotice problem={problem} />}
      <Field
        label={t('operations.new.name')}
        error={tried && noName ? t('operations.new.missing') : null}
        value={name}
        maxLength={100}
        onText={setName}
      />
      <Field
        label={t('operations.new.id')}
        hint={t('operations.new.idHint')}
        error={tried && noId ? t('operations.new.idInvalid') : null}
        value={id}
        spellcheck={false}
        onText={setId}
      />
      <div class="actions">
        <Button type="submit" look="primary" busy={busy}>
          {t('operations.new.create')}
        </Button>
      </div>
    </form>
  )
}
