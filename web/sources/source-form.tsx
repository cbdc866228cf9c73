// The form that connects a source, or changes one. The key goes to the app and nowhere else.
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import type { ApiProblem } from '../api/client.ts'
import { useApp } from '../app/context.ts'
import { Button, Fact, Field, Link, ProblemNotice, Select, Spinner, useSubmit, ViewHeading } from '../ui/index.ts'
import { useUnsaved } from '../ui/unsaved.tsx'
import { bodyOf, changesOf, clientIdOf, type Draft, draftOf, missingIn, newDraft } from './draft.ts'
import { readCheck, readSource, regions, type Source } from './source.ts'

type SourceFormProps = {
  readonly source: Source | null
  /** The path to go back to. */
  readonly back: string
  readonly onSaved: (source: Source) => void
}

/** Checks the connection before a new source, or a new key of a source, is saved, and says what is wrong. */
export function SourceForm({ source, back, onSaved }: SourceFormProps): JSX.Element {
  const { api, organization, t } = useApp()
  const [begin] = useState(() => (source ? draftOf(source) : newDraft))
  const [draft, setDraft] = useState(begin)
  const [refusal, setRefusal] = useState<string | null>(null)
  const { dialog, release } = useUnsaved(draft !== begin)
  const path = `/organizations/${organization.id}/sources`
  const save = async () => {
    setRefusal(null)
    const body = bodyOf(draft, organization.id)
    if (draft.clientSecret.trim() !== '') {
      const check = await api.send('POST', `${path}/check`, body, readCheck)
      if (!check.ok) return setRefusal(check.message)
    }
    const saved = source
      ? await api.send('PUT', `${path}/${source.id}`, changesOf(draft), readSource)
      : await api.send('POST', path, body, readSource)
    release()
    onSaved(saved)
  }
  const missing = missingIn(draft, source)
  const { tried, busy, problem, form } = useSubmit(missing.length > 0, save)
  const change = (changes: Partial<Draft>) => {
    setRefusal(null)
    setDraft((before) => ({ ...before, ...changes }))
  }
  const fields = { source, draft, change, problem, missing: tried ? missing : [] }
  return (
    <form {...form} class="integration-form">
      <ViewHeading title={t(source ? 'sources.form.editTitle' : 'sources.form.newTitle')} />
      <WhereFields {...fields} />
      <KeyFields {...fields} />
      {problem && <ProblemNotice problem={problem} fields={Object.keys(draft)} />}
      {refusal !== null && (
        <p class="test-result failed" role="alert">
          {refusal}
        </p>
      )}
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

type FieldsProps = {
  readonly source: Source | null
  readonly draft: Draft
  readonly change: (changes: Partial<Draft>) => void
  readonly problem: ApiProblem | null
  /** The fields that were missing at the last try and still are. */
  readonly missing: readonly (keyof Draft)[]
}

const errorIn = ({ problem }: FieldsProps, name: keyof Draft): string | null => problem?.errors[name]?.join(' ') ?? null

function WhereFields(props: FieldsProps): JSX.Element {
  const { t } = useApp()
  const { draft, change, missing } = props
  const errorAt = (name: keyof Draft) => (missing.includes(name) ? t('sources.form.missing') : errorIn(props, name))
  return (
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
  )
}

function KeyFields(props: FieldsProps): JSX.Element {
  const { organization, t } = useApp()
  const { source, draft, change, missing } = props
  const needsKey = missing.includes('clientSecret')
  const missingText = t(source ? 'sources.form.secretNeeded' : 'sources.form.missing')
  return (
    <fieldset>
      <legend>{t('sources.form.key')}</legend>
      <p class="hint">{t('sources.form.keyWhere')}</p>
      <dl class="given">
        <Fact name={t('sources.form.clientId')}>
          <code>{clientIdOf(organization.id)}</code>
        </Fact>
      </dl>
      <p class="hint">{t('sources.form.clientIdHint')}</p>
      <Field
        label={t('sources.form.secret')}
        {...(source && !needsKey && { hint: t('sources.form.secretKept') })}
        error={needsKey ? missingText : errorIn(props, 'clientSecret')}
        type="password"
        autocomplete="off"
        spellcheck={false}
        value={draft.clientSecret}
        onText={(clientSecret) => change({ clientSecret })}
      />
    </fieldset>
  )
}
