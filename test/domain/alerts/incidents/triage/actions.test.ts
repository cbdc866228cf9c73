// What an action makes of an incident's triage, and what its log says.

import * as v from 'valibot'
import { describe, expect, test } from 'vitest'
import type { TriagedIncident } from '../../../../../src/domain/alerts/incidents/incident.ts'
import {
  actOn,
  commentCharsMax,
  reasonCharsMax,
  TriageAction,
} from '../../../../../src/domain/alerts/incidents/triage/actions.ts'
import { commentsMax, type Triage } from '../../../../../src/domain/alerts/incidents/triage/triage.ts'
import { triageEvent } from '../../../../../src/domain/alerts/incidents/triage/triage-audit.ts'
import { namesFrom } from '../../../../../src/domain/directory/names.ts'
import { textCharactersMax } from '../../../../../src/domain/events/event.ts'
import { byAlice, byBob, closing, triaged } from '../../../../support/alerts/triage.ts'
import { acme, alice, bob } from '../../../../support/events.ts'

const names = namesFrom({ organizations: new Map(), providers: new Map() })
const close = { kind: 'close', verdict: 'false-positive', reason: 'The nightly job.' } as const
const comment = { kind: 'comment', text: 'Asked Alice.' } as const

/** The triage after an action of Bob; the kind alone if it changes nothing. */
function triageAfter(action: TriageAction, triage: Partial<Triage> = {}, alertCount = 1) {
  const made = actOn(triaged(triage, { alertCount }), action, byBob(60))
  return made.kind === 'changed' ? made.triage : made.kind
}

describe('acknowledging', () => {
  const acknowledge = { kind: 'acknowledge' } as const

  test('says who knows of the incident, who takes it if it is nobody’s', () => {
    const acknowledged = byBob(60)
    expect(triageAfter(acknowledge)).toMatchObject({ acknowledged, assignee: { id: bob, ...acknowledged } })
    const nobody = { assignee: { id: null, ...byAlice(1) } }
    expect(triageAfter(acknowledge, nobody)).toMatchObject({ assignee: { id: bob } })
    const assignee = { id: alice, ...byAlice(1) }
    expect(triageAfter(acknowledge, { assignee })).toMatchObject({ acknowledged, assignee })
  })

  test('changes nothing of one that is acknowledged or closed, and what another alert opened again', () => {
    expect(triageAfter(acknowledge, { acknowledged: byAlice(1) })).toBe('unchanged')
    expect(triageAfter(acknowledge, { closed: closing(1) })).toBe('unchanged')
    expect(triageAfter(acknowledge, { acknowledged: byAlice(0), closed: closing(1) }, 2)).toMatchObject({
      acknowledged: byBob(60),
    })
  })
})

test('assigning says whose the incident is, and to the same person nothing', () => {
  const assign = (assignee: typeof alice | null) => ({ kind: 'assign', assignee }) as const
  expect(triageAfter(assign(alice))).toMatchObject({ assignee: { id: alice, ...byBob(60) }, acknowledged: null })
  expect(triageAfter(assign(alice), { assignee: { id: alice, ...byAlice(1) } })).toBe('unchanged')
  expect(triageAfter(assign(null))).toBe('unchanged')
  expect(triageAfter(assign(null), { assignee: { id: alice, ...byAlice(1) } })).toMatchObject({
    assignee: { id: null },
  })
})

test('closing says what the incident was, with the alerts that it has, and can be corrected', () => {
  const { kind, ...said } = close
  const closed = { ...said, ...byBob(60), alertCount: 7 }
  expect(triageAfter(close, {}, 7)).toMatchObject({ closed })
  expect(triageAfter(close, { closed }, 7)).toBe('unchanged')
  expect(triageAfter(close, { closed: { ...closed, verdict: 'expected' } }, 7)).toMatchObject({ closed })
  expect(triageAfter(close, { closed: { ...closed, reason: '' } }, 7)).toMatchObject({ closed })
  expect(triageAfter(close, { closed: { ...closed, alertCount: 6 } }, 7)).toMatchObject({ closed })
})

test('reopening undoes closing and acknowledging, and of an open one nothing', () => {
  const reopen = { kind: 'reopen' } as const
  const reopened = { closed: null, acknowledged: null, reopened: byBob(60) }
  const assignee = { id: alice, ...byAlice(1) }
  expect(triageAfter(reopen, { closed: closing(1), acknowledged: byAlice(0), assignee })).toMatchObject({
    ...reopened,
    assignee,
  })
  expect(triageAfter(reopen, { acknowledged: byAlice(1) })).toMatchObject(reopened)
  expect(triageAfter(reopen, { closed: closing(1) })).toMatchObject({ reopened: { closing: closing(1) } })
  expect(triageAfter(reopen)).toBe('unchanged')
  expect(triageAfter(reopen, { closed: closing(1) }, 2)).toBe('unchanged')
})

