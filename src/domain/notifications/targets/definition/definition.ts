// What a kind of target defines: everything that the rest of Keytrail asks about it. Pure.
import type * as v from 'valibot'
import type { Instant } from '../../../instant.ts'
import type { OutgoingMail } from '../../messages/mail.ts'
import type { Batch, MessageContext, OutgoingRequest } from '../../messages/request.ts'
import type { UrlRules } from './endpoint-urls.ts'
import type { HttpResponse, Verdict } from './responses.ts'

/** The secret of a signed target that its current one replaced. */
export const previousSecretName = 'previousSecret'

/** Secrets in clear: only while a request is read, and while a message is sent. */
export type ClearSecrets<Name extends string> = { readonly [name in Name]?: string | undefined }

/** What is known of a target besides its request. `host`: of its endpoint, or '' if it has none. */
type KnownOfTarget = {
  readonly host: string
  /** Until when requests are also signed with the previous secret; null if they are not. */
  readonly previousSecretUntil: Instant | null
}

/**
 * A kind of target. `Stored`: what is stored of one in the open. `Input`: what a request says of one. `Open`: one with its
 * secrets in clear, for which messages are built. `Secret`: the names of its secrets, endpoints among them, since most
 * of them are all that it takes to post.
 */
export type TargetDefinition<
  Stored,
  Input,
  Open,
  Secret extends string,
  Outgoing extends OutgoingRequest | OutgoingMail = OutgoingRequest | OutgoingMail,
> = {
  readonly stored: v.GenericSchema<unknown, Stored>
  /** A secret that a request omits stays as it was. No problem may hold any part of the value. */
  readonly input: (rules: UrlRules) => v.GenericSchema<unknown, Input>
  /** The secrets that sending needs. One named `secret` signs, and is generated if a request brings none. */
  readonly secrets: readonly Secret[]
  /** What is stored in the open of the target that a request describes. */
  readonly describe: (input: Input, known: KnownOfTarget) => Stored
  /** The target with its secrets at this time; undefined if one that it needs is missing. */
  readonly open: (
    stored: Stored,
    secrets: ClearSecrets<Secret | typeof previousSecretName>,
    now: Instant,
  ) => Open | undefined
  /** What responses show, besides whether each secret is set. */
  readonly view: (stored: Stored) => object
  /** Whether it keeps what the first notification of a thread opened: what follows must not overtake that. Absent: it does not. */
  readonly keepsIncidents?: true
  /** Whether programs read it, which want every alert; people want one thread of notifications an incident. Absent: people do. */
  readonly isForPrograms?: true
  /** Of a target that takes replies: the id of a message in the response to it, for those that reply. Absent: it takes none. */
  readonly messageIdIn?: (body: string) => string | undefined
  /** How long nothing is sent after a request, in milliseconds. */
  readonly pauseMs: number
  /** Which of these pending notifications go in the next request: the first ones, in order, at least one. */
  readonly batch: (target: Open, pending: Batch, context: MessageContext) => Batch
  /** The request or e-mail for a batch, sent at `now`. */
  readonly request: (target: Open, batch: Batch, context: MessageContext, now: Instant) => Outgoing
  /** What a response means, on any attempt. */
  readonly verdict: (response: HttpResponse) => Verdict
}
