// How people and things are called, each a link to what is known of it.
import type { JSX } from 'preact'
import { useApp } from '../app/context.ts'
import { pathToSubject, type Subject } from '../app/router.ts'
import { Badge, Link } from '../ui/index.ts'

type NamedProps = { readonly subject: Subject; readonly name: string | null; readonly email?: string | null }

/** The name as a link, with the e-mail below; of what has no name, the id. */
export function SubjectLink({ subject, name, email = null }: NamedProps): JSX.Element {
  const { t, organization } = useApp()
  const call = name ?? email
  return (
    <>
      <Link to={pathToSubject(organization.id, subject)}>
        <bdi>{call ?? (subject.kind === 'address' ? subject.id : t(`people.${subject.kind}`))}</bdi>
      </Link>
      {name !== null && email !== null && <small class="below">{email}</small>}
      {call === null && subject.kind !== 'address' && <small class="below">{subject.id}</small>}
    </>
  )
}

/** What the directory says of an item, beside its name. */
export function ItemMarks({ isCritical, isDeleted }: { isCritical: boolean; isDeleted: boolean | null }): JSX.Element {
  const { t } = useApp()
  return (
    <>
      {isCritical && <Badge tone="high" text={t('people.uses.critical')} />}
      {isDeleted && <Badge tone="neutral" text={t('people.uses.deleted')} />}
    </>
  )
}
