// The form with which an operator creates an organization.
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { record, text } from '../api/read.ts'
import { useApp } from '../app/context.ts'
import { pathTo } from '../app/router.ts'
import { Field, ShortForm } from '../ui/index.ts'

const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** Creates it, and goes on to its sources. */
export function NewOrganization(): JSX.Element {
  const { api, go, say, t } = useApp()
  const [name, setName] = useState('')
  const [id, setId] = useState('')
  // Pasted as the client id of the organization's API key, it is an id too.
  const given = id.trim().replace(/^organization\./, '')
  const [noName, noId] = [name.trim() === '', given !== '' && !guid.test(given)]
  const create = async () => {
    const body = { name: name.trim(), ...(given !== '' && { id: given }) }
    const made = await api.send('POST', '/organizations', body, (json) => text(record(json), 'id'))
    say(t('operations.new.created', { name: name.trim() }))
    go(pathTo(made, 'sources', { edit: 'new' }))
  }
  return (
    <ShortForm
      title={t('operations.new.title')}
      confirm={t('operations.new.create')}
      isWrong={noName || noId}
      send={create}
    >
      {(tried) => (
        <>
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
        </>
      )}
    </ShortForm>
  )
}
