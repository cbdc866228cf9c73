// Excepts events from rules of an organization and lists its exceptions, each change with an audit event in its log.
import {
  addException,
  exceptionsAt,
  endException as withoutException,
} from '../../domain/alerts/configuration/change-exceptions.ts'
import { muteEnd } from '../../domain/alerts/configuration/mutes.ts'
import type { ConfigurationChange, RuleConfiguration } from '../../domain/alerts/configuration/rule-configuration.ts'
import type { ExceptionConditions } from '../../domain/alerts/exceptions/conditions.ts'
import { exceptionView, type RuleException } from '../../domain/alerts/exceptions/exception.ts'
import { exceptionName } from '../../domain/alerts/exceptions/exception-name.ts'
import type { RuleDocument } from '../../domain/alerts/rule-documents.ts'
import { idsOf } from '../../domain/alerts/rules-in-force.ts'
import type { Names } from '../../domain/directory/names.ts'
import { type AuditEventKind, type Author, auditEvent } from '../../domain/events/audit-events.ts'
import { type Guid, guidOfContent } from '../../domain/guid.ts'
import { instantAt } from '../../domain/instant.ts'
import type { DirectoryReader } from '../../ports/directory.ts'
import { namesWithItems } from '../directory/facts.ts'
import type { ChangeRulesPorts } from './change-rules.ts'
import { ruleNamed, titleOf } from './organization-rules.ts'
import { changeConfiguration } from './report-changes.ts'

/** The directory has the names that the log says. */
type ChangeExceptionsPorts = ChangeRulesPorts & { readonly directory: DirectoryReader }

type ExceptionView = ReturnType<typeof exceptionView>

/** An exception to make, of every rule if `ruleId` is null; `until` is a date as text, null for no end. */
type NewException = Pick<RuleException, 'ruleId' | 'reason'> & {
  readonly conditions: ExceptionConditions
  readonly until: string | null
}

/** `rule-always-on`: the rule watches over alerting itself. `rule-deleted`: the rule was deleted after it was found. */
export type ExceptionRefusal =
  | 'rule-unknown'
  | 'rule-always-on'
  | 'until-unfit'
  | 'exception-too-wide'
  | 'too-many-exceptions'
  | 'exceptions-too-long'
  | 'rule-deleted'
type Excepted =
  | { readonly kind: 'excepted'; readonly view: ExceptionView }
  | { readonly kind: 'refused'; readonly reason: ExceptionRefusal }

/** Every exception that lasts, in the order they were made. */
export async function listExceptions(
  { configurations, builtInRules, now }: Pick<ChangeRulesPorts, 'configurations' | 'builtInRules' | 'now'>,
  organizationId: Guid,
): Promise<readonly ExceptionView[]> {
  const configuration = await configurations.configurationOf(organizationId)
  return exceptionsAt(configuration, instantAt(now())).map((each) =>
    exceptionView(each, ruleTitle(each, builtInRules, configuration)),
  )
}

/** Excepts events from a rule, built-in or custom, or from every rule that takes settings. */
export async function exceptEvents(
  ports: ChangeExceptionsPorts,
  author: Author,
  asked: NewException,
): Promise<Excepted> {
  const { builtInRules, configurations, secrets } = ports
  const { organizationId, actingUserId, at } = author
  const { ruleId, conditions, reason } = asked
  const configuration = await configurations.configurationOf(organizationId)
  const rule = ruleId === null ? undefined : await ruleNamed(builtInRules, configuration, ruleId)
  if (ruleId !== null && !rule) return refused('rule-unknown')
  if (rule?.rule.takesNoSettings) return refused('rule-always-on')
  const until = asked.until === null ? null : muteEnd(asked.until, at)
  if (until === undefined) return refused('until-unfit')

  const id = secrets.newId()
  const added: RuleException = { id, ruleId, conditions, reason, createdBy: actingUserId, createdAt: at, until }
  const title = rule?.rule.title ?? null
  const names = await namesWithItems(ports.directory, organizationId, conditions.cipherIds ?? [])
  const event = auditEventOf('alert-exception-added', added, title, author, names)
  const changed = await changeConfiguration(ports, organizationId, (before) =>
    addException(before, added, idsOf(builtInRules), event),
  )
  if (changed.kind === 'changed') return { kind: 'excepted', view: exceptionView(added, title) }
  switch (changed.reason) {
    case 'exception-too-wide':
    case 'too-many-exceptions':
    case 'exceptions-too-long':
      return refused(changed.reason)
    default:
      return refused('rule-deleted')
  }
}

/** Ends an exception: rules count anew what it covered. */
export async function endException(
  ports: ChangeExceptionsPorts,
  author: Author,
  exceptionId: Guid,
): Promise<ConfigurationChange> {
  const { organizationId } = author
  const configuration = await ports.configurations.configurationOf(organizationId)
  // An exception never changes, so that it can be named before the change.
  const known = configuration.exceptions.find(({ id }) => id === exceptionId)
  if (!known) return { kind: 'refused', reason: 'exception-unknown' }
  const names = await namesWithItems(ports.directory, organizationId, known.conditions.cipherIds ?? [])
  const title = ruleTitle(known, ports.builtInRules, configuration)
  const event = auditEventOf('alert-exception-ended', known, title, author, names)
  return changeConfiguration(ports, organizationId, (before) => withoutException(before, exceptionId, event))
}

const refused = (reason: ExceptionRefusal): Excepted => ({ kind: 'refused', reason })

const auditEventOf = (
  kind: AuditEventKind,
  exception: RuleException,
  title: string | null,
  author: Author,
  names: Names,
) => {
  const objectName = exceptionName(exception, title, names)
  return auditEvent(kind, { ...author, objectId: exception.id, objectName }, guidOfContent(kind, exception.id))
}

const ruleTitle = (
  { ruleId }: RuleException,
  builtInRules: readonly RuleDocument[],
  configuration: RuleConfiguration,
): string | null => (ruleId === null ? null : titleOf(ruleId, builtInRules, configuration))
