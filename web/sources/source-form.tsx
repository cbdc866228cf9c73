// The form that connects a source, or changes one. The key goes to the app and nowhere else.
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { useRun } from '../api/use-run.ts'
import { useApp } from '../app/context.ts'
import { Button, Field, Link, ProblemNotice, Select, Spinner, ViewHeading } from '../ui/index.ts'
import { useUnsaved } from '../ui/unsaved.tsx'
import { bodyOf, changesOf, clientIdOf, type Draft, draftOf, missingIn, newDraft } from './draft.ts'
import { readCheck, readSource, regions, type Source } from './source.ts'

type SourceFormProps = {
  readonly source: Source | null
  /** The path to go back to. */
  readonly back: string
  readonly onSaved: (source: Source) => void
}

/** Checks the connection before a new source is saved, and says what is wrong. */
export function SourceForm({ source, back, onSaved }: SourceFormProps): JSX.Element {
  const { api, organization, t } = useApp()
  const [begin] = useState(() => (source ? draftOf(source) : newDraft))
  const [draft, setDraft] = useState(begin)
  const [tried, setTried] = useState(false)
  const [refusal, setRefusal] = useState<string | null>(null)
  const { busy, problem, run } = useRun()
  const { dialog, release } = useUnsaved(draft !== begin)
  const change = (changes: Partial<Draft>) => {
    setRefusal(null)
    setDraft((before) => ({ ...before, ...changes }))
  }
  const missing = missingIn(draft, source === null)
  const errorAt = (name: keyof Draft): string | null => {
    if (tried && missing.includes(name)) return t('sources.form.missing')
    return problem?.errors[name]?.join(' ') ?? null
  }
  const path = `/organizations/${organization.id}/sources`
  const save = async () => {
    if (source === null) {
      const body = bodyOf(draft, organization.id)
      const check = await api.send('POST', `${path}/check`, body, readCheck)
      if (!check.ok) return setRefusal(check.message)
      const made = await api.send('POST', path, body, readSource)
      release()
      return onSaved(made)
    }
    const changed = await api.send('PUT', `${path}/${source.id}`, changesOf(draft), readSource)
    release()
    onSaved(changed)
  }
  return (
    <form
      class="integration-form"
      noValidate
      autocomplete="off"
      onSubmit={(event) => {
        event.preventDefault()
        setTried(true)
        setRefusal(null)
        if (missing.length === 0 && !busy) run(save)
      }}
    >
      <ViewHeading title={t(source ? 'sources.form.editTitle' : 'sources.form.newTitle')} />
      {problem && <ProblemNotice problem={problem} />}
      {refusal !== null && (
        <p class="test-result failed" role="alert">
          {refusal}
        </p>
      )}
      <fieldset>
        <legend>{t('sources.form.where')}</legend>
        <Field
          label={t('sources.name')}
          error={errorAt('name')}
          value={draft.name}
          maxLength={100}
          onText={(name) => change({ name })}
        />
        <Select
          label={t('sources.form.region')}
          error={errorAt('region')}
          value={draft.region}
          options={regions.map((region) => ({ value: region, label: t(`sources.regions.${region}`) }))}
          onChoose={(value) => change({ region: regions.find((region) => region === value) ?? draft.region })}
        />
        {draft.region === 'self-hosted' && (
          <Field
            label={t('sources.form.url')}
            hint={t('sources.form.urlHint')}
            error={errorAt('url')}
            type="url"
            placeholder="https://vault.example.com"
            value={draft.url}
            onText={(url) => change({ url })}
          />
        )}
      </fieldset>
      <fieldset>
        <legend>{t('sources.form.key')}</legend>
        <p class="hint">{t('sources.form.keyWhere')}</p>
        <Field
          label={t('sources.form.clientId')}
          hint={t('sources.form.clientIdHint')}
          value={clientIdOf(organization.id)}
          disabled
          onText={() => undefined}
        />
        <Field
          label={t('sources.form.secret')}
          {...(source && { hint: t('sources.form.secretKept') })}
          error={errorAt('clientSecret')}
          type="password"
          autocomplete="off"
          spellcheck={false}
          value={draft.clientSecret}
          onText={(clientSecret) => change({ clientSecret })}
        />
      </fieldset>
      <div class="actions">
        <Button type="submit" look="primary" busy={busy}>
          {t(source ? 'sources.form.save' : 'sources.form.connect')}
        </Button>
        <Link class="button plain" to={back}>
          {t('core.cancel')}
        </Link>
        <span role="status">{busy && <Spinner label={t('sources.form.checking')} />}</span>
      </div>
      {dialog}
    </form>
  )
}