describe('commenting', () => {
  test('counts the comment, which has one id for one text of one person', () => {
    const made = (incident: TriagedIncident, by: ReturnType<typeof byBob>, text: string = comment.text) => {
      const change = actOn(incident, { kind: 'comment', text }, by)
      if (change.kind !== 'changed') throw new Error(change.kind)
      return change
    }
    const first = made(triaged(), byBob(1))
    expect(first.triage.commentCount).toBe(1)
    expect(first.comment).toMatchObject({ ...byBob(1), text: comment.text })
    expect(made(triaged({ commentCount: 1 }), byBob(9)).comment?.id).toBe(first.comment?.id)
    const others = [made(triaged(), byAlice(1)), made(triaged(), byBob(1), 'Asked Alice')]
    for (const { comment: other } of others) expect(other?.id).not.toBe(first.comment?.id)
  })

  test('ends at the most that there may be', () => {
    expect(triageAfter(comment, { commentCount: commentsMax - 1 })).toMatchObject({ commentCount: commentsMax })
    expect(triageAfter(comment, { commentCount: commentsMax })).toBe('full')
  })
})

describe('the text of an action', () => {
  const isAction = (action: unknown) => v.is(TriageAction, action)

  test('is as long as it may be, and no longer', () => {
    const [reason, text] = ['x'.repeat(reasonCharsMax), 'x'.repeat(commentCharsMax)]
    expect([reason, `${reason}x`, ''].map((each) => isAction({ ...close, reason: each }))).toEqual([true, false, true])
    expect([text, `${text}x`, '', ' \n'].map((each) => isAction({ ...comment, text: each }))).toEqual([
      true,
      false,
      false,
      false,
    ])
  })

  test('may have lines, and holds no other control characters, and none that turn its direction', () => {
    expect(v.parse(TriageAction, { ...comment, text: ' one\r\ntwo\n' })).toEqual({ ...comment, text: 'one\ntwo' })
    for (const text of ['a\u0000b', 'a\tb', 'a\rb', 'a\u2028b', 'a\u202eb', 'a\u0085b']) {
      expect(isAction({ ...comment, text })).toBe(false)
      expect(isAction({ ...close, reason: text })).toBe(false)
    }
  })

  test.each([
    { kind: 'acknowledge', by: alice },
    { kind: 'assign' },
    { kind: 'close', verdict: 'benign', reason: '' },
    { kind: 'close', verdict: 'expected' },
    { kind: 'delete' },
    {},
  ])('does not make an action of %j', (action) => {
    expect(isAction(action)).toBe(false)
  })
})

describe('the audit event of an action', () => {
  const author = { organizationId: acme, actingUserId: bob, at: byBob(60).at }
  const eventOf = (action: TriageAction, incident = triaged()) => {
    const change = actOn(incident, action, byBob(60))
    if (change.kind !== 'changed') throw new Error(change.kind)
    return triageEvent(author, incident, action, change, names)
  }

  test.each<[TriageAction, number, string]>([
    [{ kind: 'acknowledge' }, 9013, 'Many logins: Alice'],
    [{ kind: 'assign', assignee: alice }, 9014, `Many logins: Alice, to ${alice}`],
    [close, 9015, 'Many logins: Alice, as a false positive (The nightly job.)'],
    [{ kind: 'close', verdict: 'expected', reason: '' }, 9015, 'Many logins: Alice, as expected'],
    [{ kind: 'close', verdict: 'true-positive', reason: 'a\nb' }, 9015, 'Many logins: Alice, as a true positive (a b)'],
    [comment, 9017, 'Many logins: Alice'],
  ])('of %j is of type %i and says “%s”', (action, type, objectName) => {
    const { record } = triaged()
    expect(eventOf(action)).toMatchObject({ type, objectName, objectId: record.id, date: author.at })
  })

  test('of reopening is of type 9016, and of taking an incident from a person says nobody', () => {
    expect(eventOf({ kind: 'reopen' }, triaged({ closed: closing(1) })).type).toBe(9016)
    const assigned = triaged({ assignee: { id: alice, ...byAlice(1) } })
    expect(eventOf({ kind: 'assign', assignee: null }, assigned).objectName).toBe('Many logins: Alice, to nobody')
  })

  test('has room for the longest reason', () => {
    const action = { ...close, reason: 'x'.repeat(reasonCharsMax) }
    expect(eventOf(action).objectName).toHaveLength(textCharactersMax)
  })

  test('is the same for the same change of the same state, and another for a later one', () => {
    const acknowledge = { kind: 'acknowledge' } as const
    expect(eventOf(acknowledge).id).toBe(eventOf(acknowledge).id)
    const reopened = triaged({ reopened: { ...byAlice(30), closing: null } })
    expect(eventOf(acknowledge, reopened).id).not.toBe(eventOf(acknowledge).id)
    expect(eventOf({ ...close, reason: 'another' }).id).not.toBe(eventOf(close).id)
    expect(eventOf(comment, triaged({ commentCount: 4 })).id).toBe(eventOf(comment).id)
  })
})

test('a muted incident is acknowledged, and not reopened', () => {
  const muted = triaged({}, { muted: true })
  expect(actOn(muted, { kind: 'acknowledge' }, byAlice(1))).toMatchObject({
    kind: 'changed',
    triage: { acknowledged: byAlice(1) },
  })
  expect(actOn(muted, { kind: 'reopen' }, byAlice(1))).toEqual({ kind: 'unchanged' })
})
