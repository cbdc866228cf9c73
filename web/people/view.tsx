// The people of an organization, and what is known of one of them, or of an item, a secret or an address.
import type { JSX } from 'preact'
import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import { useLoad } from '../api/use-load.ts'
import { useApp } from '../app/context.ts'
import { pathTo, pathToSubject, type Subject } from '../app/router.ts'
import { DataTable, Empty, Field, Link, ProblemNotice, Spinner, useSubmit, ViewHeading } from '../ui/index.ts'
import { ActorPage } from './actor-page.tsx'
import { subjectNamed } from './find.ts'
import { type Person, peopleOf } from './known.ts'
import { SubjectLink } from './names.tsx'
import { AddressPage, ItemPage } from './thing-page.tsx'
import { roleText, statusText } from './words.ts'

/** The view; the path names the person or thing that is shown. */
export function PeopleView(): JSX.Element {
  const { subject, organization, t } = useApp()
  useFocus(subject)
  if (subject === null) return <People />
  return (
    <div class="known" key={`${subject.kind} ${subject.id}`}>
      <p>
        <Link to={pathTo(organization.id, 'people')}>{t('people.back')}</Link>
      </p>
      <Known subject={subject} />
    </div>
  )
}

function Known({ subject }: { readonly subject: Subject }): JSX.Element {
  if (subject.kind === 'address') return <AddressPage address={subject.id} />
  if (subject.kind === 'item' || subject.kind === 'secret') return <ItemPage kind={subject.kind} id={subject.id} />
  return <ActorPage kind={subject.kind} id={subject.id} />
}

/** A person or thing that opens gives the focus to the heading. */
function useFocus(subject: Subject | null): void {
  const shown = subject && `${subject.kind} ${subject.id}`
  const before = useRef(shown)
  useEffect(() => {
    if (before.current === shown) return
    before.current = shown
    window.scrollTo(0, 0)
    document.querySelector<HTMLElement>('main h1')?.focus()
  }, [shown])
}

function People(): JSX.Element {
  const { api, organization, t, go, announce } = useApp()
  const path = `/organizations/${organization.id}/people`
  const { value, problem, reload } = useLoad((signal) => api.get(path, peopleOf, signal), [path])
  const [wanted, want] = useState('')
  const found = useMemo(() => (value ?? []).filter((person) => fits(person, wanted)), [value, wanted])
  const { problem: findProblem, form } = useSubmit(wanted.trim() === '', async () => {
    const [only, ...others] = found
    const subject: Subject | null =
      only && others.length === 0 ? { kind: 'person', id: only.id } : await subjectNamed(api, organization.id, wanted)
    if (subject) go(pathToSubject(organization.id, subject))
    else if (found.length === 0) announce(t('people.noneFound'))
  })
  return (
    <>
      <ViewHeading title={t('people.title')} />
      <p class="lead">{t('people.lead')}</p>
      <search>
        <form {...form}>
          <Field
            label={t('people.find')}
            hint={t('people.findHint')}
            type="search"
            value={wanted}
            onText={want}
            autocomplete="off"
            spellcheck={false}
          />
        </form>
      </search>
      {findProblem && <ProblemNotice problem={findProblem} />}
      {problem && <ProblemNotice problem={problem} onRetry={reload} />}
      {!value && !problem && <Spinner label={t('people.loading')} />}
      {value && (
        <p class="quiet" role="status">
          {found.length > 0 ? t('people.count', { count: found.length }) : ''}
        </p>
      )}
      {value && found.length === 0 && <Empty text={t(value.length === 0 ? 'people.none' : 'people.noneFound')} />}
      {found.length > 0 && <PeopleTable people={found} />}
    </>
  )
}

const fits = ({ id, name, email, role }: Person, wanted: string): boolean => {
  const words = wanted.toLowerCase().split(/\s+/)
  const all = [id, name, email, role].join(' ').toLowerCase()
  return words.every((word) => all.includes(word))
}

function PeopleTable({ people }: { readonly people: readonly Person[] }): JSX.Element {
  const { t } = useApp()
  return (
    <DataTable
      caption={t('people.list')}
      captionHidden
      rows={people}
      rowKey={({ id }) => id}
      columns={[
        {
          key: 'name',
          header: t('people.person'),
          cell: ({ id, name, email }) => <SubjectLink subject={{ kind: 'person', id }} name={name} email={email} />,
        },
        { key: 'role', header: t('people.role.label'), cell: ({ role }) => roleText(role, t) },
        { key: 'status', header: t('people.status.label'), cell: (person) => statusText(person, t) },
        {
          key: 'twoStep',
          header: t('people.twoStep.label'),
          cell: ({ twoStepLogin }) =>
            twoStepLogin === null ? '–' : t(`people.twoStep.${twoStepLogin ? 'yes' : 'no'}`),
        },
      ]}
    />
  )
}
